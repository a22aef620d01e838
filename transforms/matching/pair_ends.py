"""The two records of each pair, seen column by column as numbers.

Pairs are many more than records, and a text is dear to copy and to compare: each column's texts are numbered
once, and pairs carry the numbers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NONE = -1


@dataclass(frozen=True)
class Ends:
    """One column at both ends of each pair: the number of its value, `NONE` (-1) where it is missing."""

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

    def alike(self, texts: pd.Index, floor: float) -> Flags:
        """Whether both have values and their `texts` are similar, `floor` or more from 0 to 1."""
        both = np.flatnonzero(self.known)
        keys, at = np.unique(self.left[both] * len(texts) + self.right[both], return_inverse=True)
        ends = (texts[codes].tolist() for codes in np.divmod(keys, max(1, len(texts))))
        scores = process.cpdist(*ends, scorer=OSA.normalized_similarity, dtype=np.float32)
        found = np.zeros(len(self.left), dtype=bool)
        found[both] = (scores >= floor)[at]
        return found


def numbered(*columns: pd.Series) -> tuple[list[Codes], pd.Index]:
    """Number the values of comparable columns: the numbers of each column, and the values by number."""
    codes, values = pd.factorize(pd.concat(columns, ignore_index=True))
    return np.split(codes.astype(np.int64), np.cumsum([len(column) for column in columns])[:-1]), values


def bearers(values: int, one: Codes, other: Codes | None = None) -> Codes:
    """How many records bear each of the numbered values, in one column or the other; last, 0 for `NONE`."""
    seen = one if other is None else np.concatenate([one, np.where(other != one, other, NONE)])
    return np.bincount(seen[seen != NONE], minlength=values + 1)
