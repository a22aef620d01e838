"""Laying two names side by side: which words agree, but for typos, joins and cuts, and which stand alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from transforms.matching.name_words import WordWeights, makes_sibling, telling, words_of

TYPO = 0.72  # two words of this similarity or more are one word with typos (one error in four letters)
_JOINED = 0.86  # the same for words run together, which are longer
_CUT = 0.9  # similarity of a word and its beginning
PREFIX = 3  # letters of such a beginning, at least

Words = Sequence[str]


@dataclass(frozen=True)
class Alignment:
    """Weights of the words that agree and of those that do not."""

    matched: float  # weight of the words that agree, times their similarity
    possible: float  # weight of the words that agree
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]
    left_weight: float
    right_weight: float
    sibling: bool  # a word that makes another legal entity stands on one side only

    @property
    def similarity(self) -> float:
        """From 0 to 1: the share of the weight that agrees."""
        unmatched = self.left_weight + self.right_weight
        return self.matched / (self.possible + unmatched)


def align(left: Words, right: Words, weigh: WordWeights) -> Alignment:
    """Pair the words of two names, equal ones first, then the most similar."""
    first_words = {*left[:1], *right[:1]}
    common, left, right = _in_common(left, right)
    matched = possible = float(sum(map(weigh, common)))
    for one, other, similarity in _pairs(left, right, weigh) if left and right else ():
        weight = (sum(map(weigh, one)) + sum(map(weigh, other))) / 2
        matched, possible = matched + weight * similarity, possible + weight
        left, right = _in_common(left, one)[1], _in_common(right, other)[1]
    return Alignment(
        matched,
        possible,
        tuple(left),
        tuple(right),
        sum(map(weigh, left)),
        sum(map(weigh, right)),
        any(makes_sibling(word, word in first_words) for word in (*left, *right)),
    )


def _in_common(left: Words, right: Words) -> tuple[list[str], list[str], list[str]]:
    """The words that both have, each as often as both have it, and what is left of either."""
    common, rest_left, rest_right = [], [], list(right)
    for word in left:
        if word in rest_right:
            rest_right.remove(word)
            common.append(word)
        else:
            rest_left.append(word)
    return common, rest_left, rest_right


def _pairs(left: Words, right: Words, weigh: WordWeights) -> list[tuple[Words, Words, float]]:
    """Words that agree but for typos, and runs of words that agree once joined."""
    telling_left, telling_right = telling(left, weigh), telling(right, weigh)
    if len(telling_left) != len(telling_right):
        joined = OSA.normalized_similarity("".join(telling_left), "".join(telling_right))
        if joined >= _JOINED:
            return [(telling_left, telling_right, joined)]
    pairs, rest_left, rest_right = _best_first(left, right)
    if rest_left and rest_right and len(rest_left) != len(rest_right):
        joined = OSA.normalized_similarity("".join(rest_left), "".join(rest_right))
        if joined >= TYPO:
            pairs.append((rest_left, rest_right, joined))
    return pairs


def _best_first(left: Words, right: Words) -> tuple[list[tuple[Words, Words, float]], Words, Words]:
    """Pairs of single words that agree but for typos, each word used once; and the words left over."""
    scored = {
        (-similarity, one, other)
        for one in left
        for other in right
        if (similarity := word_similarity(one, other)) > 0
    }
    if not scored:
        return [], left, right
    pairs: list[tuple[Words, Words, float]] = []
    rest_left, rest_right = list(left), list(right)
    for distance, one, other in sorted(scored):
        if one in rest_left and other in rest_right:
            pairs.append(([one], [other], -distance))
            rest_left.remove(one)
            rest_right.remove(other)
    return pairs, rest_left, rest_right


@lru_cache(maxsize=1 << 16)
def word_similarity(one: str, other: str) -> float:
    """How much two words are one word, 0 where they are not: typos and cut words are followed."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if len(shorter) >= PREFIX and longer.startswith(shorter):
        rest = longer[len(shorter) :]
        return 0.0 if rest.isdigit() or rest in words_of("sibling_words") else _CUT
    if one.isdigit() or other.isdigit():
        return 0.0
    return OSA.normalized_similarity(one, other, score_cutoff=TYPO)
