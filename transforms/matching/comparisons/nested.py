"""A value known to several degrees of precision: an activity code and its division, a form and its family."""

from typing import Literal

from pydantic import Field

from transforms.matching.comparisons.base import DIFFERENT, MISSING, Comparison, Name
from transforms.matching.records import Levels, Pairs


class NestedComparison(Comparison):
    """The most precise of several columns that agree.

    Args:
        agree_on: the column of each level, the most precise first.
    """

    kind: Literal["nested"]
    agree_on: dict[Name, str] = Field(min_length=1)

    @property
    def levels(self) -> tuple[Name, ...]:
        """Different, then from the coarsest to the most precise."""
        return (MISSING, DIFFERENT, *reversed(self.agree_on))

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return tuple(self.agree_on.values())

    def compare(self, pairs: Pairs) -> Levels:
        """The first level on whose column both agree; different where both are known."""
        ends = {name: pairs.column(column) for name, column in self.agree_on.items()}
        known = next(iter(ends.values())).known
        return self.picked(*((both.same, name) for name, both in ends.items()), (known, DIFFERENT))
