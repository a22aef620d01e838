"""The table that is matched, and its pairs, seen column by column as numbers.

Pairs are many more than records, and a text is dear to keep, to copy and to compare: each column's texts are
numbered once, and pairs carry the numbers.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

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

    @property
    def texts(self) -> pa.Array:
        """The values as texts by number, to be worked on as a whole."""
        texts = pd.DataFrame({"text": self.values.astype("str")})
        return pa.Table.from_pandas(texts, preserve_index=False)["text"].combine_chunks()

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
            self._numbered[columns] = _together([_coded(self.frame[name]) for name in columns])
        return self._numbered[columns]

    def texts(self, column: str) -> pd.Series:
        """The values of a column, spelt out record by record."""
        values = self.frame[column]
        return values.astype("str") if _is_kept_once(values) else values

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

    def across(self, closed: pd.Series | None) -> "Pairs":
        """Without those within a source that holds nothing twice, which `closed` names for its records."""
        if closed is None:
            return self
        source = closed.to_numpy()
        return self.taken(pd.isna(source[self.left]) | (source[self.left] != source[self.right]))


def kept_once(values: pd.Series) -> pd.Series:
    """A column of texts, each text kept once however many records have it; other columns as they are."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    codes, texts = pd.factorize(values)
    numbers = pa.array(codes.astype(np.int32), mask=codes == NONE)
    coded = pa.DictionaryArray.from_arrays(numbers, pa.array(texts, pa.large_string()))
    return pd.Series(pd.arrays.ArrowExtensionArray(coded), index=values.index, name=values.name)


def _is_kept_once(values: pd.Series) -> bool:
    return isinstance(values.dtype, pd.ArrowDtype) and pa.types.is_dictionary(values.dtype.pyarrow_dtype)


def _coded(values: pd.Series) -> tuple[Codes, pd.Index]:
    """The number of each record's value, in the order in which they first stand there, and the values."""
    codes, found = pd.factorize(values)
    if not _is_kept_once(values):
        return codes, pd.Index(found)
    # Records have been reordered since their texts were numbered.
    first = pd.unique(codes[codes != NONE])
    place = np.full(len(found) + 1, NONE, dtype=np.int64)
    place[first] = np.arange(len(first))
    return place[codes], found.astype("str")[first]


def _together(columns: list[tuple[Codes, pd.Index]]) -> Numbered:
    """Columns that are numbered each for itself, numbered together."""
    if len(columns) == 1:
        return Numbered((columns[0][0],), columns[0][1])
    numbers, values = pd.factorize(pd.concat([pd.Series(values) for _, values in columns]))
    starts = np.cumsum([0, *(len(values) for _, values in columns)])
    return Numbered(
        tuple(
            np.append(numbers[start:end], NONE)[codes]
            for (codes, _), start, end in zip(columns, starts, starts[1:], strict=False)
        ),
        pd.Index(values),
    )


def distinct(left: Codes, right: Codes, values: int) -> tuple[Codes, Codes, Codes]:
    """The different unordered pairs of numbers below `values`, and for each pair given which one it is."""
    keys, at = np.unique(np.minimum(left, right) * values + np.maximum(left, right), return_inverse=True)
    low, high = np.divmod(keys, max(1, values))
    return low, high, at
