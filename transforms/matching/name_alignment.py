"""Laying two names side by side: which words agree, but for typos, joins and cuts, and which stand alone."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from transforms.matching.name_words import WordWeights, makes_sibling, telling, words_of

_TYPO = 0.72  # two words of this similarity or more are one word with typos (one error in four letters)
_JOINED = 0.86  # the same for words run together, which are longer
_CUT = 0.9  # similarity of a word and its beginning
_PREFIX = 3  # letters of such a beginning, at least

Words = list[str]


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
    common = Counter(left) & Counter(right)
    matched = possible = sum(weigh(word) for word in common.elements())
    left, right = _minus(left, common), _minus(right, common)
    for one, other, similarity in _pairs(left, right, weigh):
        weight = (sum(map(weigh, one)) + sum(map(weigh, other))) / 2
        matched, possible = matched + weight * similarity, possible + weight
        left, right = _minus(left, Counter(one)), _minus(right, Counter(other))
    return Alignment(
        matched,
        possible,
        tuple(left),
        tuple(right),
        sum(map(weigh, left)),
        sum(map(weigh, right)),
        any(makes_sibling(word, word in first_words) for word in (*left, *right)),
    )


def _pairs(left: Words, right: Words, weigh: WordWeights) -> list[tuple[Words, Words, float]]:
    """Words that agree but for typos, and runs of words that agree once joined."""
    if not left or not right:
        return []
    telling_left, telling_right = telling(left, weigh), telling(right, weigh)
    joined = OSA.normalized_similarity("".join(telling_left), "".join(telling_right))
    if len(telling_left) != len(telling_right) and joined >= _JOINED:
        return [(telling_left, telling_right, joined)]
    scored = sorted(
        ((_word_similarity(one, other), one, other) for one in set(left) for other in set(right)),
        key=lambda score: (-score[0], score[1], score[2]),
    )
    pairs, used_left, used_right = _best_first(scored, Counter(left), Counter(right))
    rest_left, rest_right = _minus(left, used_left), _minus(right, used_right)
    if rest_left and rest_right and len(rest_left) != len(rest_right):
        joined = OSA.normalized_similarity("".join(rest_left), "".join(rest_right))
        if joined >= _TYPO:
            pairs.append((rest_left, rest_right, joined))
    return pairs


def _best_first(
    scored: list[tuple[float, str, str]], left: Counter[str], right: Counter[str]
) -> tuple[list[tuple[Words, Words, float]], Counter[str], Counter[str]]:
    """Take pairs of single words as they come, each word once; the pairs and the words they used."""
    pairs: list[tuple[Words, Words, float]] = []
    used_left, used_right = Counter[str](), Counter[str]()
    for similarity, one, other in scored:
        if similarity >= _TYPO and used_left[one] < left[one] and used_right[other] < right[other]:
            pairs.append(([one], [other], similarity))
            used_left[one] += 1
            used_right[other] += 1
    return pairs, used_left, used_right


@cache
def _word_similarity(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _PREFIX and longer.startswith(shorter):
        rest = longer[len(shorter) :]
        return 0.0 if rest.isdigit() or rest in words_of("sibling_words") else _CUT
    if one.isdigit() or other.isdigit():
        return 0.0
    return OSA.normalized_similarity(one, other)


def _minus(words: Words, taken: Counter[str]) -> Words:
    left_over, rest = Counter(taken), []
    for word in words:
        if left_over[word] > 0:
            left_over[word] -= 1
        else:
            rest.append(word)
    return rest
