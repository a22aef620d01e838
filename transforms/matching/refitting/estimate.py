"""Weights of a spec re-estimated from what stewards have judged, close to the weights that were shipped.

Stewards judge the review queue: pairs picked for being doubtful. They tell how doubtful pairs end, and
nothing of the plain ones; what they say of a pair outside the queue is mostly a complaint, since nobody
confirms what is right already. So three things hold the fit:

- the shipped weights are its prior: a ridge penalty on each weight, and on the log-odds of any pair as well;
- *the pairs outside the queue take part* with the probability that the shipped weights give them, together as
  much as a fixed number of judgements. A complaint replaces that probability on its own pair only;
- the levels of a signal keep their order, so that none outweighs « same » which did not before.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag
from scipy.optimize import minimize
from scipy.sparse import csr_array

from transforms.matching.refitting.evidence import Evidence
from transforms.matching.training import Bits, Weights

# How firmly a weight is held: as many pairs of log-likelihood per squared natural log-odds.
_RIDGE = 3.0
# All pairs outside the queue together count at most as much as so many judgements.
_OUTSIDE = 500.0
_FOLDS = 10
# Hundredths of a bit: what two computers may differ in lies far below.
_DIGITS = 2
_NATURAL = np.log(2)


def refit(judged: Evidence, outside: Evidence, shipped: Weights) -> Weights:
    """Re-estimate weights by penalised logistic regression.

    Args:
        judged: the pairs of the queue that stewards have judged.
        outside: pairs outside the queue.
        shipped: the weights without any of them, in bits.

    Returns:
        Weights in bits, in hundredths. A level that no pair has stays, unless its neighbours in the order of
        levels push it along.
    """
    steps = block_diag([[1.0]], *(_steps(bits[1:]) for bits in shipped.signals))
    (near, near_counts), (far, far_counts) = judged.packed(), outside.packed()
    # Sparse: small, and summed up by one thread in one order, so that the last digits are always the same.
    design = csr_array(np.concatenate([_design(one, shipped) for one in (near, far)]))
    mirrored = csr_array(design.T)
    share = np.concatenate([near.share, far.share])
    counts = np.concatenate([near_counts, far_counts * min(1.0, _OUTSIDE / max(1, len(outside)))])
    before = np.concatenate([[shipped.prior], *(bits[1:] for bits in shipped.signals)]) * _NATURAL

    def loss(rises: Bits) -> tuple[float, Bits]:
        weights = steps @ rises
        odds, away = design @ weights, weights - before
        value = np.sum(counts * (np.logaddexp(0, odds) - share * odds)) + _RIDGE * np.sum(away**2) / 2
        wrong = counts * (1 / (1 + np.exp(-odds)) - share)
        return float(value), steps.T @ (mirrored @ wrong + _RIDGE * away)

    start = np.linalg.solve(steps, before)
    # L-BFGS-B hands its small steps to threads, which on a busy machine takes a hundred times as long.
    options = {"maxfun": 20_000, "ftol": 1e-12, "gtol": 1e-8, "xtol": 1e-9}
    found = minimize(loss, start, jac=True, method="TNC", bounds=_bounds(shipped), options=options)
    return _rounded(steps @ found.x / _NATURAL, shipped)


def log_losses(judged: Evidence, outside: Evidence, shipped: Weights) -> tuple[float, float]:
    """Mean log-loss (nats a judged pair) of the shipped weights, and of refitted ones on pairs unseen.

    Ten folds, each with its share of every kind of pair: they are dealt out in the order of `Evidence`, where
    equal pairs lie side by side, so that nothing need be drawn by chance.
    """
    folds = np.arange(len(judged)) % _FOLDS
    after = np.empty(len(judged))
    for fold in range(min(_FOLDS, len(judged))):
        left_out = folds == fold
        weights = refit(judged.taken(~left_out), outside, shipped)
        after[left_out] = _losses(judged.taken(left_out), weights)
    return float(_losses(judged, shipped).mean()), float(after.mean())


def _losses(judged: Evidence, weights: Weights) -> Bits:
    odds = weights.bits(judged.levels) * _NATURAL
    return np.asarray(np.logaddexp(0, odds) - judged.share * odds)


def _steps(bits: Bits) -> Bits:
    """The matrix that makes a signal's weights from the least of them and the rises that lead up from it."""
    rank = np.argsort(np.argsort(bits, kind="stable"), kind="stable")
    return np.asarray(rank[:, None] >= np.arange(len(bits)), dtype=float)


def _bounds(shipped: Weights) -> list[Any]:
    """The prior and the least weight of a signal go anywhere, rises only upwards."""
    signals = [[(None, None), *[(0.0, None)] * (len(bits) - 2)] for bits in shipped.signals]
    return [(None, None), *(bound for bounds in signals for bound in bounds)]


def _design(evidence: Evidence, shipped: Weights) -> npt.NDArray[np.float64]:
    """One column for the prior, and one a level but the first."""
    sizes = [len(bits) for bits in shipped.signals]
    columns: Sequence[Any] = [
        level[:, None] == np.arange(1, size) for level, size in zip(evidence.levels, sizes, strict=True)
    ]
    return np.concatenate([np.ones((len(evidence), 1)), *columns], axis=1)


def _rounded(bits: Bits, shipped: Weights) -> Weights:
    # The zero is there because a rounded -0.0 would be written as such.
    rounded = np.round(bits, _DIGITS) + 0.0
    ends = np.cumsum([1, *(len(one) - 1 for one in shipped.signals)])
    signals = (np.append(0.0, rounded[start:end]) for start, end in pairwise(ends))
    return Weights(float(rounded[0]), tuple(signals))
