"""Candidate pairs by quantities: records whose numbers lie near each other, as coordinates or amounts do."""

from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.spatial import KDTree

from transforms.matching.records import Codes, Pairs, Records
from transforms.matching.strict import Strict

Width = Annotated[float, Field(gt=0)]

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

    def pairs(self, records: Records) -> tuple[Pairs, int]:
        """The pairs, left before right, and how many values too many records have."""
        numbers = records.frame[list(self.within)].to_numpy(dtype=float, na_value=np.nan)
        known = np.flatnonzero(~np.isnan(numbers).any(axis=1))
        _, of_record, bearers = np.unique(numbers[known], axis=0, return_inverse=True, return_counts=True)
        kept = bearers[of_record] <= self.cap
        records_kept: Codes = known[kept]
        scaled = numbers[records_kept] / np.array(list(self.within.values()))
        near = KDTree(scaled).query_pairs(_REACH, p=np.inf, output_type="ndarray") if len(scaled) else _NONE
        ends = np.sort(records_kept[near], axis=1)
        return Pairs(records, ends[:, 0], ends[:, 1]), int((bearers > self.cap).sum())
