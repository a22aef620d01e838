"""What holds a group together: the strongest links that are enough to, and the weakest of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from transforms.matching.link import Decided, Linked
from transforms.matching.records import Codes, Flags


@dataclass(frozen=True)
class _Edges:
    """Links inside groups, the strongest first; the first `decided` are decisions and have no pair (-1)."""

    left: Codes
    right: Codes
    pair: Codes
    decided: int


def oversized(linked: Linked, limit: int, same: Decided = (), judged: Decided = ()) -> pd.DataFrame:
    """Groups of more than `limit` records, and the weakest link that holds each.

    That link is the last of the group's strongest tree (maximum spanning tree, ties by position): the bridge
    which, cut, leaves two parts that nothing stronger connects. Records that decisions join count as one, so
    that each link that a person confirms brings a group nearer to the limit.

    Args:
        linked: what matching has found.
        limit: the most records that a group may have without being looked at.
        same: pairs of positions that stewards have said to be one.
        judged: pairs that are not asked about again, whatever was said of them.

    Returns:
        `group`, `records`, `pair` (position among the compared pairs), a row a group, in order of `group`;
        groups of which every link has been judged are left out.
    """
    group = linked.groups.to_numpy(dtype=np.int64)
    sizes = np.bincount(group)
    same = list(same)
    large = sizes > limit
    if not large.any():
        return pd.DataFrame({name: np.empty(0, dtype=np.int64) for name in ("group", "records", "pair")})
    edges = _edges(linked, large[group], same)
    tree = _strongest_tree(edges, len(group))
    left, right = edges.left[tree], edges.right[tree]
    decided = tree < edges.decided
    parts = sizes - np.bincount(group[left[decided]], minlength=len(sizes))
    asked = ~decided & (parts[group[left]] > limit) & ~_among(left, right, judged, len(group))
    weakest = pd.Series(tree[asked]).groupby(group[left[asked]]).max()
    chosen = weakest.index.to_numpy(dtype=np.int64)
    return pd.DataFrame({"group": chosen, "records": sizes[chosen], "pair": edges.pair[weakest.to_numpy()]})


def _edges(linked: Linked, wanted: Flags, same: list[tuple[int, int]]) -> _Edges:
    """The links inside groups of `wanted` records, decisions first, then the most probable pairs."""
    group = linked.groups.to_numpy()
    ends = np.array(sorted({(min(pair), max(pair)) for pair in same}), dtype=np.int64).reshape(-1, 2)
    ends = ends[wanted[ends[:, 0]] & (group[ends[:, 0]] == group[ends[:, 1]])]
    left, right = linked.pairs.left, linked.pairs.right
    inside = wanted[left] & (group[left] == group[right])
    inside &= ~_among(left, right, map(tuple, ends.tolist()), len(group))
    pairs = np.flatnonzero(inside)
    pairs = pairs[np.argsort(-linked.bits[pairs], kind="stable")]
    return _Edges(
        np.concatenate([ends[:, 0], left[pairs]]),
        np.concatenate([ends[:, 1], right[pairs]]),
        np.concatenate([np.full(len(ends), -1), pairs]),
        len(ends),
    )


def _strongest_tree(edges: _Edges, records: int) -> Codes:
    """Places of the edges that are enough to hold the groups together, the strongest being preferred."""
    # Each edge weighs its rank: no two weigh the same, so that there is one such tree.
    rank = np.arange(1, len(edges.pair) + 1, dtype=float)
    tree = minimum_spanning_tree(
        coo_array((rank, (edges.left, edges.right)), shape=(records, records)).tocsr()
    )
    return np.sort(tree.data).astype(np.int64) - 1


def _among(left: Codes, right: Codes, some: Decided, records: int) -> Flags:
    """Which pairs are among `some`, whichever record comes first."""
    known = [min(pair) * records + max(pair) for pair in some]
    return np.isin(np.minimum(left, right) * records + np.maximum(left, right), known)
