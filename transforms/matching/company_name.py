"""How alike two company names are, word by word, with the reason.

Words count by their rarity in the lists at hand (inverse document frequency: Spärck Jones, 1972), so that a
shared CONSEIL says little and a shared invented word says much. Typos inside words, joined and split words,
truncated words and acronyms are followed. A word that makes another legal entity (HOLDING, FORMATION) is told
apart from a word that was merely left out.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from rapidfuzz.distance import OSA

from transforms import reference

NameLevel = Literal[
    "same", "close", "near", "letters", "acronym", "contained", "partial", "sibling", "different"
]

_FLOORS: Final[dict[NameLevel, float]] = {"same": 0.97, "close": 0.85, "near": 0.72}
_TYPO = 0.72  # two words of this similarity or more are one word with typos (one error in four letters)
_JOINED = 0.86  # the same for words run together, which are longer
_LETTERS = 0.74  # names of this similarity or more, spaces left out, are alike letter by letter
_SHORTEST = 4  # letters that such a name has at least
_PREFIX = 3  # letters of a truncated word or an acronym, at least
_SMALL_WORD = 0.05
_TERRITORY_WORD = 0.15


@dataclass(frozen=True)
class NameEvidence:
    """Similarity of two names from 0 to 1 and the level that describes it."""

    similarity: float
    level: NameLevel


@dataclass(frozen=True)
class WordWeights:
    """Weight of each word from 0 (everywhere) to 1 (unique), by rarity among the names at hand."""

    names: int
    counts: dict[str, int]

    @classmethod
    def of(cls, cores: Iterable[str]) -> "WordWeights":
        """Count the words of `cores` (standardised names), each once a name."""
        counts: Counter[str] = Counter()
        names = 0
        for core in cores:
            counts.update(set(core.split()))
            names += 1
        return cls(names, dict(counts))

    def __call__(self, word: str) -> float:
        """Weight of one word."""
        if word in _words("small_words"):
            return _SMALL_WORD
        if word in _words("territory_words"):
            return _TERRITORY_WORD
        return max(0.2, 1 - math.log1p(self.counts.get(word, 0)) / math.log1p(max(self.names, 2)))


def compare_names(left: str, right: str, weigh: WordWeights) -> NameEvidence:
    """Compare two standardised names (`name_core`); symmetric.

    A name that gives its own acronym, as in STM SOUDURE TUYAUTERIE MARTIN, is compared with either part too.

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
    alignment = _align(left, right, weigh)
    similarity = alignment.matched / (alignment.possible + alignment.unmatched)
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
    """Without any of them, and without the last: AGBE DEVELOPPEMENT HOLDING is AGBE or AGBE DEVELOPPEMENT."""
    found = [at for at, word in enumerate(words) if _makes_sibling(word, at == 0)]
    none = [word for at, word in enumerate(words) if at not in found]
    return [none, [word for at, word in enumerate(words) if at not in found[-1:]]]


def _parts(words: list[str]) -> list[list[str]]:
    """The whole name and, if it gives its own acronym first or last, the acronym and the rest."""
    for at in (0, -1):
        acronym, rest = words[at], words[1:] if at == 0 else words[:-1]
        if any(_spells(acronym, initials, whole=False) for initials in _initials(rest)):
            return [words, [acronym], rest]
    return [words]


def _letters_alike(left: list[str], right: list[str], weigh: WordWeights) -> bool:
    """Whether the names are alike letter by letter where their words are not: moved spaces, short words."""
    one, other = ("".join(_telling(words, weigh)) for words in (left, right))
    return min(len(one), len(other)) >= _SHORTEST and OSA.normalized_similarity(one, other) >= _LETTERS


@dataclass(frozen=True)
class _Alignment:
    matched: float  # weight of the words that agree, times their similarity
    possible: float  # weight of the words that agree
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]
    left_weight: float
    right_weight: float
    sibling: bool  # a word that makes another legal entity stands on one side only

    @property
    def unmatched(self) -> float:
        return self.left_weight + self.right_weight


def _align(left: list[str], right: list[str], weigh: WordWeights) -> _Alignment:
    first_words = {*left[:1], *right[:1]}
    common = Counter(left) & Counter(right)
    matched = possible = sum(weigh(word) for word in common.elements())
    left, right = _minus(left, common), _minus(right, common)
    for one, other, similarity in _pairs(left, right, weigh):
        weight = (sum(map(weigh, one)) + sum(map(weigh, other))) / 2
        matched, possible = matched + weight * similarity, possible + weight
        left, right = _minus(left, Counter(one)), _minus(right, Counter(other))
    return _Alignment(
        matched,
        possible,
        tuple(left),
        tuple(right),
        sum(map(weigh, left)),
        sum(map(weigh, right)),
        any(_makes_sibling(word, word in first_words) for word in (*left, *right)),
    )


def _pairs(left: list[str], right: list[str], weigh: WordWeights) -> list[tuple[list[str], list[str], float]]:
    """Words that agree but for typos, and runs of words that agree once joined."""
    if not left or not right:
        return []
    telling_left, telling_right = _telling(left, weigh), _telling(right, weigh)
    joined = OSA.normalized_similarity("".join(telling_left), "".join(telling_right))
    if len(telling_left) != len(telling_right) and joined >= _JOINED:
        return [(telling_left, telling_right, joined)]
    scored = sorted(
        ((_word_similarity(one, other), one, other) for one in set(left) for other in set(right)),
        key=lambda score: (-score[0], score[1], score[2]),
    )
    pairs, used_left, used_right = [], Counter[str](), Counter[str]()
    for similarity, one, other in scored:
        if (
            similarity >= _TYPO
            and used_left[one] < left.count(one)
            and used_right[other] < right.count(other)
        ):
            pairs.append(([one], [other], similarity))
            used_left[one] += 1
            used_right[other] += 1
    rest_left, rest_right = _minus(left, used_left), _minus(right, used_right)
    if rest_left and rest_right and len(rest_left) != len(rest_right):
        joined = OSA.normalized_similarity("".join(rest_left), "".join(rest_right))
        if joined >= _TYPO:
            pairs.append((rest_left, rest_right, joined))
    return pairs


@cache
def _word_similarity(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _PREFIX and longer.startswith(shorter):
        rest = longer[len(shorter) :]
        return 0.0 if rest.isdigit() or rest in _words("sibling_words") else 0.9
    if one.isdigit() or other.isdigit():
        return 0.0
    return OSA.normalized_similarity(one, other)


def _level(alignment: _Alignment, similarity: float) -> NameLevel:
    for level, floor in _FLOORS.items():
        if similarity >= floor:
            return level
    if min(alignment.left_weight, alignment.right_weight) <= _TERRITORY_WORD and alignment.matched >= 0.5:
        return "contained"
    return "partial" if similarity >= 0.45 else "different"


def _is_acronym(left: list[str], right: list[str], *, whole: bool) -> bool:
    """Whether one name holds the initials of the other, as in STM for SOUDURE TUYAUTERIE MARTIN."""
    return any(
        _spells(acronym, initials, whole=whole)
        for words, others in ((left, right), (right, left))
        for initials in _initials(words)
        for acronym in others
    )


def _initials(words: list[str]) -> list[str]:
    """The initials of `words`, with small words and without; none if fewer than two words tell something."""
    telling = [word for word in words if word not in _words("small_words")]
    return ["".join(word[0] for word in those) for those in (words, telling)] if len(telling) >= 2 else []


def _spells(acronym: str, initials: str, *, whole: bool) -> bool:
    if len(acronym) < _PREFIX or len(acronym) > len(initials):
        return False
    return acronym == initials if whole else initials.startswith(acronym)


@cache
def _makes_sibling(word: str, first: bool) -> bool:
    """Whether a word that the other name lacks makes another legal entity, typos in long words followed."""
    if first and word in _words("sibling_first"):
        return True
    siblings = _words("sibling_words")
    return word in siblings or (
        len(word) >= 7 and any(OSA.normalized_similarity(word, known) >= _JOINED for known in siblings)
    )


def _numbers(words: Iterable[str]) -> set[str]:
    return {word for word in words if word.isdigit()}


def _telling(words: list[str], weigh: WordWeights) -> list[str]:
    return [word for word in words if weigh(word) > _TERRITORY_WORD] or words


def _minus(words: list[str], taken: Counter[str]) -> list[str]:
    left_over, rest = Counter(taken), []
    for word in words:
        if left_over[word] > 0:
            left_over[word] -= 1
        else:
            rest.append(word)
    return rest


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(reference.load("name_words")[kind])
