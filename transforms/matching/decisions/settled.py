"""Pairs that decisions on other pairs have settled: what keeps one of two away that are one keeps both."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ends = Sequence[tuple[int, int]]
Positions = npt.NDArray[np.int64]


def kept_apart(
    left: Positions, right: Positions, same: Ends, different: Ends, records: int
) -> npt.NDArray[np.bool_]:
    """Whether decisions make two companies of each pair: A is B and A is not C, so B is not C.

    Args:
        left: one end of each pair, a position of a record.
        right: the other end.
        same: pairs that decisions put together.
        different: pairs that decisions keep apart.
        records: how many records there are.
    """
    ones, others = _columns(same)
    graph = coo_array((np.ones(len(ones), dtype=bool), (ones, others)), shape=(records, records))
    _, group = connected_components(graph, directed=False)
    between = [
        _numbered(group[one], group[other], records) for one, other in (_columns(different), (left, right))
    ]
    return np.isin(between[1], between[0])


def _columns(ends: Ends) -> tuple[Positions, Positions]:
    pairs = np.asarray(ends, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _numbered(one: Positions, other: Positions, records: int) -> Positions:
    """One number a pair, whichever end comes first."""
    return np.minimum(one, other).astype(np.int64) * records + np.maximum(one, other)
