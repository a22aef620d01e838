"""Candidate pairs by quantities: records whose numbers lie near each other, as coordinates or amounts do."""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.spatial import KDTree

from transforms.matching.records import Codes, Flags, Pairs, Records
from transforms.matching.strict import Strict

Width = Annotated[float, Field(gt=0)]
Points = npt.NDArray[np.float64]

# Differences are divided by the widths: what is as far apart as the width counts, however it is rounded.
_REACH = 1 + 1e-9
_NONE: Codes = np.empty((0, 2), dtype=np.int64)


class NearNumbers(Strict):
    """Records whose numbers differ by no more than this, in all of the columns, are a candidate pair.

    Args:
        within: the largest difference, by column.
        cap: records with the very same numbers beyond which they are left aside.
    """

    within: dict[str, Width] = Field(min_length=1)
    cap: int = Field(60, ge=2)

    @property
    def name(self) -> str:
        """The name in reports."""
        return f"near_{'_'.join(self.within)}"

    def pairs(self, records: Records, most_pairs: int | None = None) -> tuple[Pairs, int]:
        """The pairs, left before right, and how many values have been left aside.

        Args:
            records: the records.
            most_pairs: pairs beyond which the numbers that most records are near to are left aside too.
        """
        numbers = records.frame[list(self.within)].to_numpy(dtype=float, na_value=np.nan)
        with np.errstate(over="ignore"):
            scaled = numbers / np.array(list(self.within.values()))
        known = np.flatnonzero(np.isfinite(scaled).all(axis=1))
        _, of_record, bearers = np.unique(numbers[known], axis=0, return_inverse=True, return_counts=True)
        kept = np.flatnonzero(bearers[of_record] <= self.cap)
        kept = kept[_affordable(scaled[known[kept]], most_pairs)]
        near = _near(scaled[known[kept]])
        ends = np.sort(known[kept][near], axis=1)
        aside = len(bearers) - len(np.unique(of_record[kept]))
        return Pairs(records, ends[:, 0], ends[:, 1]), aside


def _near(points: Points) -> Codes:
    found = KDTree(points).query_pairs(_REACH, p=np.inf, output_type="ndarray") if len(points) else _NONE
    return np.asarray(found, dtype=np.int64)


def _affordable(points: Points, most_pairs: int | None) -> Flags:
    """Those with the fewest points near them, of which all together have `most_pairs` or fewer.

    Equal points are as crowded as each other: all of them stay, or none.
    """
    if most_pairs is None or len(points) * (len(points) - 1) // 2 <= most_pairs:
        return np.ones(len(points), dtype=bool)
    neighbours = KDTree(points).query_ball_point(points, _REACH, p=np.inf, return_length=True) - 1
    crowds, counts = np.unique(neighbours, return_counts=True)
    # A pair counts at both of its ends.
    affordable = crowds[np.cumsum(crowds * counts) <= 2 * most_pairs]
    return np.asarray(neighbours <= (affordable[-1] if len(affordable) else -1))
