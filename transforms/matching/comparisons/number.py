"""Quantities: the same, or apart by so much."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from transforms.matching.comparisons.base import DIFFERENT, MISSING, SAME, Comparison, Name
from transforms.matching.records import Levels, Pairs


class NumberComparison(Comparison):
    """Numbers, by the difference between them.

    Args:
        column: a column of numbers.
        within: levels by the largest difference.
        relative: whether differences are shares of the larger number (0.05: five in a hundred).
    """

    kind: Literal["number"]
    column: str
    within: dict[Name, Annotated[float, Field(gt=0)]] = Field(default={})
    relative: bool = False

    @property
    def levels(self) -> tuple[Name, ...]:
        """From different over less and less apart to the same."""
        return (MISSING, DIFFERENT, *sorted(self.within, key=lambda name: -self.within[name]), SAME)

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The column that is compared."""
        return (self.column,)

    def compare(self, pairs: Pairs) -> Levels:
        """The level by the difference of both numbers."""
        values = pairs.records.frame[self.column].to_numpy(dtype=float, na_value=np.nan)
        left, right = values[pairs.left], values[pairs.right]
        apart = np.abs(left - right)
        if self.relative:
            apart /= np.maximum(np.maximum(np.abs(left), np.abs(right)), np.finfo(float).tiny)
        known = ~np.isnan(apart)
        levels = sorted(self.within, key=lambda name: self.within[name])
        near = ((known & (apart <= self.within[name]), name) for name in levels)
        return self.picked((known & (apart == 0), SAME), *near, (known, DIFFERENT))
