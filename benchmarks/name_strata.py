"""What kind of difference two names show. A pair may show several kinds; labels are not asked."""

from collections.abc import Callable
from functools import cache

from rapidfuzz.distance import OSA

from transforms import reference
from transforms.text import fold

_SHORTEST = 5  # letters of a name in which a typo can be told
_TYPOS = 2
_ACRONYM = range(2, 9)  # letters


class Difference:
    """Two names as written and as standardised, and the words that only one of them has."""

    def __init__(self, names: tuple[str, str], cores: tuple[str, str], forms: tuple[object, object]) -> None:
        self.plain = ["".join(filter(str.isalnum, fold(name))) for name in names]
        self.joined = [core.replace(" ", "") for core in cores]
        self.words = [core.split() for core in cores]
        self.forms = forms
        left, right = (set(words) - _small() for words in self.words)
        self.common, self.alone = left & right, (left - right, right - left)


def strata_of(names: tuple[str, str], cores: tuple[str, str], forms: tuple[object, object]) -> list[str]:
    """The kinds of difference (`STRATA`) between two names.

    Args:
        names: as written.
        cores: standardised (`name_core`).
        forms: codes of the legal forms within the names, or missing.
    """
    difference = Difference(names, cores, forms)
    return [name for name, holds in STRATA.items() if holds(difference)] or [OTHER]


def _contained(pair: Difference) -> bool:
    return bool(pair.common) and (not pair.alone[0]) != (not pair.alone[1])


def _typo(pair: Difference) -> bool:
    return min(map(len, pair.joined)) >= _SHORTEST and 0 < OSA.distance(*pair.joined) <= _TYPOS


def _acronym(pair: Difference) -> bool:
    """One name is a short word whose letters stand in the other, in order, from its first letter on."""
    short, long = sorted(pair.words, key=len)
    letters, text = "".join(short), "".join(long)
    if len(letters) not in _ACRONYM or len(long) < 2 or letters in long or letters[0] != text[0]:
        return False
    initials = "".join(word[0] for word in long if word not in _small())
    return in_order(letters, text) and len(set(letters) & set(initials)) * 2 > len(set(letters))


def _abbreviation(pair: Difference) -> bool:
    return any(
        one != other and one[0] == other[0] and min(len(one), len(other)) >= 2 and _cut(one, other)
        for one in pair.alone[0]
        for other in pair.alone[1]
    )


def _cut(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or (len(short) <= len(long) * 0.7 and in_order(short, long))


def in_order(letters: str, text: str) -> bool:
    """Whether the letters of one text stand in the other in the same order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _of(words: Callable[[], frozenset[str]]) -> Callable[[Difference], bool]:
    return lambda pair: not words().isdisjoint(pair.alone[0] | pair.alone[1])


def _number(pair: Difference) -> bool:
    return any(char.isdigit() for word in pair.alone[0] | pair.alone[1] for char in word)


@cache
def _small() -> frozenset[str]:
    return frozenset(reference.load("name_words")["small_words"])


@cache
def _siblings() -> frozenset[str]:
    data = reference.load("name_words")
    return frozenset({*data["sibling_words"], *data["sibling_first"]})


@cache
def _places() -> frozenset[str]:
    data = reference.load("territories")
    names = [*data["towns"], *data["metropole"], *(fold(one["name"]) for one in data["territories"].values())]
    words = {word for name in names for word in name.replace("-", " ").split() if len(word) > 2}
    return frozenset((words | set(reference.load("name_words")["territory_words"])) - _small())


OTHER = "other"
STRATA: dict[str, Callable[[Difference], bool]] = {
    "accents, signs": lambda pair: pair.plain[0] == pair.plain[1],
    "legal form": lambda pair: pair.forms[0] != pair.forms[1],
    "homonym": lambda pair: pair.joined[0] == pair.joined[1],
    "typo": _typo,
    "abbreviation": _abbreviation,
    "acronym": _acronym,
    "contained": _contained,
    "sibling word": _of(_siblings),
    "place": _of(_places),
    "number": _number,
    "trade name": lambda pair: not pair.common and not (_typo(pair) or _acronym(pair) or _abbreviation(pair)),
}
