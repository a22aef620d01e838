"""Company names: as people write them, and their distinctive words with the legal form taken apart."""

import operator
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

import pandas as pd

from transforms import reference
from transforms.standardise import legal_forms
from transforms.standardise.cells import read_distinct
from transforms.text import fold, is_blank

COLUMNS = ("name", "name_core", "legal_form", "is_sole_trader", "name_rule", "legal_form_rule")

# Signs whose transliteration would add letters that nobody pronounces.
_SIGNS = str.maketrans(dict.fromkeys("°º®©™", " ") | {"²": "2", "³": "3", "&": " & "})
_ACRONYM = re.compile(r"(?<![A-Z0-9])[A-Z](?:\.[A-Z])+(?![A-Z0-9])\.?")
_POSSESSIVE = re.compile(r"(?<=[A-Z]{2})'S(?![A-Z0-9])")
# What letterheads add to a name: share capital, register, identifiers.
_TAIL = re.compile(
    r"[\s,;(–-]+(?:au\s+)?(?:capital\s+(?:social\s+)?(?:variable\s+)?(?:de\s+)?\d|capital\s+variable\b"
    r"|R\.?C\.?S\.?\s+(?:[^\W\d][\w' -]*?\s+)?[A-D]?\s*(?:n°\s*)?\d{3}"
    r"|(?:n°\s*)?SIRE[NT]\b\s*(?:n°)?\s*:?\s*\d).*$",
    re.I | re.S,
)
_WORD = re.compile(r"[A-Z0-9]+")
_BEFORE_ELISION = frozenset("AEIOUYH")
# Each pass only drops, joins or writes out words; no real name needs more than three.
_MOST_PASSES = 12


@dataclass(frozen=True)
class NameParts:
    """The distinctive words of a name and the codes of the legal forms written in it, the likeliest first."""

    core: str
    forms: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Abbreviations:
    """`reference/name_abbreviations.yml`, made ready for look-ups; its header explains each key."""

    words: dict[str, str]
    first_word: dict[str, str]
    saints: frozenset[str]
    connectors: frozenset[str]
    generic_heads: frozenset[str]
    head_followers: frozenset[str]
    head_endings: tuple[str, ...]
    situations: dict[str, list[tuple[str, ...]]]
    """The longest first, by their last word."""


def standardise_names(names: pd.Series, stated_forms: pd.Series | None = None) -> pd.DataFrame:
    """Take the legal form out of each name and keep the words that tell the company from others.

    Args:
        names: company or trade names as exported, missing ones None or NaN.
        stated_forms: legal forms from a column of their own, same index; a readable one wins over the name's.

    Returns:
        `name` (as written, spaces tidied), `name_core` (uppercase ASCII words, never empty for a name that is
        not blank; standardising it again changes nothing), `legal_form` (code of
        `reference/legal_forms.yml`), `is_sole_trader`, `name_rule` and `legal_form_rule` (rule of a cell that
        cannot be read, else None). A blank name gives None and no rule.
    """
    read = read_distinct(names, _read_cell, ("name", "name_core", "form", "rule"), is_empty=operator.not_)
    form, form_rule = read["form"], None
    if stated_forms is not None:
        stated = read_distinct(stated_forms, _read_stated_form, ("form", "rule"))
        form, form_rule = stated["form"].where(stated["form"].notna(), form), stated["rule"]
    sole_traders = [code for code in form.dropna().unique() if legal_forms.is_sole_trader(code)]
    columns = (read["name"], read["name_core"], form, form.isin(sole_traders), read["rule"], form_rule)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=names.index)


def display_name(text: str) -> str:
    """`text` as people read it: composed letters (NFC), single spaces, no control characters; case kept."""
    visible = text if text.isprintable() else "".join(filter(_is_visible, text))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def without_tail(text: str) -> str:
    """`text` without share capital, register (RCS) and identifiers behind the name."""
    cut = _TAIL.sub("", text)
    return cut if any(char.isalnum() for char in cut) else text


def read_name(text: str) -> NameParts:
    """Read one name without tail: its distinctive words, and the legal forms found at its ends."""
    words, forms = _words(text), list[str]()
    for _ in range(_MOST_PASSES):
        reduced, found = _reduce(words)
        forms += [code for code in found if code not in forms]
        if reduced == words:
            break
        words = reduced
    return NameParts(" ".join(words) or display_name(text).upper(), tuple(forms))


def read_legal_form(text: str) -> str | None:
    """The code of a stated legal form, or None where it cannot be read."""
    return legal_forms.read_stated(_written_out(_joined(_without_connectors(_words(text)))))


def _read_cell(text: str) -> tuple[str | None, str | None, str | None, str | None]:
    """One row of `standardise_names`: name, core, the legal form within the name, rule."""
    display = without_tail(display_name(text))
    if not display:
        return None, None, None, None
    parts = read_name(display)
    return display, parts.core, legal_forms.most_precise(parts.forms), _rule(display)


def _rule(display: str) -> str | None:
    return "name_unreadable" if is_blank(display) else None


def _read_stated_form(text: str) -> tuple[str | None, str | None]:
    code = read_legal_form(text)
    return code, None if code else "legal_form_unknown"


def _is_visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")


def _words(text: str) -> list[str]:
    plain = fold(text.replace("&", " & ") if text.isascii() else text.translate(_SIGNS))
    if "&" in plain:
        plain = plain.replace("& AMP;", "&").replace("&", " ET ")
    if "." in plain:
        plain = _ACRONYM.sub(lambda found: found[0].replace(".", "") + " ", plain)
    if "'" in plain:
        plain = _POSSESSIVE.sub("S", plain)
    return _WORD.findall(plain)


def _reduce(words: list[str]) -> tuple[list[str], list[str]]:
    """One pass: the words without connectors, elisions and forms, and the forms found."""
    tidied = _written_out(_joined(_without_connectors(words)))
    return _without_forms(_without_situation(tidied))


def _without_connectors(words: list[str]) -> list[str]:
    connectors = _abbreviations().connectors
    if connectors.isdisjoint(words):
        return words
    return [word for word in words if word not in connectors] or words


def _joined(words: list[str]) -> list[str]:
    """Join letters that stand alone (A B M -> ABM) and drop an elided article (L ETOILE -> ETOILE)."""
    if 1 not in map(len, words):
        return words
    joined: list[str] = []
    position = 0
    for single, group in groupby(words, key=lambda word: len(word) == 1 and word.isalpha()):
        run = list(group)
        position += len(run)
        if not single:
            joined += run
            continue
        if position < len(words) and _ends_in_elision(run, words[position]):
            run = run[:-1]
        joined += ["".join(run)] if run else []
    return joined


def _ends_in_elision(letters: list[str], following: str) -> bool:
    if letters[-1] not in "LD" or following[0] not in _BEFORE_ELISION:
        return False
    known = legal_forms.spellings().stated
    return ("".join(letters),) not in known and (len(letters) <= 2 or ("".join(letters[:-1]),) in known)


def _written_out(words: list[str]) -> list[str]:
    data = _abbreviations()
    full = [data.words.get(word, word) for word in words]
    if full and (len(full) == 1 or full[1] not in data.saints):
        full[0] = data.first_word.get(full[0], full[0])
    return ["SAINTE" if word == "STE" else word for word in full] if "STE" in full else full


def _without_situation(words: list[str]) -> list[str]:
    for situation in _abbreviations().situations.get(words[-1], ()) if words else ():
        if len(words) > len(situation) and tuple(words[-len(situation) :]) == situation:
            return words[: -len(situation)]
    return words


def _without_forms(words: list[str]) -> tuple[list[str], list[str]]:
    """Strip the forms at both ends, as long as a word remains; the innermost ones are the likeliest."""
    known = legal_forms.spellings()
    starts, ends = list[str](), list[str]()
    while True:
        at_start, code = legal_forms.match_start(words, known.starts)
        if code and len(words) - at_start >= (2 if code in known.cautious and at_start == 1 else 1):
            starts, words = [code, *starts], words[at_start:]
            continue
        at_end, code = legal_forms.match_end(words, known.ends)
        if code and at_end < len(words):
            ends, words = [code, *ends], words[:-at_end]
            continue
        break
    inside, distinctive = list[str](), words
    if not known.anywhere.keys().isdisjoint(words):
        inside = [known.anywhere[word] for word in words if word in known.anywhere]
        distinctive = [word for word in words if word not in known.anywhere]
    kept = legal_forms.match_start(words, known.kept)[1]
    forms = [*starts, *ends, *inside, *filter(None, [kept])]
    return _without_head(distinctive or words), forms


def _without_head(words: list[str]) -> list[str]:
    data = _abbreviations()
    if len(words) < 2 or words[0] not in data.generic_heads:
        return words
    phrase = words[1] in data.head_followers or words[1].endswith(data.head_endings)
    return words if phrase else words[1:]


@cache
def _abbreviations() -> Abbreviations:
    data = reference.load("name_abbreviations")
    situations: dict[str, list[tuple[str, ...]]] = {}
    for situation in sorted((tuple(text.split()) for text in data["situations"]), key=len, reverse=True):
        situations.setdefault(situation[-1], []).append(situation)
    return Abbreviations(
        words=data["words"],
        first_word=data["first_word"],
        saints=frozenset(data["saints"]),
        connectors=frozenset(data["connectors"]),
        generic_heads=frozenset(data["generic_heads"]),
        head_followers=frozenset(data["head_followers"]),
        head_endings=tuple(data["head_endings"]),
        situations=situations,
    )
