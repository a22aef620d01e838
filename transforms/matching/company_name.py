"""How alike two company names are, with the level that says why.

Typos inside words, joined and split words, truncated words and acronyms are followed. A word that makes
another legal entity (HOLDING, FORMATION) is told apart from a word that was merely left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import OSA

from transforms.matching.name_alignment import Alignment, align
from transforms.matching.name_words import TERRITORY_WORD, WordWeights, initials, makes_sibling, telling

NameLevel = Literal[
    "same", "close", "near", "letters", "acronym", "contained", "partial", "sibling", "different"
]

_FLOORS: Final[dict[NameLevel, float]] = {"same": 0.97, "close": 0.85, "near": 0.72}
_PARTIAL = 0.45
_LETTERS = 0.74  # names of this similarity or more, spaces left out, are alike letter by letter
_SHORTEST = 4  # letters that such a name has at least
_ACRONYM = 3  # letters of an acronym, at least


@dataclass(frozen=True)
class NameEvidence:
    """Similarity of two names from 0 to 1 and the level that describes it."""

    similarity: float
    level: NameLevel


def compare_names(left: str, right: str, weigh: WordWeights) -> NameEvidence:
    """Compare two standardised names (`name_core`); symmetric.

    A name that gives its own acronym, as CMV CHARPENTE MENUISERIE VERDOL does, is compared by its parts too.

    Args:
        left: words in capitals, separated by spaces.
        right: the same.
        weigh: the weight of a word.
    """
    left, right = sorted((left, right))
    whole = _compare(left.split(), right.split(), weigh)
    if whole.level in ("same", "close"):
        return whole
    parts = [
        _compare(one, other, weigh)
        for one in _parts(left.split())
        for other in _parts(right.split())
        if (one, other) != (left.split(), right.split())
    ]
    same_part = [part for part in parts if part.level in ("same", "close")]
    return NameEvidence(same_part[0].similarity, "close") if same_part else whole


def _compare(left: list[str], right: list[str], weigh: WordWeights) -> NameEvidence:
    if not left or not right:
        return NameEvidence(0.0, "different")
    if "".join(left) == "".join(right):
        return NameEvidence(1.0, "same")
    alignment = align(left, right, weigh)
    similarity = alignment.similarity
    if alignment.sibling:
        return NameEvidence(similarity, _sibling_level(left, right, weigh))
    if _numbers(alignment.left_only) and _numbers(alignment.right_only):
        return NameEvidence(similarity, "different")
    level = _level(alignment, similarity)
    if level not in ("same", "close", "near"):
        if _is_acronym(left, right, whole=False):
            level = "acronym"
        elif _letters_alike(left, right, weigh):
            level = "letters"
    return NameEvidence(similarity, level)


def _sibling_level(left: list[str], right: list[str], weigh: WordWeights) -> NameLevel:
    """The level of two names of which one has a word that makes another legal entity."""
    if _is_acronym(left, right, whole=True):
        return "acronym"
    bare = {
        _compare(one, other, weigh).level
        for one, other in zip(_without_sibling_words(left), _without_sibling_words(right), strict=False)
    }
    return "different" if bare <= {"different"} else "sibling"


def _without_sibling_words(words: list[str]) -> list[list[str]]:
    """Without any of them, and without the last alone: a company may be called X DEVELOPPEMENT."""
    found = [at for at, word in enumerate(words) if makes_sibling(word, at == 0)]
    none = [word for at, word in enumerate(words) if at not in found]
    return [none, [word for at, word in enumerate(words) if at not in found[-1:]]]


def _parts(words: list[str]) -> list[list[str]]:
    """The whole name and, if it gives its own acronym first or last, the acronym and the rest."""
    for at in (0, -1):
        acronym, rest = words[at], words[1:] if at == 0 else words[:-1]
        if any(_spells(acronym, letters, whole=False) for letters in initials(rest)):
            return [words, [acronym], rest]
    return [words]


def _letters_alike(left: list[str], right: list[str], weigh: WordWeights) -> bool:
    """Whether the names are alike letter by letter where their words are not: moved spaces, short words."""
    one, other = ("".join(telling(words, weigh)) for words in (left, right))
    return min(len(one), len(other)) >= _SHORTEST and OSA.normalized_similarity(one, other) >= _LETTERS


def _level(alignment: Alignment, similarity: float) -> NameLevel:
    for level, floor in _FLOORS.items():
        if similarity >= floor:
            return level
    if min(alignment.left_weight, alignment.right_weight) <= TERRITORY_WORD and alignment.matched >= 0.5:
        return "contained"
    return "partial" if similarity >= _PARTIAL else "different"


def _is_acronym(left: list[str], right: list[str], *, whole: bool) -> bool:
    """Whether one name holds the initials of the other, as in CMV for CHARPENTE MENUISERIE VERDOL."""
    return any(
        _spells(acronym, letters, whole=whole)
        for words, others in ((left, right), (right, left))
        for letters in initials(words)
        for acronym in others
    )


def _spells(acronym: str, letters: str, *, whole: bool) -> bool:
    if len(acronym) < _ACRONYM or len(acronym) > len(letters):
        return False
    return acronym == letters if whole else letters.startswith(acronym)


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit()}
