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
# As many random pairs are drawn as it takes for so many of them to be near, up to a limit.
_NEAR_PAIRS: Final = 100
_MOST_RANDOM_PAIRS: Final = 1_000_000
_A_PAIR: Final = 2
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
    """Candidates by each two of the columns, or by the only one.

    Each width leaves the same share of random pairs within it, and of these pairs so many are near in both
    columns as are wanted: pairs are drawn record by record, for columns may go together. Prices without and
    with tax are nearly one column, and each must be as near as if it stood alone.

    Args:
        columns: texts, by the names of the columns.
    """
    precise = sorted(columns, key=lambda name: (-columns[name].nunique(), name))[:_MOST_COLUMNS]
    read = pd.DataFrame({name: read_number(columns[name])[""] for name in columns if name in precise})
    for names in combinations(read, min(2, max(1, len(read.columns)))):
        widths = _widths(read[list(names)].dropna().to_numpy(dtype=float))
        if len(widths) and (widths > 0).all():
            yield NearNumbers(within=dict(zip(names, map(_rounded, widths), strict=True)))


def _widths(points: Numbers) -> Numbers:
    """By column how near so many random pairs are in all of the columns; none if there are no pairs."""
    if len(points) < _A_PAIR:
        return np.empty(0)
    share = min(1.0, 2 * _PAIRS_A_RECORD / len(points))
    drawn = int(np.clip(_NEAR_PAIRS / share, _RANDOM_PAIRS, _MOST_RANDOM_PAIRS))
    in_order = points[np.lexsort(points.T)]
    apart = np.stack([_apart(column, drawn=drawn) for column in in_order.T])
    ladder = np.sort(apart, axis=1)
    as_near = [
        np.searchsorted(steps, column, side="right") for steps, column in zip(ladder, apart, strict=True)
    ]
    wanted = int(np.quantile(np.max(as_near, axis=0), share))
    return np.asarray(ladder[:, wanted - 1])


def _numbers(values: pd.Series) -> Numbers:
    """In order: what is drawn then does not depend on that of the records."""
    return np.sort(read_number(values)[""].dropna().to_numpy(dtype=float))


def _apart(numbers: Numbers, *, relative: bool = False, drawn: int = _RANDOM_PAIRS) -> Numbers:
    """How far apart random pairs of different records are, as `NumberComparison` counts it."""
    draw = np.random.default_rng(_SEED)
    left, right = draw.integers(0, len(numbers), (2, drawn))
    left, right = (numbers[side[left != right]] for side in (left, right))
    apart: Numbers = np.abs(left - right)
    if relative:
        apart /= np.maximum(np.abs(left), np.abs(right))
    return apart


def _rounded(width: float) -> float:
    return float(f"{width:.{_DIGITS}g}")
