"""The table that is matched, and its pairs, seen column by column as numbers.

Pairs are many more than records, and a text is dear to copy and to compare: each column's texts are numbered
once, and pairs carry the numbers.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Made = TypeVar("Made")
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int8]
NONE: Final = -1


@dataclass(frozen=True)
class Numbered:
    """Comparable columns whose values are numbered together.

    Args:
        codes: for each column the number of each record's value, `NONE` (-1) where it is missing.
        values: the values by number.
    """

    codes: tuple[Codes, ...]
    values: pd.Index

    @cached_property
    def bearers(self) -> Codes:
        """How many records bear each value, in whichever of the columns; last, 0 for `NONE`."""
        seen = np.stack(self.codes, axis=1)
        seen.sort(axis=1)
        # A record that has one value in two columns bears it once.
        repeated = np.zeros_like(seen, dtype=bool)
        repeated[:, 1:] = seen[:, 1:] == seen[:, :-1]
        counted = seen[(seen != NONE) & ~repeated]
        return np.append(np.bincount(counted, minlength=len(self.values)), 0)


class Records:
    """Records by position 0..n-1, whose columns are numbered when they are first asked for."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.reset_index(drop=True)
        self._numbered: dict[tuple[str, ...], Numbered] = {}
        self._prepared: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def numbered(self, *columns: str) -> Numbered:
        """The values of `columns`, numbered together."""
        if columns not in self._numbered:
            codes, values = pd.factorize(pd.concat([self.frame[name] for name in columns], ignore_index=True))
            parts = np.split(codes.astype(np.int64), len(columns))
            self._numbered[columns] = Numbered(tuple(parts), pd.Index(values))
        return self._numbered[columns]

    def prepared(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What a comparison makes of the records once, however often it is asked."""
        if key not in self._prepared:
            self._prepared[key] = make()
        made: Made = self._prepared[key]
        return made


@dataclass(frozen=True)
class Ends:
    """One column at both ends of each pair: the number of its value, `NONE` where it is missing."""

    left: Codes
    right: Codes

    @property
    def known(self) -> Flags:
        """Whether both have a value."""
        return np.asarray((self.left != NONE) & (self.right != NONE))

    @property
    def same(self) -> Flags:
        """Whether both have the same value."""
        return np.asarray((self.left != NONE) & (self.left == self.right))


@dataclass(frozen=True)
class Pairs:
    """Pairs of records, by their positions."""

    records: Records
    left: Codes
    right: Codes

    def __len__(self) -> int:
        return len(self.left)

    def ends(self, codes: Codes, other: Codes | None = None) -> Ends:
        """Numbers given to the records, at the left end and at the right (there those of `other`, if any)."""
        return Ends(codes[self.left], (codes if other is None else other)[self.right])

    def column(self, name: str) -> Ends:
        """The values of a column at both ends."""
        return self.ends(self.records.numbered(name).codes[0])

    def crossed(self, *columns: str) -> list[Ends]:
        """Each of the columns at the left end beside each of them at the right."""
        codes = self.records.numbered(*columns).codes
        return [self.ends(one, other) for one in codes for other in codes]

    def taken(self, chosen: Flags | Codes) -> "Pairs":
        """Some of the pairs."""
        return Pairs(self.records, self.left[chosen], self.right[chosen])


def distinct(left: Codes, right: Codes, values: int) -> tuple[Codes, Codes, Codes]:
    """The different unordered pairs of numbers below `values`, and for each pair given which one it is."""
    keys, at = np.unique(np.minimum(left, right) * values + np.maximum(left, right), return_inverse=True)
    low, high = np.divmod(keys, max(1, values))
    return low, high, at
