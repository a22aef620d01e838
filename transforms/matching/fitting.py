"""Weights fitted to labelled pairs.

A logistic regression on the levels, whose coefficients are the weights. A ridge penalty draws each towards
what one would expect beforehand, so that a level that is rare among the labels stays sensible.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from transforms.matching.records import Flags, Levels
from transforms.matching.training import Bits, Weights

_NATURAL = np.log(2)


def fit(levels: Sequence[Levels], same: Flags, expected: Weights, ridge: float) -> Weights:
    """Fit weights.

    Args:
        levels: for each signal the level of each pair, `missing` being 0.
        same: whether the two records of each pair are one.
        expected: the weights without any label, in bits.
        ridge: how firmly the weights are held there, in pairs of log-likelihood per squared natural log-odds.

    Returns:
        Weights in bits; a missing value weighs nothing.
    """
    sizes = [len(bits) for bits in expected.signals]
    starts = np.cumsum([1, *(size - 1 for size in sizes)])
    columns = [_one_hot(level, size) for level, size in zip(levels, sizes, strict=True)]
    design = np.concatenate([np.ones((len(same), 1)), *columns], axis=1)
    before = np.concatenate([[expected.prior], *(bits[1:] for bits in expected.signals)]) * _NATURAL
    held = np.full(len(before), ridge)
    held[0] = 0.0
    wanted = same.astype(float)

    def loss(weights: Bits) -> tuple[float, Bits]:
        odds, away = design @ weights, weights - before
        value = np.sum(np.logaddexp(0, odds) - wanted * odds) + np.sum(held * away**2) / 2
        return float(value), design.T @ (1 / (1 + np.exp(-odds)) - wanted) + held * away

    found = minimize(loss, before, jac=True, method="L-BFGS-B", options={"maxiter": 5_000}).x / _NATURAL
    parts = (found[start : start + size - 1] for start, size in zip(starts, sizes, strict=False))
    return Weights(float(found[0]), tuple(np.append(0.0, part) for part in parts))


def _one_hot(level: Levels, size: int) -> npt.NDArray[np.float64]:
    """One column a level but the first."""
    return np.asarray(level[:, None] == np.arange(1, size), dtype=float)
