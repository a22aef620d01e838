"""What a third record says against a pair: if A and C are one company and C and B are not, A and B are not.

Of two sisters under one roof every record resembles every other; the one that bears the same name tells which
belongs to which. So evidence that no pair holds by itself comes from its neighbours.
"""

import numpy as np

from transforms.matching.comparisons.third_record import DOUBTED, OPPOSED, ThirdRecordComparison
from transforms.matching.records import Codes, Levels, Pairs
from transforms.matching.training import Bits

# Bits of evidence from which on a third record is heard, and from which on it is believed.
_HEARD, _BELIEVED = 1.0, 3.0
# What no rule has proposed as a pair is as distinct as this.
_UNPROPOSED = -10.0


def third_records(pairs: Pairs, bits: Bits, comparison: ThirdRecordComparison) -> Levels:
    """For each pair whether a third record speaks against it.

    Args:
        pairs: all compared pairs.
        bits: their log-odds by all other signals.
        comparison: names the levels.

    Returns:
        Levels of `comparison`. A third record counts as much as the weaker of its two findings: that it is
        one of the two, and that it is not the other.
    """
    against = _against(pairs, bits)
    return comparison.picked((against >= _BELIEVED, OPPOSED), (against >= _HEARD, DOUBTED))


def _against(pairs: Pairs, bits: Bits) -> Bits:
    """For each pair the most that any third record says against it, in bits; nothing is 0."""
    found = np.zeros(len(pairs))
    # Whatever says less is heard by nobody.
    linked = np.flatnonzero(bits >= _HEARD)
    ends = np.concatenate([pairs.left[linked], pairs.right[linked]])
    others = np.concatenate([pairs.right[linked], pairs.left[linked]])
    order = np.argsort(ends, kind="stable")
    thirds, strength = others[order], np.tile(bits[linked], 2)[order]
    starts = np.searchsorted(ends[order], np.arange(len(pairs.records) + 1))
    looked_up = _Bits(pairs, bits)
    for one, other in ((pairs.left, pairs.right), (pairs.right, pairs.left)):
        many = starts[one + 1] - starts[one]
        pair = np.repeat(np.arange(len(pairs)), many)
        place = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many) + starts[one][pair]
        third = thirds[place]
        apart = np.minimum(strength[place], -looked_up.of(third, other[pair]))
        np.maximum.at(found, pair, np.where(third == other[pair], 0.0, apart))
    return found


class _Bits:
    """The log-odds of any two records."""

    def __init__(self, pairs: Pairs, bits: Bits) -> None:
        self._size = len(pairs.records)
        keys = self._keys(pairs.left, pairs.right)
        order = np.argsort(keys, kind="stable")
        self._known, self._bits = keys[order], bits[order]

    def of(self, left: Codes, right: Codes) -> Bits:
        """What was found of each pair; pairs that were not proposed are distinct."""
        keys = self._keys(left, right)
        place = np.minimum(np.searchsorted(self._known, keys), max(0, len(self._known) - 1))
        if not len(self._known):
            return np.full(len(keys), _UNPROPOSED)
        return np.where(self._known[place] == keys, self._bits[place], _UNPROPOSED)

    def _keys(self, left: Codes, right: Codes) -> Codes:
        return np.asarray(np.minimum(left, right) * self._size + np.maximum(left, right))
