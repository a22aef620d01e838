"""Registration numbers: proof of one company, or of two."""

from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from transforms.matching.comparisons.base import DIFFERENT, MISSING, SAME, Comparison, Name
from transforms.matching.records import Flags, Levels, Pairs

_AGREES, _DIFFERS = "rounded_agrees", "rounded_differs"


class IdentifierComparison(Comparison):
    """A number that identifies, others that prove sameness only, and a rounded one that leaves a range.

    Args:
        column: the number of which nobody has two.
        or_same: further numbers: the same in both is as good, different ones say nothing.
        low: the lowest number that a rounded one may stand for.
        high: the highest.
    """

    kind: Literal["identifier"]
    column: str
    or_same: tuple[str, ...] = ()
    low: str | None = None
    high: str | None = None

    @model_validator(mode="after")
    def _both_bounds(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("low et high : à donner tous deux, ou aucun")
        return self

    @property
    def levels(self) -> tuple[Name, ...]:
        """From different numbers to the same."""
        rounded = (_DIFFERS, _AGREES) if self.low else ()
        return (MISSING, DIFFERENT, *rounded, SAME)

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return tuple(name for name in (self.column, *self.or_same, self.low, self.high) if name)

    def compare(self, pairs: Pairs) -> Levels:
        """A rounded number supports or contradicts, and never identifies."""
        number = pairs.column(self.column)
        same = np.any([number.same, *(pairs.column(name).same for name in self.or_same)], axis=0)
        certain = ((number.known & ~number.same, DIFFERENT), (same, SAME))
        if not (self.low and self.high):
            return self.picked(*certain)
        agrees, asked = self._rounded(pairs, self.low, self.high)
        return self.picked(*certain, (agrees, _AGREES), (asked, _DIFFERS))

    def _rounded(self, pairs: Pairs, lowest: str, highest: str) -> tuple[Flags, Flags]:
        texts = pairs.records.texts
        number = pd.to_numeric(texts(self.column), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        low, high = (
            texts(bound).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            for bound in (lowest, highest)
        )
        agrees, asked = np.zeros((2, len(pairs)), dtype=bool)
        for one, other in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
            here = ~np.isnan(low[one]) & np.isnan(number[one]) & ~np.isnan(number[other])
            asked |= here
            agrees |= here & (number[other] >= low[one]) & (number[other] <= high[one])
        return agrees, asked
