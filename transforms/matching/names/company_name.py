"""How alike two company names are, with the level that says why.

Typos inside words, joined and split words, truncated words and acronyms are followed. A word that makes
another legal entity (HOLDING, FORMATION) is told apart from a word that was merely left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Final, Literal

from rapidfuzz.distance import OSA

from transforms.matching.names.acronyms import spells
from transforms.matching.names.alignment import PARTIAL, Alignment, Words, align
from transforms.matching.names.places import contradict
from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.words import TERRITORY_WORD, WordWeights, makes_sibling, telling, words_of

NameLevel = Literal[
    "same", "close", "near", "letters", "acronym", "contained", "extended", "partial", "sibling", "different"
]

_FLOORS: Final[dict[NameLevel, float]] = {"same": 0.97, "close": 0.85, "near": 0.72}
_LETTERS = 0.74  # names of this similarity or more, spaces left out, are alike letter by letter
RESEMBLING = 0.6  # names of this similarity or more resemble each other: two typos in a short word
_TYPOS = 2  # letters that such names have changed, at most
REST = 0.5  # of the words that only one of them has, if both have some
_LONE_CUT = 7  # letters of a name that is the beginning of another one's only word, at least
_LONE_TYPO = 6  # letters of a name of which a typo leaves no whole word, at least
_CONTAINED = 0.5  # weight that a name shares with one that contains it, at least
_FURTHER = 2  # words that tell more, from which a name does more than contain the other
_SHORTEST = 4  # letters that such a name has at least


@dataclass(frozen=True)
class NameEvidence:
    """How two names compare.

    Args:
        similarity: from 0 to 1.
        level: describes it.
        alignment: their words side by side; None where all letters agree, or one has none.
        swapped: whether the left name stands on the right side of `alignment`.
    """

    similarity: float
    level: NameLevel
    alignment: Alignment | None = field(default=None, compare=False)
    swapped: bool = field(default=False, compare=False)


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

    A name that gives its own acronym, as CMV CHARPENTE MENUISERIE VERDOL does, or a former name, as
    MERIDON EX TAVIOL, is compared by its parts too.
    """
    if left.words > right.words:
        return replace(_by_parts(right, left), swapped=True)
    return _by_parts(left, right)


def _by_parts(left: PreparedName, right: PreparedName) -> NameEvidence:
    whole = _compare(left, right)
    if whole.level in ("same", "close", "sibling") or len(left.parts) == len(right.parts) == 1:
        return whole
    if contradict(left.places, right.places):
        return whole
    both_parts = islice(product(left.parts, right.parts), 1, None)
    parts = (_compare(one, other) for one, other in both_parts)
    same_part = next((part for part in parts if part.level in ("same", "close")), None)
    return replace(same_part, level="close") if same_part else whole


def _compare(left: PreparedName, right: PreparedName) -> NameEvidence:
    if not left.words or not right.words:
        return NameEvidence(0.0, "different")
    if left.joined == right.joined:
        return NameEvidence(1.0, "same")
    alignment = align(left, right)
    similarity = alignment.similarity
    if alignment.sibling or _one_leads(left, right):
        return NameEvidence(similarity, _sibling_level(left, right, alignment), alignment)
    if _numbers(alignment.left_only) and _numbers(alignment.right_only):
        bare = _compare(left.without_numbers, right.without_numbers)
        return NameEvidence(similarity, "different" if bare.level == "different" else "sibling", alignment)
    return NameEvidence(similarity, _word_level(left, right, alignment), alignment)


def _word_level(left: PreparedName, right: PreparedName, alignment: Alignment) -> NameLevel:
    """The level of two names of which neither has a word or number that makes another entity."""
    level = _level(alignment, alignment.similarity)
    if level == "contained" and _says_further(left, right, alignment):
        level = "extended"
    if level != "different" and contradict(left.places, right.places):
        return "sibling"
    if level not in ("same", "close", "near"):
        if _is_acronym(left, right) or _is_acronym(right, left):
            level = "acronym"
        elif _letters_alike(left, right) and _rests_alike(alignment, left.weigh):
            level = "letters"
        elif level == "different" and _resembling(left, right) and _rests_alike(alignment, left.weigh):
            level = "partial"
    elif alignment.equal <= TERRITORY_WORD:
        level = _lone_level(left.telling, right.telling, level)
    return level


def _sibling_level(left: PreparedName, right: PreparedName, alignment: Alignment) -> NameLevel:
    """The level of two names of which one has a word that makes another legal entity."""
    if _is_short_for(left, right, alignment.left_only) or _is_short_for(right, left, alignment.right_only):
        return "acronym"
    bare = zip(left.without_sibling_words, right.without_sibling_words, strict=True)
    return "different" if all(_compare(*both).level == "different" for both in bare) else "sibling"


def _is_short_for(name: PreparedName, other: PreparedName, alone: Words) -> bool:
    """Whether a name says by initials what the other does, words that make another legal entity included."""
    spelt = not other.covering_acronyms.isdisjoint(name.words) or _is_spelt(other, name)
    return spelt and not any(makes_sibling(word, word == name.words[0]) for word in alone)


def _is_acronym(name: PreparedName, other: PreparedName) -> bool:
    """Whether a word of the other is an acronym of a name, and not of the other's own words."""
    found = name.acronyms.intersection(other.words)
    return not found <= {other.own_acronym} or _is_spelt(name, other)


def says_more_than_acronym(left: PreparedName, right: PreparedName) -> bool:
    """Whether of two names the one that bears the other's acronym says more: TVL LOISIRS, TAVIOL VERDOL LAC.

    Many names have such three letters by chance.
    """
    borne = [ends for ends in ((left, right), (right, left)) if _is_acronym(*ends)]
    return bool(borne) and all(not _is_spelt(*ends) and _has_more(*ends) for ends in borne)


def _has_more(name: PreparedName, other: PreparedName) -> bool:
    known = {*name.words, *name.acronyms}
    return any(name.weigh(word) > TERRITORY_WORD for word in other.words if word not in known)


def _is_spelt(name: PreparedName, other: PreparedName) -> bool:
    return len(other.words) == 1 and len(name.words) > 1 and spells(other.words[0], name.words)


def _letters_alike(left: PreparedName, right: PreparedName) -> bool:
    """Whether the names are alike letter by letter where their words are not: moved spaces, short words."""
    one, other = left.telling, right.telling
    return min(len(one), len(other)) >= _SHORTEST and OSA.normalized_similarity(one, other) >= _LETTERS


def _resembling(left: PreparedName, right: PreparedName) -> bool:
    """Whether the names have most letters in common, in order: short words with more than one typo."""
    ends = ((left.telling, right.telling), (left.plain, right.plain))
    return any(
        OSA.normalized_similarity(one, other) >= RESEMBLING and OSA.distance(one, other) <= _TYPOS
        for one, other in ends
    )


def _one_leads(left: PreparedName, right: PreparedName) -> bool:
    """Whether only one of two names begins as a group's does: GROUPE MERIDON, MERIDON GROUPE."""
    one, other = left.words[0], right.words[0]
    return one != other and any(
        word in words_of("sibling_first") and word in words
        for word, words in ((one, right.words), (other, left.words))
    )


def _rests_alike(alignment: Alignment, weigh: WordWeights) -> bool:
    """Whether no word on one side speaks against one on the other: MAISONS DU NORD, MAISONS DU SUD."""
    left, right = ("".join(telling(words, weigh)) for words in (alignment.left_only, alignment.right_only))
    return not (left and right) or OSA.normalized_similarity(left, right) >= REST


def _lone_level(one: str, other: str, level: NameLevel) -> NameLevel:
    """The level of names that have no word in common: many short words are one typo apart."""
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter):
        return level if len(shorter) >= _LONE_CUT else "contained"
    return level if len(longer) >= _LONE_TYPO else "letters"


def _level(alignment: Alignment, similarity: float) -> NameLevel:
    for level, floor in _FLOORS.items():
        if similarity >= floor:
            return level
    alone = (
        (alignment.left_only, alignment.left_weight),
        (alignment.right_only, alignment.right_weight),
    )
    if alignment.matched >= _CONTAINED and any(_says_nothing(words, weight) for words, weight in alone):
        return "contained"
    return "partial" if similarity >= PARTIAL else "different"


def _says_nothing(words: Iterable[str], weight: float) -> bool:
    """Whether a name says no more than the other by these words: articles and kinds of body, and few."""
    return weight <= TERRITORY_WORD and all(
        word in words_of("small_words") or word in words_of("generic_words") for word in words
    )


def _says_further(left: PreparedName, right: PreparedName, alignment: Alignment) -> bool:
    """Whether a name tells much that the other does not: MERIDON FRET, MERIDON FRET GRANDE DISTRIBUTION."""
    return any(
        sum(name.weigh(word) > TERRITORY_WORD and word not in name.place_words for word in alone) >= _FURTHER
        for name, alone in ((left, alignment.left_only), (right, alignment.right_only))
    )


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit()}
