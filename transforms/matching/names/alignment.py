"""Laying two names side by side: which words agree, but for typos, joins and cuts, and which stand alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.words import TERRITORY_WORD, WordWeights, makes_sibling, telling, words_of

TYPO = 0.72  # two words of this similarity or more are one word with typos (one error in four letters)
PARTIAL = 0.45  # names of this similarity or more have something in common
PREFIX = 3  # letters of the beginning of a cut word, at least
_JOINED = 0.86  # the same as `TYPO` for words run together, which are longer
_CUT = 0.9  # similarity of a word and its beginning, of words and their acronym
_ACRONYM = 6  # letters of an acronym within a name, at most
_CONTRACTED = 5  # letters of a word that is worth contracting, at least

Words = Sequence[str]
Pair = tuple[Words, Words, float]


@dataclass(frozen=True)
class Alignment:
    """Weights of the words that agree and of those that do not.

    Args:
        common: words that both names have, letter by letter.
        equal: weight of `common`.
        matched: weight of the words that agree, times their similarity.
        possible: weight of the words that agree.
        pairs: words that agree without being equal, and their similarity.
        left_only: words of the left name that stand alone.
        right_only: words of the right name that stand alone.
        left_weight: weight of `left_only`.
        right_weight: weight of `right_only`.
        sibling: a word that makes another legal entity stands on one side only.
    """

    common: tuple[str, ...]
    equal: float
    matched: float
    possible: float
    pairs: tuple[Pair, ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]
    left_weight: float
    right_weight: float
    sibling: bool

    @property
    def similarity(self) -> float:
        """From 0 to 1: the share of the weight that agrees."""
        unmatched = self.left_weight + self.right_weight
        return self.matched / (self.possible + unmatched)


def align(left: PreparedName, right: PreparedName) -> Alignment:
    """Pair the words of two names, equal ones first, then the most similar."""
    weigh = left.weigh
    common, left_only, right_only = _in_common(left.words, right.words)
    pairs = _pairs(left_only, right_only, weigh) if left_only and right_only else []
    first_words = {*left.words[:1], *right.words[:1]}
    found = _alignment(common, pairs, left_only, right_only, first_words, weigh)
    if found.sibling and (short := _short_sibling_word(found, weigh)):
        pairs = [*pairs, short]
        found = _alignment(common, pairs, left_only, right_only, first_words, weigh)
    if not (found.left_only and found.right_only) or found.similarity < PARTIAL:
        return found
    # Acronyms of a few words, contracted or cut words: likely only between names that agree elsewhere.
    more = _second_look(left, right, found)
    return _alignment(common, [*pairs, *more], left_only, right_only, first_words, weigh) if more else found


def _alignment(
    common: Words, pairs: list[Pair], left: Words, right: Words, first: set[str], weigh: WordWeights
) -> Alignment:
    equal = matched = possible = float(sum(map(weigh, common)))
    for one, other, similarity in pairs:
        weight = (sum(map(weigh, one)) + sum(map(weigh, other))) / 2
        matched, possible = matched + weight * similarity, possible + weight
        left, right = _in_common(left, one)[1], _in_common(right, other)[1]
    return Alignment(
        common=tuple(common),
        equal=equal,
        matched=matched,
        possible=possible,
        pairs=tuple(pairs),
        left_only=tuple(left),
        right_only=tuple(right),
        left_weight=sum(map(weigh, left)),
        right_weight=sum(map(weigh, right)),
        sibling=any(makes_sibling(word, word in first) for word in (*left, *right)),
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


def _pairs(left: Words, right: Words, weigh: WordWeights) -> list[Pair]:
    """Words that agree but for typos, and runs of words that agree once joined."""
    telling_left, telling_right = telling(left, weigh), telling(right, weigh)
    if run := _joined(telling_left, telling_right, _JOINED):
        return [run]
    pairs, rest_left, rest_right = _best_first(left, right)
    if run := _joined(rest_left, rest_right, TYPO):
        pairs.append(run)
    return pairs


def _joined(left: Words, right: Words, at_least: float) -> Pair | None:
    """Runs of words that agree once joined: another number is no typo, so numbers that differ stay out."""
    if _digits(left) != _digits(right):
        left, right = ([word for word in words if not word.isdigit()] for words in (left, right))
    if not left or not right or len(left) == len(right):
        return None
    joined = OSA.normalized_similarity("".join(left), "".join(right))
    return (left, right, joined) if joined >= at_least else None


def _digits(words: Words) -> str:
    return "".join(filter(str.isdigit, "".join(words)))


def _best_first(left: Words, right: Words) -> tuple[list[Pair], Words, Words]:
    """Pairs of single words that agree but for typos, each word used once; and the words left over."""
    scored = {
        (-similarity, one, other)
        for one in left
        for other in right
        if (similarity := word_similarity(one, other)) > 0
    }
    if not scored:
        return [], left, right
    pairs: list[Pair] = []
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


def _second_look(left: PreparedName, right: PreparedName, found: Alignment) -> list[Pair]:
    """Words still alone that stand for words of the other name that are alone as well."""
    pairs: list[Pair] = []
    rest_left, rest_right = list(found.left_only), list(found.right_only)
    ways = (
        *_short_for(left, right, rest_left),
        *((one, other, similarity) for other, one, similarity in _short_for(right, left, rest_right)),
        *(
            ([one], [other], _CUT)
            for one in rest_left
            for other in rest_right
            if _shortened(one, other, left, right)
        ),
    )
    for one, other, similarity in ways:
        if all(word in rest_left for word in one) and all(word in rest_right for word in other):
            pairs.append((one, other, similarity))
            rest_left, rest_right = _in_common(rest_left, one)[1], _in_common(rest_right, other)[1]
    return pairs


def _short_for(name: PreparedName, other: PreparedName, rest: Words) -> Iterator[Pair]:
    """Words of `name` that are words of the other run together, or their acronym."""
    for word in rest:
        if run := other.joins.get(word):
            yield [word], run, 1.0
        elif len(word) <= _ACRONYM and name.weigh(word) > TERRITORY_WORD and (run := other.runs.get(word)):
            yield [word], run, _CUT


def _short_sibling_word(found: Alignment, weigh: WordWeights) -> Pair | None:
    """The one word that each name has alone, if the one is short for the other: SRV for SERVICES.

    Only between names that would have something in common without the longer word too.
    """
    if len(found.left_only) != 1 or len(found.right_only) != 1:
        return None
    (one,), (other,) = found.left_only, found.right_only
    short, word = sorted((one, other), key=len)
    if len(short) < PREFIX or found.equal < PARTIAL * (found.equal + weigh(short)) or short.isdigit():
        return None
    meant = short in word or (short[0] == word[0] and in_order(short, word))
    return ([one], [other], _CUT) if meant else None


def _shortened(one: str, other: str, left: PreparedName, right: PreparedName) -> bool:
    """Whether a word is contracted (CTE for COMITE), or the last one of its name and cut (N for NATURE)."""
    if len(one) > len(other):
        one, other, left, right = other, one, right, left
    if one[0] != other[0] or one.isdigit():
        return False
    if other.startswith(one):
        return (one == left.words[-1] and other == right.words[-1]) or len(one) >= PREFIX
    contracted = len(other) >= _CONTRACTED and len(one) >= PREFIX and one[-1] == other[-1]
    return contracted and in_order(one, other)


def in_order(letters: str, text: str) -> bool:
    """Whether the letters of one text stand in the other in the same order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)
