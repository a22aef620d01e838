"""How an export writes a company's name: short, long, misspelt, with its legal form anywhere."""

from random import Random

from anyascii import anyascii

from benchmarks.sample.companies import Company
from benchmarks.sample.dice import Dice, read

_SMALL = frozenset({"de", "du", "des", "la", "le", "les", "et", "&", "d", "l"})
_LEAST_WORDS_OF_AN_ACRONYM = 3
_LETTERS = "abcdefghijlmnoprstuv"


def written_name(company: Company, form: str, dice: Dice) -> str:
    """The company's name as one record has it.

    Args:
        company: who it is about.
        form: the legal form as this record knows it.
        dice: what goes wrong.
    """
    name = _called(company, dice)
    name = dice.spoil("word_abbreviated", name, abbreviate)
    name = dice.spoil("word_dropped", name, drop_word)
    name = dice.spoil("words_swapped", name, swap_words)
    name = dice.spoil("punctuation_lost", name, lose_punctuation)
    name = dice.spoil("accents_lost", name, lose_accents)
    name = dice.spoil("words_joined", name, join_words)
    name = dice.spoil("letter_wrong", name, mistype)
    name = dice.spoil("letters_swapped", name, swap_letters)
    name = dice.spoil("territory_added", name, add_territory)
    name = change_case(name, dice.style("name_case"))
    name = dice.spoil("mojibake", name, misread)
    return _with_form(name, form, dice)


def written_form(form: str, random: Random) -> str:
    """A legal form in one of the ways people write it."""
    written: str = random.choice(read("words")["forms"][form]["written"])
    return written


def _called(company: Company, dice: Dice) -> str:
    if company.trade_name and dice.strikes("trade_name_as_name"):
        return company.trade_name
    letters = acronym(company.name)
    if not letters:
        return company.name
    for trouble, called in (
        ("acronym_alone", letters),
        ("acronym_before", f"{letters} - {company.name}"),
        ("acronym_after", f"{company.name} ({letters})"),
    ):
        if dice.strikes(trouble):
            return called
    return company.name


def acronym(name: str) -> str:
    """The initials of a name's words of weight; nothing when there are fewer than three."""
    initials = [word[0] for word in anyascii(name).replace("'", " ").split() if word.lower() not in _SMALL]
    return "".join(initials).upper() if len(initials) >= _LEAST_WORDS_OF_AN_ACRONYM else ""


def abbreviate(name: str, random: Random) -> str:
    """Cut one common word short."""
    short = read("words")["abbreviations"]
    known = [word for word in name.split() if word in short]
    return name.replace(word, short[word], 1) if (word := random.choice(known or [""])) else name


def drop_word(name: str, random: Random) -> str:
    """Leave one word out, never the longest one."""
    words = name.split()
    others = [at for at, word in enumerate(words) if word != max(words, key=len)]
    if others:
        words.pop(random.choice(others))
    return " ".join(words)


def swap_words(name: str, random: Random) -> str:
    """Let two neighbouring words change places."""
    words = name.split()
    if len(words) > 1:
        at = random.randrange(len(words) - 1)
        words[at : at + 2] = reversed(words[at : at + 2])
    return " ".join(words)


def join_words(name: str, random: Random) -> str:
    """Drop one of the spaces."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    return name[:at] + name[at + 1 :] if spaces and (at := random.choice(spaces)) else name


def mistype(name: str, random: Random) -> str:
    """Double, drop or replace one letter after the first."""
    at = _inner_letter(name, random)
    if at is None:
        return name
    wrong = random.choice((name[at] * 2, "", random.choice(_LETTERS)))
    return name[:at] + wrong + name[at + 1 :]


def swap_letters(name: str, random: Random) -> str:
    """Let two neighbouring letters change places."""
    at = _inner_letter(name, random)
    if at is None or at + 1 >= len(name):
        return name
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def lose_accents(text: str, _: Random) -> str:
    """Write a text in plain ASCII."""
    return anyascii(text)


def lose_punctuation(text: str, _: Random) -> str:
    """Turn hyphens, apostrophes and ampersands into spaces or words."""
    return " ".join(text.replace("&", " et ").replace("-", " ").replace("'", " ").split())


def add_territory(name: str, random: Random) -> str:
    """Add a word that says where, or how large, and not who."""
    return f"{name} {random.choice(read('words')['territories'])}"


def misread(text: str, _: Random) -> str:
    """Read UTF-8 as Windows-1252; a text whose bytes have no such reading stays as it was."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text


def change_case(text: str, case: str) -> str:
    """Write a text `upper`, in `title` case, with `lower_words` after the first, or as it is `written`."""
    if case == "upper":
        return text.upper()
    if case == "title":
        return text.title()
    if case == "lower_words":
        return text.capitalize()
    return text


def _with_form(name: str, form: str, dice: Dice) -> str:
    # Both may strike: "SARL Untel Sarl" is common where a form has a field of its own.
    if dice.strikes("legal_form_before"):
        name = f"{written_form(form, dice.random)} {name}"
    if dice.strikes("legal_form_after"):
        name = f"{name} {written_form(form, dice.random)}"
    return name


def _inner_letter(name: str, random: Random) -> int | None:
    letters = [at for at, letter in enumerate(name) if at and letter.isalpha()]
    return random.choice(letters) if letters else None
