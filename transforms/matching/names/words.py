"""What the words of company names weigh and mean: rare or common, small, territorial, of a sister entity.

Words count by their rarity in the lists at hand (inverse document frequency: Spärck Jones, 1972), so that a
shared CONSEIL says little and a shared invented word says much. Exceptions: `reference/name_words.yml`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms import reference

SMALL_WORD = 0.05
TERRITORY_WORD = 0.15
_LEAST = 0.2
# A word of a thousand names tells nothing. Held to the number of names at hand, rarity would shift with each
# name that is added, however unlike all others it is.
_EVERYWHERE = math.log1p(1_000)
_MISSPELT = 0.85  # a long word of this similarity or more to a sibling word is that word
_LONG = 6  # letters


class WordWeights(dict[str, float]):
    """Weight of each word from 0 (everywhere) to 1 (unique), by rarity among the names at hand.

    A word's weight is worked out when it is first asked for: `weigh("MERIDON")`.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__()
        self._counts = counts

    @classmethod
    def of(cls, cores: Iterable[str]) -> "WordWeights":
        """Count the words of `cores` (standardised names), each once a name."""
        counts: Counter[str] = Counter()
        for core in cores:
            counts.update(set(core.split()))
        return cls(dict(counts))

    def __missing__(self, word: str) -> float:
        weight = self[word] = self._rarity(word)
        return weight

    # Words are weighed millions of times: a call is a look-up, without a step through Python.
    __call__ = dict.__getitem__

    def _rarity(self, word: str) -> float:
        if word in words_of("small_words"):
            return SMALL_WORD
        if word in words_of("territory_words") or word in words_of("generic_words"):
            return TERRITORY_WORD
        return max(_LEAST, 1 - math.log1p(self._counts.get(word, 0)) / _EVERYWHERE)


def telling(words: Sequence[str], weigh: WordWeights) -> Sequence[str]:
    """The words that tell one company from another; all of them if none does."""
    return [word for word in words if weigh(word) > TERRITORY_WORD] or words


@lru_cache(maxsize=1 << 17)
def makes_sibling(word: str, first: bool) -> bool:
    """Whether a word that the other name lacks makes another legal entity, typos in long words followed."""
    if first and word in words_of("sibling_first"):
        return True
    siblings = words_of("sibling_words")
    return word in siblings or (
        len(word) >= _LONG
        and process.extractOne(word, siblings, scorer=OSA.normalized_similarity, score_cutoff=_MISSPELT)
        is not None
    )


def plain_number(word: str) -> str:
    """A number in figures where the word is one in letters: TROIS is 3."""
    return _numbers().get(word, word)


@cache
def words_of(kind: str) -> frozenset[str]:
    """One list of `reference/name_words.yml`."""
    return frozenset(reference.load("name_words")[kind])


@cache
def _numbers() -> dict[str, str]:
    return {word: str(number) for word, number in reference.load("name_words")["numbers"].items()}
