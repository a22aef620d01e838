"""How quantities of an unknown table are compared: how far apart they lie by chance tells what is near."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.comparisons.number import NumberComparison
from transforms.matching.near_numbers import NearNumbers
from transforms.standardise.readers import read_number

Numbers = npt.NDArray[np.float64]

_RANDOM_PAIRS: Final = 200_000
_SEED: Final = 20_170_101
# Levels, by the share of random pairs that lie so near.
_LEVELS: Final = {"far": 0.1, "near": 0.02, "close": 0.004, "closest": 0.0008}
# Positive numbers that spread this far (95 % beside 5 %) differ by shares: prices, turnovers.
_WIDE_SPREAD: Final = 20
# Numbers near each other propose about so many pairs a record.
_PAIRS_A_RECORD: Final = 5
_MOST_COLUMNS: Final = 3
_DIGITS: Final = 2


def number_comparison(name: str, values: pd.Series) -> NumberComparison:
    """Levels of differences that fewer and fewer random pairs have; `values` are texts."""
    numbers = _numbers(values)
    low, high = np.quantile(numbers, [0.05, 0.95])
    relative = bool(numbers[0] > 0 and high > _WIDE_SPREAD * low)
    apart = _apart(numbers, relative=relative)
    widths = {level: _rounded(np.quantile(apart, share)) for level, share in _LEVELS.items()}
    within = {level: width for level, width in widths.items() if width > 0}
    return NumberComparison(signal=name, kind="number", column=name, within=within, relative=relative)


def near_numbers(columns: Mapping[str, pd.Series]) -> Iterator[NearNumbers]:
    """Candidates by each two of the columns, or by the only one; `columns` are texts, by their names."""
    precise = sorted(columns, key=lambda name: (-columns[name].nunique(), name))[:_MOST_COLUMNS]
    numbers = {name: _numbers(columns[name]) for name in columns if name in precise}
    for names in combinations(numbers, min(2, max(1, len(numbers)))):
        records = min(len(numbers[name]) for name in names)
        share = min(1.0, 2 * _PAIRS_A_RECORD / records) ** (1 / len(names))
        widths = {name: _rounded(np.quantile(_apart(numbers[name]), share)) for name in names}
        if all(width > 0 for width in widths.values()):
            yield NearNumbers(within=widths)


def _numbers(values: pd.Series) -> Numbers:
    """In order: what is drawn then does not depend on that of the records."""
    return np.sort(read_number(values)[""].dropna().to_numpy(dtype=float))


def _apart(numbers: Numbers, *, relative: bool = False) -> Numbers:
    """How far apart random pairs of different records are, as `NumberComparison` counts it."""
    draw = np.random.default_rng(_SEED)
    left, right = draw.integers(0, len(numbers), (2, _RANDOM_PAIRS))
    left, right = (numbers[side[left != right]] for side in (left, right))
    apart: Numbers = np.abs(left - right)
    if relative:
        apart /= np.maximum(np.abs(left), np.abs(right))
    return apart


def _rounded(width: float) -> float:
    return float(f"{width:.{_DIGITS}g}")
