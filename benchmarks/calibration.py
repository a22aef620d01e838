"""Whether probabilities mean what they say."""

import numpy as np
import numpy.typing as npt

_BINS = 10
# Probabilities that are in doubt.
DOUBTFUL = (0.02, 0.98)


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
