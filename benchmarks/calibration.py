"""Whether probabilities mean what they say."""

import numpy as np
import numpy.typing as npt

_BINS = 10
_OPEN = (0.02, 0.98)


def calibration_error(
    probability: npt.NDArray[np.float64], same: npt.NDArray[np.bool_], bins: int = _BINS
) -> tuple[float, int]:
    """Expected calibration error, and over how many pairs.

    The pairs with a probability between .02 and .98, in bins of equal count (Nixon et al., 2019): the mean
    distance between the mean probability of a bin and the share of its pairs that are right.
    """
    asked = (probability >= _OPEN[0]) & (probability <= _OPEN[1])
    order = np.argsort(probability[asked], kind="stable")
    said, right = probability[asked][order], same[asked][order]
    parts = [part for part in np.array_split(np.arange(len(said)), bins) if len(part)]
    away = [abs(said[part].mean() - right[part].mean()) * len(part) for part in parts]
    return (float(sum(away) / len(said)) if len(said) else 0.0), len(said)
