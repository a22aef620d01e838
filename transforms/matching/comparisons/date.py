"""Days: the same, misspelt, day and month swapped, or in one year."""

from typing import Literal

import numpy as np
from pydantic import Field
from rapidfuzz.distance import OSA

from transforms.matching.comparisons.text import Floor, Similarity, ValueComparison, similarities
from transforms.matching.records import Codes, Records

# One digit in eight; a day and month in each other's place count as that.
_ONE_DIGIT = 7 / 8
_SAME_MONTH, _SAME_YEAR = 0.6, 0.3


class DateComparison(ValueComparison):
    """Days written YYYYMMDD, digit by digit.

    A similarity of 0.875 stands for one wrong digit, two that have changed places, or day and month swapped;
    0.6 for the same year and month; 0.3 for the same year.
    """

    kind: Literal["date"]
    columns: tuple[str, ...] = Field(min_length=1, max_length=1)
    alike: dict[str, Floor] = Field(
        default={"same_year": _SAME_YEAR, "same_month": _SAME_MONTH, "typo": _ONE_DIGIT}
    )

    def _alike(self, records: Records, low: Codes, high: Codes) -> Similarity:
        days = records.numbered(*self.columns).values.to_numpy(dtype=object)
        year, month = (np.array([day[:end] for day in days.tolist()], dtype=object) for end in (4, 6))
        turned = np.array([day[:4] + day[6:8] + day[4:6] for day in days.tolist()], dtype=object)
        typo = similarities(days[low].tolist(), days[high].tolist(), OSA.normalized_similarity) >= _ONE_DIGIT
        grades = [typo | (turned[low] == days[high]), month[low] == month[high], year[low] == year[high]]
        return np.select(grades, [_ONE_DIGIT, _SAME_MONTH, _SAME_YEAR], default=0).astype(np.float32)
