"""Pairs of names that are surely different, told apart many at a time.

Most candidate pairs share a word, a street or a telephone, and their names have nothing else to do with each
other. Laying such names side by side word by word would take most of the time of a run. What is said here
holds for `compare_prepared` as well; what is not said here is left to it.
"""

import functools
import operator
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms.matching.names.alignment import PARTIAL, PREFIX, TYPO, word_similarity
from transforms.matching.names.company_name import RESEMBLING, REST
from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.words import TERRITORY_WORD, telling, words_of
from transforms.matching.records import Codes, Flags

# Pairs looked at together: few enough for memory, many enough for speed.
_BATCH = 100_000
# Sums of weights differ by a hair with the order of their terms.
_HAIR = 1e-6
# A contained name shares at least so much weight.
_CONTAINED = 0.5

Texts = npt.NDArray[np.object_]


class NameScreen:
    """Names, numbered as in the list given, and what a glance at two of them needs."""

    def __init__(self, names: Sequence[PreparedName]) -> None:
        self._names, self._bare = _with_bare_names(names)
        self._open = np.array([_needs_a_closer_look(name) for name in self._names], dtype=bool)
        self._has_numbers = np.array([bool(name.numbers) for name in self._names], dtype=bool)
        self._has_acronyms = np.array([bool(name.acronyms) for name in self._names], dtype=bool)
        self._joined = _texts(name.joined for name in self._names)
        self._telling = _texts(name.telling for name in self._names)
        self._plain = _texts(name.plain for name in self._names)
        self._size = np.array([len(name.words) for name in self._names], dtype=np.int64)
        self._start = np.cumsum(self._size) - self._size
        words = [word for name in self._names for word in name.words]
        weights = [name.weigh(word) for name in self._names for word in name.words]
        self._words = list(dict.fromkeys(words))
        number = {word: at for at, word in enumerate(self._words)}
        self._word = np.array([number[word] for word in words], dtype=np.int64)
        self._weight = np.array(weights, dtype=float)
        self._total = np.bincount(
            np.repeat(np.arange(len(self._names)), self._size), self._weight, minlength=len(self._names)
        )
        self._length = np.array([len(word) for word in self._words], dtype=np.int64)
        self._letters = np.array([_letters(word) for word in self._words], dtype=np.uint64)
        self._spelling = np.zeros(len(self._names), dtype=np.uint64)
        has_words = self._size > 0
        if has_words.any():
            starts = self._start[has_words]
            self._spelling[has_words] = np.bitwise_or.reduceat(self._letters[self._word], starts)
        self._first = np.array([ord(_first_letter(name)) for name in self._names], dtype=np.int64)
        heads = {word[:PREFIX]: at for at, word in enumerate(self._words)}
        self._head = np.array([heads[word[:PREFIX]] for word in self._words], dtype=np.int64)

    def surely_different(self, left: Codes, right: Codes) -> Flags:
        """Whether `compare_prepared` would call two names different, for each pair; False where in doubt."""
        batches = range(0, len(left), _BATCH)
        found = [self._different(left[at : at + _BATCH], right[at : at + _BATCH]) for at in batches]
        return np.concatenate(found) if found else np.zeros(0, dtype=bool)

    def _different(self, left: Codes, right: Codes) -> Flags:
        """The names are different, and if a word makes a sibling, so are the names without such words."""
        different = self._nothing_alike(left, right)
        bare = self._bare
        again = np.flatnonzero(different & ((bare[0][left] != left) | (bare[0][right] != right)))
        if len(again):
            for without in bare:
                different[again] &= self._different(without[left[again]], without[right[again]])
        return different

    def _nothing_alike(self, left: Codes, right: Codes) -> Flags:
        common, resembling = self._words_in_common(left, right)
        left_alone, right_alone = self._total[left] - common, self._total[right] - common
        share = common / np.maximum(common + left_alone + right_alone, _HAIR)
        contained = (np.minimum(left_alone, right_alone) <= TERRITORY_WORD + _HAIR) & (
            common >= _CONTAINED - _HAIR
        )
        open_ = (
            self._open[left] | self._open[right] | self._may_spell(left, right) | self._may_spell(right, left)
        ) | (self._has_numbers[left] & self._has_numbers[right])
        closed = ~resembling & ~contained & (share < PARTIAL - _HAIR) & ~open_
        nameless = (self._size[left] == 0) | (self._size[right] == 0)
        asked = np.flatnonzero(closed & ~nameless)
        closed[asked] = self._letters_apart(left[asked], right[asked], common[asked] > 0)
        return np.asarray(closed | nameless)

    def _words_in_common(self, left: Codes, right: Codes) -> tuple[npt.NDArray[np.float64], Flags]:
        """The weight of the words that both names have, and whether two others are one with typos."""
        crossed = self._size[left] * self._size[right]
        pair = np.repeat(np.arange(len(left)), crossed)
        step = np.arange(len(pair)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
        down, across = np.divmod(step, np.maximum(self._size[right], 1)[pair])
        place = self._start[left][pair] + down
        one, other = self._word[place], self._word[self._start[right][pair] + across]
        weights = self._weight[place] * (one == other)
        common = np.bincount(pair, weights, minlength=len(left)).astype(float)
        resembling = np.zeros(len(left), dtype=bool)
        asked = np.flatnonzero((one != other) & self._may_be_one(one, other))
        resembling[pair[asked[self._are_one(one[asked], other[asked])]]] = True
        return common, resembling

    def _may_be_one(self, one: Codes, other: Codes) -> Flags:
        """Whether two words may be one with typos or cut: a typo changes one letter's presence or two."""
        lengths = self._length[one], self._length[other]
        longest, shortest = np.maximum(*lengths), np.minimum(*lengths)
        typos = np.floor(longest * (1 - TYPO) + _HAIR)
        changed = np.bitwise_count(self._letters[one] ^ self._letters[other])
        cut = (shortest >= PREFIX) & (self._head[one] == self._head[other])
        return np.asarray(((longest - shortest <= typos) & (changed <= 2 * typos)) | cut)

    def _may_spell(self, name: Codes, other: Codes) -> Flags:
        """Whether the only word of a name may be made of how the words of the other begin."""
        missing = self._spelling[name] & ~self._spelling[other]
        one_word = (self._size[name] == 1) & (self._size[other] > 1)
        return np.asarray(one_word & (self._first[name] == self._first[other]) & (missing == 0))

    def _are_one(self, one: Codes, other: Codes) -> Flags:
        keys, at = np.unique(one * len(self._words) + other, return_inverse=True)
        ends = (places.tolist() for places in np.divmod(keys, max(1, len(self._words))))
        alike = [word_similarity(self._words[a], self._words[b]) > 0 for a, b in zip(*ends, strict=True)]
        return np.array(alike, dtype=bool)[at]

    def _letters_apart(self, left: Codes, right: Codes, sharing: Flags) -> Flags:
        """Whether no run of words is like one of the other name, and none is an acronym of the other."""
        apart = _unlike(self._telling[left], self._telling[right], RESEMBLING)
        apart &= _unlike(self._plain[left], self._plain[right], RESEMBLING)
        like = np.flatnonzero(~apart & sharing)
        one, other = (told for _, told in self._both_rests(left[like], right[like]))
        apart[like] = (one != "") & (other != "") & _unlike(one, other, REST)
        alone = np.flatnonzero(apart & ~sharing)
        apart[alone] = _unlike(self._joined[left[alone]], self._joined[right[alone]])
        asked = np.flatnonzero(apart & (sharing | self._has_acronyms[left] | self._has_acronyms[right]))
        apart[asked] = [_unrelated(one, other) for one, other in self._both(left[asked], right[asked])]
        rested = np.flatnonzero(apart & sharing)
        rests = self._both_rests(left[rested], right[rested])
        apart[rested] = _unlike(rests[0][0], rests[1][0]) & _unlike(rests[0][1], rests[1][1])
        return apart

    def _both_rests(self, left: Codes, right: Codes) -> tuple[tuple[Texts, Texts], tuple[Texts, Texts]]:
        """Of each side, the letters of the words that it has alone; and of those that tell something."""
        ends = list(self._both(left, right))
        return _rests(ends), _rests([(other, one) for one, other in ends])

    def _both(self, left: Codes, right: Codes) -> Iterator[tuple[PreparedName, PreparedName]]:
        names = self._names
        return ((names[one], names[other]) for one, other in zip(left.tolist(), right.tolist(), strict=True))


def _with_bare_names(names: Sequence[PreparedName]) -> tuple[list[PreparedName], tuple[Codes, Codes]]:
    """The names and, after them, what is left without words that make siblings; where to find that."""
    all_names = list(names)
    bare: tuple[list[int], list[int]] = ([], [])
    for at, name in enumerate(all_names):  # the list grows: what is left may have such words still
        for kept, without in zip(bare, name.without_sibling_words, strict=True):
            kept.append(at if without is name else len(all_names))
            if without is not name:
                all_names.append(without)
    return all_names, (np.array(bare[0], dtype=np.int64), np.array(bare[1], dtype=np.int64))


def _needs_a_closer_look(name: PreparedName) -> bool:
    """Names that say a word twice, give their own acronym, or may have lost a letter of it with SOCIETE."""
    return len(set(name.words)) < len(name.words) or len(name.parts) > 1 or name.begins_as_sibling


def _first_letter(name: PreparedName) -> str:
    """Of the first word that is no small one; an acronym may leave those out."""
    return next((word for word in name.words if word not in words_of("small_words")), "\0")[0]


def _unrelated(one: PreparedName, other: PreparedName) -> bool:
    return (
        one.joined != other.joined
        and one.acronyms.isdisjoint(other.words)
        and other.acronyms.isdisjoint(one.words)
    )


def _rests(ends: list[tuple[PreparedName, PreparedName]]) -> tuple[Texts, Texts]:
    """The letters of the words that only the first name has, and of those that tell something among them."""
    rests = [[word for word in name.words if word not in other.words] for name, other in ends]
    told = ["".join(telling(rest, name.weigh)) for rest, (name, _) in zip(rests, ends, strict=True)]
    return _texts(map("".join, rests)), _texts(told)


def _unlike(left: Texts, right: Texts, least: float = TYPO) -> Flags:
    scores = process.cpdist(
        left.tolist(),
        right.tolist(),
        scorer=OSA.normalized_similarity,
        score_cutoff=least - _HAIR,
        dtype=np.float32,
    )
    return np.asarray(scores == 0)


def _texts(texts: Iterable[str]) -> Texts:
    return np.array([*texts], dtype=object)


def _letters(word: str) -> int:
    """The letters that a word has, one bit each; two letters may share a bit, which only hides a change."""
    return functools.reduce(operator.or_, (1 << ord(letter) % 64 for letter in word), 0)
