"""Postcodes and towns: zeros restored, CEDEX and arrondissements taken apart from the town's name."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from transforms import reference
from transforms.text import fold

_POSTCODE = re.compile(
    r"^(?:F(?:R(?:ANCE)?)?\s*-?\s*)?(\d{2}\s?\d{3}|\d{4})(?:[.,]0+)?(?!\d)\s*[-,]?\s*(.*)$", re.I | re.S
)
_CEDEX = re.compile(r"[\s,(-]*\b(?:CEDEX|CDX|CÉDEX)\b\s*(?:N°\s*)?\d{0,2}\)?\s*(.*)$", re.I | re.S)
_PARENTHESES = re.compile(r"\s*\([^)]*\)?")
_ARRONDISSEMENT = re.compile(
    r"[\s,-]+(?:\d{1,2}\s*(?:ER|ERE|ÈRE|E|È|EME|ÈME|ND|NDE)?|(?<=[nsNS][\s-])[IVX]+(?:E|EME|ÈME)?)\.?"
    r"(?:\s*ARR(?:T|DT|ONDISSEMENT)?S?\.?)?$",
    re.I,
)
_BIG_TOWN = re.compile(r"^(?:LYON|PARIS|MARSEILLE)\b", re.I)
_TRAILING_DIGITS = re.compile(r"[\s,-]+\d+$")
_COUNTRY = re.compile(r"[\s,;-]+\(?FRANCE\)?\s*$", re.I)
_LAST_PART = re.compile(r"(?:\s*[,;\n(]\s*|\s+[-–]\s+)([^,;\n()]+)\)?\s*$")
_WORD = re.compile(r"[A-Z0-9]+")
_SMALL_WORDS = frozenset(
    (
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "lès",
        "lez",
        "sous",
        "sur",
    )
)


class Postcode(NamedTuple):
    """One postcode cell: the postcode, the town written behind it, and the rule to tell."""

    postcode: str | None = None
    town: str | None = None
    rule: str | None = None


class Town(NamedTuple):
    """One town: its name for people, its key for comparison, whether CEDEX was said, the rule to tell."""

    city: str | None = None
    city_key: str | None = None
    is_cedex: bool = False
    rule: str | None = None


def read_postcode(text: str) -> Postcode:
    """Read a postcode of five digits, or of four where the zero of the départements 01 to 09 was lost."""
    found = _POSTCODE.match(text.strip())
    digits = re.sub(r"\s", "", found[1]) if found else ""
    postcode = digits.zfill(5)
    if found is None or not is_postcode(postcode) or any(char.isdigit() for char in found[2][:1]):
        return Postcode(rule="postcode_format")
    # « 2620X » lost its last digit, not a zero ahead.
    if len(digits) == 4 and found[2][:1].isalpha():
        return Postcode(rule="postcode_format")
    town = found[2].strip() if any(char.isalpha() for char in found[2]) else None
    return Postcode(postcode, town, "postcode_lost_zero" if len(digits) == 4 else None)


def is_postcode(digits: str) -> bool:
    """Whether five digits can be a French postcode: département 01 to 95, overseas 971 to 989, Monaco 980."""
    if not (len(digits) == 5 and digits.isascii() and digits.isdigit()):
        return False
    return 1 <= int(digits[:2]) <= 95 or 971 <= int(digits[:3]) <= 989


def read_town(text: str) -> Town:
    """Read a town's name; CEDEX with its number, arrondissement, country and remarks in brackets go."""
    name = " ".join(without_country(_COUNTRY.sub("", text)).split())
    if leading := re.match(r"^(?:F(?:R)?-)?\d{4,5}\s+(?=\D)", name):
        name = name[leading.end() :]
    cedex = _CEDEX.search(name)
    name = _PARENTHESES.sub("", name[: cedex.start()] if cedex else name)
    name = _without_arrondissement(name).strip(" ,;.-/'’")
    key = city_key(name)
    if not any(char.isalpha() for char in key):
        return Town(is_cedex=cedex is not None, rule="city_unreadable")
    return Town(_display(name), key, cedex is not None)


def names_arrondissement(text: str) -> bool:
    """Whether `text` is Lyon, Paris or Marseille with an arrondissement: « Lyon 3e »."""
    return re.fullmatch(r"[A-Z]+", fold(_without_arrondissement(text))) is not None and bool(
        _BIG_TOWN.match(text)
    )


def is_abroad(text: str) -> bool:
    """Whether `text` is a town abroad, or ends with a foreign country (`reference/places_abroad.yml`)."""
    key = city_key(text)
    if key in _abroad("towns") or key in _abroad("countries"):
        return True
    words = key.split()
    if any(" ".join(words[-length:]) in _abroad("countries") for length in (1, 2) if len(words) > length):
        return True
    return re.sub(r"^(?:[A-Z]{1,2} )?\d{4,5} | \d{1,2}$", "", key) in _abroad("towns")


def without_country(text: str) -> str:
    """`text` without a foreign country that stands as its last part, behind a comma, a dash or a bracket."""
    found = _LAST_PART.search(text)
    return text[: found.start()] if found and city_key(found[1]) in _abroad("countries") else text


@cache
def _abroad(what: str) -> frozenset[str]:
    return frozenset(reference.load("places_abroad")[what])


def contradicts(postcode: str, town: str | None) -> bool:
    """Whether `town` (a city key) is known to lie in another département than the postcode's."""
    data = reference.load("territories")
    known = data["towns"].get(town)
    if known is None or known[:2] == postcode[:2] or known == postcode[:3]:
        return False
    return data["other_departement"].get(postcode, {}).get(town) != known and not postcode.startswith("20")


@lru_cache(maxsize=20_000)
def city_key(name: str) -> str:
    """The town's name for comparison: plain capitals, SAINT and SUR in full, no hyphen nor apostrophe."""
    words = _WORD.findall(fold(name))
    full = reference.load("street_types")["town_words"]
    return " ".join(full.get(word, word) if len(words) > 1 else word for word in words)


def _without_arrondissement(name: str) -> str:
    if _BIG_TOWN.match(name):
        return _ARRONDISSEMENT.sub("", name)
    return _TRAILING_DIGITS.sub("", name)


def _display(name: str) -> str:
    """`name` as written, unless it is all capitals or all small letters: then as a town's name is written."""
    letters = [char for char in name if char.isalpha()]
    if not (all(char.isupper() for char in letters) or all(char.islower() for char in letters)):
        return name
    words = re.split(r"([\s'’/-]+)", name.lower())
    return "".join(
        word if position and word in _SMALL_WORDS else word[:1].upper() + word[1:]
        for position, word in enumerate(words)
    )
