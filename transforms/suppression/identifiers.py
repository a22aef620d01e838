"""What names or reaches a person, as every spelling of it is known: e-mail, telephone, name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import Literal
from unicodedata import normalize

from transforms import reference
from transforms.personal import cut_contacts
from transforms.text import fold, is_placeholder

Kind = Literal["email", "phone", "name"]

_AT = r"\s?(?:@|\((?:at|arobase)\)|\[(?:at|arobase)\]|\s(?:at|arobase)\s)\s?"
# A letter may come with its accent as a sign of its own.
_ACCENTS = r"\u0300-\u036f"
_EMAIL = re.compile(
    rf"[\w{_ACCENTS}.+%'’-]*[\w{_ACCENTS}+%-]{_AT}[\w{_ACCENTS}-]+(?:\s?\.\s?[\w{_ACCENTS}-]+)+", re.I
)
_AT_WORD = re.compile(_AT, re.I)
_MAY_BE_EMAIL = re.compile(r"@|[(\[\s](?:at|arobase)[)\]\s]", re.I)
# Digits with what people put between them; of a run longer than a number, each place is tried.
_RUN = re.compile(r"\d(?:[\s.\-/()·_\u00a0\u202f\u2010-\u2015]{0,3}\d){8,}")
_PREFIX = re.compile(r"(?:(?:\+|00)?\s?33[\s.\-]?(?:\(\s?0\s?\)|0)?|0)[\s.\-/(]*$|\+\d{1,3}[\s.\-(]*$")
_TRUNK = re.compile(r"\(\s?(0)\s?\)")
_DIGITS = 9
_WORD = re.compile(rf"(?:[^\W\d_][{_ACCENTS}]*)+")
# Letters that fold to the same letters wherever they stand, and what parts them in most contact cells.
_PLAIN_CELL = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœ '.-]+")
# Signs that are, or may go with, letters of which a word alone and its text might be folded otherwise.
_UNUSUAL = re.compile(r"[^\u0000-\u036f\u2010-\u203a€]")
_LETTERS = re.compile(r"[A-Z]+")
# What may stand between the words of one name; quotes and brackets part values.
_GAP = re.compile(r"[\s.,'’_/+\u00a0\u202f\u2010-\u2015-]{0,3}")
# A person's name in a contact cell ends where a function, a second person or a way to reach them begins.
_AFTER_NAME = re.compile(r"[(,;:/&|\d@]|\s[-\u2010-\u2015]\s|\s(?:et|ou)\s", re.I)
_BETWEEN_PERSONS = re.compile(r"\s*[/;&|\n]\s*|\s+(?:et|ou|\+)\s+", re.I)
_CIVILITIES = frozenset(
    ("M", "MR", "MME", "MLLE", "MELLE", "MONSIEUR", "MADAME", "MADEMOISELLE", "DR", "ME", "PR")
)
LONGEST_NAME = 5
"""Words that a name may have."""


@dataclass(frozen=True)
class Mention:
    """An identifier in a text: what it is, the form in which all its spellings agree, and where it stands."""

    kind: Kind
    value: str
    start: int
    end: int


def emails(text: str) -> Iterator[Mention]:
    """The e-mail addresses of a text, « (at) » for « @ » included; `value` in lowercase without spaces."""
    if _MAY_BE_EMAIL.search(text):
        for found in _EMAIL.finditer(text):
            value = "".join(_AT_WORD.sub("@", found[0]).split()).lower()
            yield Mention("email", normalize("NFC", value), found.start(), found.end())


def phones(text: str) -> Iterator[Mention]:
    """Every nine digits in a row that may be a telephone number, its prefix in the span but not in `value`.

    French numbers are told by their last nine digits, whatever stands before: 0, +33, 0033, (0), nothing.
    """
    for run in _RUN.finditer(text):
        found = list(_windows(text, [at for at in range(run.start(), run.end()) if text[at].isdigit()]))
        known = {one.value for one in found}
        yield from found
        # Abroad a number may have fewer digits, with a zero that is not dialled among the last nine.
        trunk = {zero.start(1) for zero in _TRUNK.finditer(text, run.start(), run.end())}
        if trunk:
            kept = [at for at in range(run.start(), run.end()) if text[at].isdigit() and at not in trunk]
            around = (
                one for one in _windows(text, kept) if any(one.start < zero < one.end for zero in trunk)
            )
            yield from (one for one in around if one.value not in known)


def _windows(text: str, places: list[int]) -> Iterator[Mention]:
    for first in range(len(places) - _DIGITS + 1):
        digits = places[first : first + _DIGITS]
        value = "".join(text[at] for at in digits)
        if value.isascii():
            start = digits[0]
            prefix = _PREFIX.search(text, max(0, start - 12), start)
            yield Mention("phone", value, prefix.start() if prefix else start, digits[-1] + 1)


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, folded to plain capitals, each with its start and end."""
    if text.isascii():
        return [(word[0].upper(), word.start(), word.end()) for word in _WORD.finditer(text)]
    found = ((fold(normalize("NFC", word[0])), word.start(), word.end()) for word in _WORD.finditer(text))
    return [(folded, start, end) for folded, start, end in found if folded]


def names(text: str, sizes: frozenset[int]) -> Iterator[Mention]:
    """Every run of as many words as `sizes` says, as a name whose order does not matter.

    The name of a street is that of nobody here: « 3 rue Jean Moulin ».
    """
    found = words(text)
    for size in sizes:
        for first in range(len(found) - size + 1):
            window = found[first : first + size]
            if not all(_GAP.fullmatch(text, a[2], b[1]) for a, b in pairwise(window)):
                continue
            if first and found[first - 1][0] in _street_words():
                continue
            yield Mention("name", name_key(word for word, *_ in window), window[0][1], window[-1][2])


def persons(cell: str) -> list[str]:
    """The persons of a contact cell, each as written: « Zoé Exemple / M. Essai » names two."""
    return [part for part in parts_of_cell(cell) if name_words(part)]


def parts_of_cell(cell: str) -> list[str]:
    """A contact cell parted where another person may begin, whether or not each part names somebody."""
    return [] if is_placeholder(cell) else _BETWEEN_PERSONS.split(cut_contacts(cell))


def may_name(text: str, contact: str) -> bool:
    """Whether `text` may name a person of a contact cell: no is certain, yes is worth a closer look.

    A name has two words or more, and `text` must hold them all.
    """
    if not _PLAIN_CELL.fullmatch(contact) or not (text.isascii() or _UNUSUAL.search(text) is None):
        return True
    folded = fold(text if text.isascii() else normalize("NFC", text))
    known = (word for word in _LETTERS.findall(fold(contact)) if word not in _CIVILITIES)
    return sum(word in folded for word in known) > 1


def name_words(person: str) -> tuple[str, ...]:
    """The words of one person's name, without civility, function or what else a contact cell says."""
    head = _AFTER_NAME.split(cut_contacts(person).strip(), maxsplit=1)[0]
    kept = [word for word, *_ in words(head) if word not in _CIVILITIES]
    return tuple(kept[:LONGEST_NAME])


def name_choices(person: str, sizes: frozenset[int]) -> Iterator[str]:
    """The names of these sizes that a person's name contains: « Zoé M. Exemple » is « Zoé Exemple » too."""
    kept = name_words(person)
    for size in sizes:
        yield from map(name_key, combinations(kept, size))


def name_key(found: Iterable[str]) -> str:
    """The words of a name in one order."""
    return " ".join(sorted(found))


def phone_value(text: str) -> str | None:
    """A telephone number by its last nine digits; None for what has fewer."""
    digits = "".join(char for char in _TRUNK.sub("", text) if char.isascii() and char.isdigit())
    return digits[-_DIGITS:] if len(digits) >= _DIGITS else None


def is_mobile(value: str) -> bool:
    """Whether nine digits are those of a French mobile, which one person carries."""
    return value[:1] in ("6", "7")


def is_role_address(email: str) -> bool:
    """Whether an address is that of a function (« contact@… »), which goes to whoever holds it."""
    return email.partition("@")[0] in _role_addresses()


@cache
def _role_addresses() -> frozenset[str]:
    return frozenset(reference.load("role_addresses")["names"])


@cache
def _street_words() -> frozenset[str]:
    types = reference.load("street_types")["types"]
    return frozenset(word for name, others in types.items() for word in (name, *others) if " " not in word)
