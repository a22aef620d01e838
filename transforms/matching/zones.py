"""From log-odds to probabilities, and to what is done with a pair: match, review or distinct."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from transforms.matching.doubts import doubtful, never_unseen
from transforms.matching.records import Flags, Levels, Pairs
from transforms.matching.spec import MatchingSpec, Thresholds
from transforms.matching.training import Weights

Bits = npt.NDArray[np.float64]
Zones = npt.NDArray[np.object_]

# Beyond so many bits a probability could not be told from 0 or 1.
_SURE_BITS = 50.0


def probability(bits: Bits) -> Bits:
    """From log-odds in bits to probabilities, which are never quite 0 or 1."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -_SURE_BITS, _SURE_BITS))))


def zones(bits: Bits, thresholds: Thresholds) -> Zones:
    """match, review or distinct, by probability alone."""
    found = probability(bits)
    names = np.array(["distinct", "review", "match"], dtype=object)
    return np.asarray(names[(found >= thresholds.review_from).astype(int) + (found >= thresholds.match_from)])


def zone_of(pairs: Pairs, levels: Sequence[Levels], weights: Weights, spec: MatchingSpec) -> Zones:
    """The zone of each pair: by probability, but for four kinds of pairs of which it does not tell all.

    Two values of an identifier make two records. A pair of which nothing could be compared is no doubt,
    however high the prior. An identifier in common that everything else contradicts is one (`doubts`), and
    so is what the spec wants never to be merged unseen.

    Args:
        pairs: the compared pairs.
        levels: for each comparison of the spec the level of each pair.
        weights: what each level weighs.
        spec: its comparisons, identifiers and thresholds.
    """
    zone = zones(weights.bits(levels), spec.thresholds)
    zone[never_unseen(levels, weights, spec) & (zone == "match")] = "review"
    silent = np.all([level == 0 for level in levels], axis=0)
    zone[doubtful(levels, weights, zone == "distinct", spec)] = "review"
    zone[silent | contradicted(pairs, spec)] = "distinct"
    return zone


def contradicted(pairs: Pairs, spec: MatchingSpec) -> Flags:
    """Pairs with two different values of an identifier, which never meet in one group."""
    apart = np.zeros(len(pairs), dtype=bool)
    for name in spec.identifiers:
        ends = pairs.column(name)
        apart |= ends.known & ~ends.same
    return apart
