"""Whether probabilities mean what they say, and what makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from transforms.matching.records import Flags
from transforms.matching.training import Bits
from transforms.matching.zones import probability

_BINS = 10
# Probabilities that are in doubt.
DOUBTFUL = (0.02, 0.98)
# Bits beyond which nobody doubts: 1 in 256.
_UNDOUBTED = 8.0
_NATURAL = np.log(2)
_THRESHOLDS = (0.5, 0.7, 0.8, 0.9)


def calibration_error(
    probability: npt.NDArray[np.float64], same: npt.NDArray[np.bool_], bins: int = _BINS
) -> tuple[float, int]:
    """Expected calibration error, NaN without a doubtful pair, and over how many pairs.

    The pairs with a probability between .02 and .98, in bins of equal count (Naeini, Cooper and Hauskrecht,
    2015; Nixon et al., 2019): the mean distance between the mean probability of a bin and the share of its
    pairs that are right.
    """
    asked = (probability >= DOUBTFUL[0]) & (probability <= DOUBTFUL[1])
    order = np.argsort(probability[asked], kind="stable")
    said, right = probability[asked][order], same[asked][order]
    parts = [part for part in np.array_split(np.arange(len(said)), bins) if len(part)]
    away = [abs(said[part].mean() - right[part].mean()) * len(part) for part in parts]
    return (float(sum(away) / len(said)) if len(said) else float("nan")), len(said)


@dataclass(frozen=True)
class Judged:
    """Labelled pairs and what is said of them, in bits; `missed` counts true pairs not among them."""

    bits: Bits
    same: Flags
    missed: int

    @classmethod
    def together(cls, some: Sequence[Self]) -> Self:
        """All of them as one."""
        return cls(
            np.concatenate([one.bits for one in some]),
            np.concatenate([one.same for one in some]),
            sum(one.missed for one in some),
        )

    def told(self, name: str) -> str:
        """Precision and recall by threshold, then log-loss and calibration, a line each."""
        found = probability(self.bits)
        lines = []
        for threshold in _THRESHOLDS:
            taken = found >= threshold
            hits = int((taken & self.same).sum())
            precision, recall = hits / max(1, taken.sum()), hits / max(1, self.same.sum() + self.missed)
            lines.append(f"{name} at {threshold}: precision {precision:.4f}, recall {recall:.4f}")
        loss = -np.log(np.where(self.same, found, 1 - found).clip(1e-12)).mean()
        error, pairs = calibration_error(found, self.same)
        lines.append(f"{name}: log-loss {loss:.4f}, calibration error {error:.3f} over {pairs} pairs")
        return "\n".join(lines)


def scaling(judged: Judged) -> tuple[float, float]:
    """The scale and the shift, in bits, under which what is said of the pairs comes true (Platt, 1999).

    Pairs that nobody doubts are left out: they would outweigh the others, and need not lie on one line with
    them.
    """
    asked = np.abs(judged.bits) < _UNDOUBTED
    evidence, right = judged.bits[asked] * _NATURAL, judged.same[asked].astype(float)

    def loss(line: npt.NDArray[np.float64]) -> float:
        odds = evidence * line[0] + line[1]
        return float(np.mean(np.logaddexp(0, odds) - right * odds))

    scale, shift = minimize(loss, np.array([1.0, 0.0])).x
    return float(scale), float(shift / _NATURAL)
