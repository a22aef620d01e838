"""How alike two company names are, with the level that says why.

Typos inside words, joined and split words, truncated words and acronyms are followed. A word that makes
another legal entity (HOLDING, FORMATION) is told apart from a word that was merely left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, product
from typing import Final, Literal

from rapidfuzz.distance import OSA

from transforms.matching.name_alignment import Alignment, align
from transforms.matching.name_words import TERRITORY_WORD, WordWeights
from transforms.matching.prepared_name import PreparedName

NameLevel = Literal[
    "same", "close", "near", "letters", "acronym", "contained", "partial", "sibling", "different"
]

_FLOORS: Final[dict[NameLevel, float]] = {"same": 0.97, "close": 0.85, "near": 0.72}
PARTIAL = 0.45
_LETTERS = 0.74  # names of this similarity or more, spaces left out, are alike letter by letter
_SHORTEST = 4  # letters that such a name has at least


@dataclass(frozen=True)
class NameEvidence:
    """Similarity of two names from 0 to 1 and the level that describes it."""

    similarity: float
    level: NameLevel


def compare_names(left: str, right: str, weigh: WordWeights) -> NameEvidence:
    """Compare two standardised names (`name_core`); symmetric.

    Args:
        left: words in capitals, separated by spaces.
        right: the same.
        weigh: the weight of a word.
    """
    return compare_prepared(PreparedName.of(left, weigh), PreparedName.of(right, weigh))


def compare_prepared(left: PreparedName, right: PreparedName) -> NameEvidence:
    """The same for names that are made ready already.

    A name that gives its own acronym, as CMV CHARPENTE MENUISERIE VERDOL does, is compared by its parts too.
    """
    if left.words > right.words:
        left, right = right, left
    whole = _compare(left, right)
    if whole.level in ("same", "close") or len(left.parts) == len(right.parts) == 1:
        return whole
    both_parts = islice(product(left.parts, right.parts), 1, None)
    parts = (_compare(one, other) for one, other in both_parts)
    same_part = next((part for part in parts if part.level in ("same", "close")), None)
    return NameEvidence(same_part.similarity, "close") if same_part else whole


def _compare(left: PreparedName, right: PreparedName) -> NameEvidence:
    if not left.words or not right.words:
        return NameEvidence(0.0, "different")
    if left.joined == right.joined:
        return NameEvidence(1.0, "same")
    alignment = align(left.words, right.words, left.weigh)
    similarity = alignment.similarity
    if alignment.sibling:
        return NameEvidence(similarity, _sibling_level(left, right))
    if _numbers(alignment.left_only) and _numbers(alignment.right_only):
        return NameEvidence(similarity, "different")
    level = _level(alignment, similarity)
    if level not in ("same", "close", "near"):
        if not (left.acronyms.isdisjoint(right.words) and right.acronyms.isdisjoint(left.words)):
            level = "acronym"
        elif _letters_alike(left, right):
            level = "letters"
    return NameEvidence(similarity, level)


def _sibling_level(left: PreparedName, right: PreparedName) -> NameLevel:
    """The level of two names of which one has a word that makes another legal entity."""
    if not (left.initials.isdisjoint(right.words) and right.initials.isdisjoint(left.words)):
        return "acronym"
    bare = zip(left.without_sibling_words, right.without_sibling_words, strict=True)
    return "different" if all(_compare(*both).level == "different" for both in bare) else "sibling"


def _letters_alike(left: PreparedName, right: PreparedName) -> bool:
    """Whether the names are alike letter by letter where their words are not: moved spaces, short words."""
    one, other = left.telling, right.telling
    return min(len(one), len(other)) >= _SHORTEST and OSA.normalized_similarity(one, other) >= _LETTERS


def _level(alignment: Alignment, similarity: float) -> NameLevel:
    for level, floor in _FLOORS.items():
        if similarity >= floor:
            return level
    if min(alignment.left_weight, alignment.right_weight) <= TERRITORY_WORD and alignment.matched >= 0.5:
        return "contained"
    return "partial" if similarity >= PARTIAL else "different"


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit()}
