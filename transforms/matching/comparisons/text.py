"""Values compared as texts: the same, shared by many, alike letter by letter, or different."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel, JaroWinkler

from transforms.matching.comparisons.base import DIFFERENT, MISSING, SAME, Comparison, Name
from transforms.matching.records import Codes, Ends, Flags, Levels, Pairs, Records, distinct

_SCORERS: Final = {
    "edits": OSA.normalized_similarity,
    "letters": Indel.normalized_similarity,
    "beginnings": JaroWinkler.normalized_similarity,
}
# Pairs whose texts are spelt out at once: bounds the memory.
_AT_ONCE = 500_000
# How often pairs are one thing by the least similarity of their only telling texts, to go by names, titles
# and product texts of labelled lists: beyond so much mostly, below half hardly ever.
_EQUAL: Final = 0.95
_EQUAL_OF_MANY: Final = 0.6
_ALONE: Final = {
    "edits": ((0.7, 0.84, 0.95), (0.1, 0.5, 0.8)),
    "letters": ((0.7, 0.84, 0.95), (0.1, 0.5, 0.8)),
    "beginnings": ((0.82, 0.92, 0.97), (0.1, 0.5, 0.8)),
}
Similarity = npt.NDArray[np.float32]
Floor = Annotated[float, Field(gt=0, lt=1)]
Bearers = Annotated[int, Field(ge=2)]


class ValueComparison(Comparison):
    """Columns whose values may be equal, crosswise if there are several.

    A value that many records bear says less than a rare one, a switchboard's number or a frequent surname:
    equal values have a level of their own from so many bearers on.

    Args:
        columns: the columns; a value of one may equal a value of another.
        alike: levels of similar values, by the least similarity.
        shared_from: levels of equal values, by the least number of records that bear the value.
    """

    columns: tuple[str, ...] = Field(min_length=1)
    alike: dict[Name, Floor] = Field(default={})
    shared_from: dict[Name, Bearers] = Field(default={})

    @property
    def shared_levels(self) -> tuple[Name, ...]:
        """Those of `shared_from`."""
        return tuple(self.shared_from)

    @property
    def levels(self) -> tuple[Name, ...]:
        """From different over alike and widely shared to the same."""
        alike = sorted(self.alike, key=lambda name: self.alike[name])
        shared = sorted(self.shared_from, key=lambda name: -self.shared_from[name])
        return (MISSING, DIFFERENT, *alike, *shared, SAME)

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return self.columns

    def _alone(self, similarity: Sequence[float], share: Sequence[float]) -> dict[Name, float]:
        """`share` by `similarity` at the levels' floors, none below the first; equal values are one thing."""
        alike = {name: float(np.interp(at, similarity, share, left=0.0)) for name, at in self.alike.items()}
        return {**alike, **dict.fromkeys(self.shared_from, _EQUAL_OF_MANY), SAME: _EQUAL}

    def compare(self, pairs: Pairs) -> Levels:
        """The best that any two of the columns say."""
        found = [self._crossed(pairs, ends) for ends in pairs.crossed(*self.columns)]
        return np.asarray(np.maximum.reduce(found))

    def chances(self, records: Records) -> dict[Name, float]:
        """Equal values are too rare for a sample: the pairs of records that bear each value are counted."""
        bearers = records.numbered(*self.columns).bearers[:-1]
        limits = sorted(self.shared_from.values())
        place = len(self.levels) - 1 - np.searchsorted(limits, bearers, side="right")
        known = max(2, sum(bearers))
        pairs = np.bincount(place, weights=bearers * (bearers - 1.0), minlength=len(self.levels))
        equal = (*sorted(self.shared_from, key=lambda name: -self.shared_from[name]), SAME)
        return {name: pairs[self.levels.index(name)] / (known * (known - 1.0)) for name in equal}

    def _crossed(self, pairs: Pairs, ends: Ends) -> Levels:
        level = np.zeros(len(pairs), dtype=np.int8)
        known = ends.known
        level[known] = 1
        if self.alike:
            asked = known & ~ends.same
            floors = sorted(self.alike.values())
            level[asked] += np.searchsorted(
                floors, self._similarity(pairs, ends, asked), side="right"
            ).astype(np.int8)
        same = ends.same
        bearers = pairs.records.numbered(*self.columns).bearers[ends.left[same]]
        limits = sorted(self.shared_from.values())
        level[same] = len(self.levels) - 1 - np.searchsorted(limits, bearers, side="right")
        return level

    def _similarity(self, pairs: Pairs, ends: Ends, asked: Flags) -> Similarity:
        """How alike the values of the `asked` pairs are, from 0 to 1; different pairs of values once each."""
        values = pairs.records.numbered(*self.columns).values
        left, right = ends.left[asked], ends.right[asked]
        found = np.empty(len(left), dtype=np.float32)
        for start in range(0, len(left), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            low, high, at = distinct(left[some], right[some], len(values))
            found[some] = self._alike(pairs.records, low, high)[at]
        return found

    @abstractmethod
    def _alike(self, records: Records, low: Codes, high: Codes) -> Similarity:
        """How alike pairs of different values are, given by their numbers, from 0 to 1."""


class TextComparison(ValueComparison):
    """Texts, compared letter by letter.

    Args:
        measure: edits (Damerau), letters (insertions and deletions) or beginnings (Jaro-Winkler).
    """

    kind: Literal["text"]
    measure: Literal["edits", "letters", "beginnings"] = "edits"

    def alone(self) -> dict[Name, float]:
        """By similarity."""
        return self._alone(*_ALONE[self.measure])

    def _alike(self, records: Records, low: Codes, high: Codes) -> Similarity:
        values = records.numbered(*self.columns).values
        left, right = values[low].tolist(), values[high].tolist()
        return similarities(left, right, _SCORERS[self.measure])


def similarities(
    left: Sequence[str], right: Sequence[str], scorer: Any, least: float | None = None
) -> Similarity:
    """The similarity of texts side by side; below `least` it counts as 0."""
    return process.cpdist(left, right, scorer=scorer, score_cutoff=least, dtype=np.float32, workers=-1)
