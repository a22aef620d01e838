"""Street lines: number, street type, street name, and what stands beside the street (building, floor)."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from transforms import reference
from transforms.text import fold, is_blank

_SEPARATOR = re.compile(r"\s*[\n\r;,|]+\s*|\s+[-–—]+\s+")
_NUMBER_COMMA = re.compile(r"^(\d{1,4}\s*(?:bis|ter|quater|[a-z])?)\s*,\s*(?=[^\W\d])", re.I)
_NUMBER = re.compile(
    r"^(?:N(?:DEG|O|UMERO)?\b\.?\s*|NDEG)?(\d{1,5})(?:\s*(?:-|/|A|ET|&)\s*\d{1,5}\b)?\s*(BIS|TER|QUATER|QUINQUIES|[A-Z])?\b(?!\s*ETAGE)"
)
# A number behind a word, and a word behind it: « Tour des Vents 12 rue ... ».
_NUMBER_INSIDE = re.compile(r"(?<=[^\W\d]\s)(?:n°\s*)?\d{1,4}\s*(?:bis|ter|quater)?,?\s+(?=[^\W\d])", re.I)
# The words that `_inside` looks for, folded.
_BUILDING = frozenset(("BAT", "BATIMENT", "APPT", "APT", "ESC", "ESCALIER"))
_FLOOR = re.compile(r"^(?:\d{1,2}\s*(?:ER|ERE|E|EME|ND|NDE)|REZ DE CHAUSSEE|RDC)\b\s*(?:ETAGE|ETG|NIVEAU|$)")
_WORD = re.compile(r"[A-Z0-9]+")
# What most lines are, a short number and words: the fast way for them, with the same result.
_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿŒœ]"
PLAIN_WORDS = rf"{_LETTER}+\.?(?:[ '’-]{_LETTER}+\.?)*"
PLAIN_LINE = rf"[0-9]{{1,3}} {PLAIN_WORDS}"
_PLAIN_LINE = re.compile(PLAIN_LINE)


class Street(NamedTuple):
    """One street line, taken apart; `line` and `complement` are as written, the rest is normalised."""

    number: str | None = None
    type: str | None = None
    name: str | None = None
    complement: str | None = None
    line: str | None = None


def read_street(text: str) -> Street:
    """Take one street line apart; of several parts, the one most like a street is the street."""
    return (_plain_street(text) if is_plain(text) else None) or _any_street(text)


def is_plain(text: str) -> bool:
    """Whether `text` is a number of up to three digits and words, with nothing else that might be told."""
    return _PLAIN_LINE.fullmatch(text) is not None


def _plain_street(line: str) -> Street | None:
    """A plain line, if it is a number and a street without a building behind it."""
    folded = fold(line)
    number, kind, name = _take_apart(folded)
    if number is None or kind is None or not _BUILDING.isdisjoint(_WORD.findall(folded)):
        return None
    return Street(number, kind, name, None, line)


def _any_street(text: str) -> Street:
    text = _NUMBER_COMMA.sub(r"\1 ", text.strip(" ,;-\n\r\t"))
    parts = [part for part in map(_tidy, _SEPARATOR.split(text)) if not is_blank(part)]
    parts = [piece for part in parts for piece in _split_inside(part)]
    ranks = [_rank(part) for part in parts]
    best = max(ranks, default=0)
    position = ranks.index(best) if best else None
    if position is None:
        # A building or a post box alone is all the address there is.
        return Street(line=", ".join(parts) or None)
    complement = ", ".join(part for at, part in enumerate(parts) if at != position) or None
    number, kind, name = _take_apart(fold(parts[position]))
    return Street(number, kind, name, complement, parts[position])


# Mostly asked of what stands behind a postcode, which is a town: towns are few.
@lru_cache(maxsize=10_000)
def is_street(text: str) -> bool:
    """Whether `text` begins with a street type, or a number and a street type."""
    _, rest = _take_number(fold(text))
    return _take_type(_WORD.findall(rest))[0] is not None


def is_complement(text: str) -> bool:
    """Whether `text` begins like a building, a floor or a post box (`reference/street_types.yml`)."""
    words = _WORD.findall(fold(text))
    return any(tuple(words[:length]) in _complements() for length in (1, 2, 3))


def _tidy(part: str) -> str:
    return " ".join(part.split()).strip(" ,;-")


def _split_inside(part: str) -> list[str]:
    """Cut a post box, a building or a floor off the end of the street it was written behind."""
    found = _inside().search(part)
    if found is None or not found.start():
        return _split_ahead(part)
    return [_tidy(part[: found.start()]), _tidy(part[found.start() :])]


def _split_ahead(part: str) -> list[str]:
    """Cut a building or a company's name off the front of the number and street written behind it."""
    for found in _NUMBER_INSIDE.finditer(part):
        ahead, behind = _tidy(part[: found.start()]), _tidy(part[found.start() :])
        if not _is_road(ahead) and _is_road(behind):
            return [ahead, behind]
    return [part]


def _is_road(part: str) -> bool:
    kind = _take_apart(fold(part))[1]
    return kind is not None and kind not in reference.load("street_types")["places"]


def _rank(part: str) -> int:
    """How much a part looks like a street: 4 type and number, 3 street, 2 area, 1 any name, 0 beside it."""
    folded = fold(part)
    if _FLOOR.match(folded):
        return 0
    number, kind, name = _take_apart(folded)
    if kind and kind not in reference.load("street_types")["places"]:
        return 4 if number else 3
    if number and name:
        return 3
    if kind:
        return 2
    return 0 if is_complement(part) or not name else 1


# Asked for three times in a row: is it a street, how much of one, which one.
@lru_cache(maxsize=1_000)
def _take_apart(folded: str) -> tuple[str | None, str | None, str | None]:
    """Number with suffix, canonical street type and normalised street name of one line in uppercase ASCII."""
    number, rest = _take_number(folded)
    words = _WORD.findall(rest)
    kind, words = _take_type(words)
    return number, kind, _street_name(words)


def _take_number(folded: str) -> tuple[str | None, str]:
    found = _NUMBER.match(folded)
    if found is None or _FLOOR.match(folded):
        return None, folded
    digits, suffix = found[1].lstrip("0") or "0", found[2]
    rest = folded[found.end() :]
    apart = suffix is not None and len(suffix) == 1 and folded[found.start(2) - 1] == " "
    if apart and not _take_type(_WORD.findall(rest))[0]:
        # "5 R DES LILAS": a letter apart is a suffix only before a street type.
        suffix, rest = None, f"{found[2]} {rest}"
    suffix = reference.load("street_types")["numbers"].get(suffix, suffix)
    return (f"{digits} {suffix}" if suffix else digits), rest


def _take_type(words: list[str]) -> tuple[str | None, list[str]]:
    if not words or words[0] not in _first_words():
        return None, words
    for length in range(min(len(words), 4), 0, -1):
        if kind := _types().get(tuple(words[:length])):
            return kind, words[length:]
    return None, words


def _street_name(words: list[str]) -> str | None:
    data = reference.load("street_types")
    name = [data["words"].get(word, word) for word in words]
    while len(name) > 1 and name[0] in data["links"]:
        name = name[1:]
    # An elided article inside the name comes and goes with the apostrophe.
    return " ".join(word for word in name if word not in ("D", "L")) or " ".join(name) or None


@cache
def _types() -> dict[tuple[str, ...], str]:
    types = reference.load("street_types")["types"]
    return {
        tuple(_WORD.findall(spelling)): kind for kind, others in types.items() for spelling in [kind, *others]
    }


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words[0] for words in _types())


@cache
def _complements() -> frozenset[tuple[str, ...]]:
    data = reference.load("street_types")
    return frozenset(tuple(text.split()) for text in [*data["complements"], *data["mail_services"]])


@cache
def _inside() -> re.Pattern[str]:
    services = "|".join(reference.load("street_types")["mail_services"])
    return re.compile(
        rf"(?:(?<=\s)|^)(?:(?:{services})\s*\d+|(?:b[aâ]t(?:iment)?|appt|apt|esc(?:alier)?)\b\.?\s*\w{{1,3}}\b|"
        r"\d{1,2}\s*(?:er|e|è|eme|ème)\s+étage)",
        re.I,
    )
