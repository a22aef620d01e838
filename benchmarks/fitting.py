"""Weights fitted to labelled pairs.

A logistic regression on the levels, whose coefficients are the weights. A ridge penalty draws each towards
what one would expect beforehand, so that a level that is rare among the labels stays sensible; and laws bound
what no label may bend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from transforms.matching.records import Flags, Levels
from transforms.matching.training import Bits, Weights

_NATURAL = np.log(2)


@dataclass(frozen=True)
class Law:
    """A weighted sum of weights that may be `at_most` so many bits.

    Args:
        times: how often each weight counts, by signal and level, the first signal being 0.
        prior: how often the prior counts.
        at_most: in bits.
    """

    times: dict[tuple[int, int], float]
    at_most: float
    prior: float = 1.0


def fit(
    levels: Sequence[Levels],
    same: Flags,
    expected: Weights,
    ridge: float,
    laws: Sequence[Law] = (),
) -> Weights:
    """Fit weights.

    Args:
        levels: for each signal the level of each pair, `missing` being 0.
        same: whether the two records of each pair are one.
        expected: the weights without any label, in bits.
        ridge: how firmly the weights are held there, in pairs of log-likelihood per squared natural log-odds.
        laws: what holds whatever the pairs say.

    Returns:
        Weights in bits; a missing value weighs nothing.
    """
    sizes = [len(bits) for bits in expected.signals]
    starts = np.cumsum([1, *(size - 1 for size in sizes)])
    rows, times = np.unique(np.column_stack([*levels, same]), axis=0, return_counts=True)
    columns = [_one_hot(level, size) for level, size in zip(rows.T, sizes, strict=False)]
    design = np.concatenate([np.ones((len(rows), 1)), *columns], axis=1)
    before = np.concatenate([[expected.prior], *(bits[1:] for bits in expected.signals)]) * _NATURAL
    held = np.full(len(before), ridge)
    held[0] = 0.0
    wanted = rows[:, -1].astype(float)

    def loss(weights: Bits) -> tuple[float, Bits]:
        odds, away = design @ weights, weights - before
        value = np.sum(times * (np.logaddexp(0, odds) - wanted * odds)) + np.sum(held * away**2) / 2
        slope = design.T @ (times * (1 / (1 + np.exp(-odds)) - wanted)) + held * away
        return float(value) / len(same), slope / len(same)

    free = minimize(loss, before, jac=True, method="L-BFGS-B", options={"maxiter": 5_000}).x
    bounds = [_bound(law, starts, len(before)) for law in laws]
    options = {"maxiter": 1_000, "ftol": 1e-12}
    bounded = minimize(loss, free, jac=True, method="SLSQP", constraints=bounds, options=options)
    if not bounded.success:
        raise ArithmeticError(f"the fit within the laws has not ended: {bounded.message}")
    found = bounded.x / _NATURAL
    parts = (found[start : start + size - 1] for start, size in zip(starts, sizes, strict=False))
    return Weights(float(found[0]), tuple(np.append(0.0, part) for part in parts))


def _bound(law: Law, starts: npt.NDArray[np.int64], size: int) -> dict[str, Any]:
    """A law as scipy wants it: what must not be negative, and how it moves with the weights."""
    row = np.zeros(size)
    row[0] = law.prior
    for (signal, level), often in law.times.items():
        row[starts[signal] + level - 1] = often
    room = law.at_most * _NATURAL
    return {"type": "ineq", "fun": lambda weights: room - row @ weights, "jac": lambda _: -row}


def _one_hot(level: Levels, size: int) -> npt.NDArray[np.float64]:
    """One column a level but the first."""
    return np.asarray(level[:, None] == np.arange(1, size), dtype=float)
