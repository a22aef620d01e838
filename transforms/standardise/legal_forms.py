"""Legal forms as data, `reference/legal_forms.yml`: found in their own column or at the ends of a name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from transforms import reference

Words = tuple[str, ...]


class Spelt(dict[Words, str]):
    """Codes by spelling, and how long the longest spelling is that begins or ends with a word."""

    @cached_property
    def longest_from(self) -> dict[str, int]:
        """Words of the longest spelling, by its first word."""
        return self._longest(0)

    @cached_property
    def longest_to(self) -> dict[str, int]:
        """Words of the longest spelling, by its last word."""
        return self._longest(-1)

    def _longest(self, place: int) -> dict[str, int]:
        shortest_first = sorted(filter(None, self), key=len)
        return {words[place]: len(words) for words in shortest_first}


@dataclass(frozen=True)
class Spellings:
    """Every spelling of the legal forms, as words, indexed for the place where it may stand."""

    stated: Spelt = field(default_factory=Spelt)
    starts: Spelt = field(default_factory=Spelt)
    ends: Spelt = field(default_factory=Spelt)
    kept: Spelt = field(default_factory=Spelt)
    anywhere: dict[str, str] = field(default_factory=dict)
    cautious: set[str] = field(default_factory=set)


@cache
def spellings() -> Spellings:
    """The spellings of `reference/legal_forms.yml`; each is one tuple of words in uppercase ASCII."""
    found = Spellings()
    for code, form in _forms().items():
        in_names = [*form.get("aliases", ()), *([code] if form.get("in_names", True) else [])]
        for text in [*in_names, *form.get("stated", ()), code]:
            found.stated.setdefault(_words(text), code)
        places = [found.kept] if form.get("kept") else [found.starts, found.ends]
        if "only" in form:
            places = [found.starts if form["only"] == "start" else found.ends]
        for text in in_names:
            for place in places:
                place.setdefault(_words(text), code)
        if form.get("cautious"):
            found.cautious.add(code)
        if form.get("anywhere"):
            found.anywhere[code] = code
    return found


def match_start(words: list[str], known: Spelt) -> tuple[int, str | None]:
    """How many of the first words spell a form of `known`, the longest spelling first, and its code."""
    longest = known.longest_from.get(words[0], 0) if words else 0
    for length in range(min(len(words), longest), 0, -1):
        if code := known.get(tuple(words[:length])):
            return length, code
    return 0, None


def match_end(words: list[str], known: Spelt) -> tuple[int, str | None]:
    """How many of the last words spell a form of `known`, the longest spelling first, and its code."""
    longest = known.longest_to.get(words[-1], 0) if words else 0
    for length in range(min(len(words), longest), 0, -1):
        if code := known.get(tuple(words[-length:])):
            return length, code
    return 0, None


def read_stated(words: list[str]) -> str | None:
    """The code of a stated legal form: a spelling, a text that begins with one, or an INSEE category."""
    if len(words) == 1 and words[0].isdigit() and len(words[0]) == 4:
        return _of_insee_category(words[0])
    return match_start(words, spellings().stated)[1]


def most_precise(codes: Iterable[str]) -> str | None:
    """The first of `codes`, or a later one that is a special case of it (EURL of SARL)."""
    chosen: str | None = None
    for code in codes:
        if chosen is None or chosen in _forms()[code].get("refines", ()):
            chosen = code
    return chosen


def is_sole_trader(code: str | None) -> bool:
    """Whether a company of that form is one person."""
    return code is not None and bool(_forms()[code].get("sole_trader", False))


def _of_insee_category(category: str) -> str | None:
    prefixes = {prefix: code for code, form in _forms().items() for prefix in form.get("insee", ())}
    lengths = range(len(category), 0, -1)
    return next((prefixes[category[:n]] for n in lengths if category[:n] in prefixes), None)


def _forms() -> dict[str, dict[str, Any]]:
    forms: dict[str, dict[str, Any]] = reference.load("legal_forms")
    return forms


def _words(text: str) -> Words:
    # As names are when forms are looked for: no connectors, no elided articles, abbreviations written out.
    data = reference.load("name_abbreviations")
    dropped = {*data["connectors"], "D", "L"}
    return tuple(data["words"].get(word, word) for word in text.split() if word not in dropped)
