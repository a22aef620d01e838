"""How good a grouping and its probabilities are: one judge for our matcher and for all others.

Records are numbered 0, 1, 2 ... in the order of the truth. A pair is two numbers and a probability.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.accuracy import Accuracy, measure
from benchmarks.calibration import DOUBTFUL, calibration_error

Numbers = NDArray[np.int64]
Probabilities = NDArray[np.float64]

# Where peers are cut to find their best grouping with the truth in hand.
THRESHOLDS = (.5, .6, .7, .75, .8, .85, .9, .92, .95, .97, .98, .99, .995, .999, .9999, .99999)  # fmt: skip
# The surest that a probability may be without an infinite loss when it is wrong.
_SUREST = 1e-6


@dataclass(frozen=True)
class Pairs:
    """Scored pairs.

    Args:
        left: number of one record.
        right: number of the other.
        probability: that the two are the same, 0..1.
    """

    left: Numbers
    right: Numbers
    probability: Probabilities

    def where(self, kept: NDArray[np.bool_]) -> "Pairs":
        """Only the pairs that `kept` marks."""
        return Pairs(self.left[kept], self.right[kept], self.probability[kept])


@dataclass(frozen=True)
class Marked:
    """Pairs of one set or of several, from .02 on, each with the truth about it.

    Args:
        probability: that the two are the same, 0..1.
        right: whether they are.
    """

    probability: Probabilities
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Calibration:
    """Whether probabilities are what they say.

    Args:
        error: `benchmarks.calibration.calibration_error` of the doubtful pairs.
        pairs: how many pairs are doubtful.
        log_loss: mean negative log-likelihood, in nats, of all pairs from .02 on.
    """

    error: float
    pairs: int
    log_loss: float


@dataclass(frozen=True)
class Best:
    """The best grouping that the truth can pick: where pairs are cut, and how the rest is grouped.

    Without a threshold it is the grouping that the matcher itself gave.
    """

    f1: float
    threshold: float | None
    one_to_one: bool


def components(records: int, left: Numbers, right: Numbers) -> Numbers:
    """The connected component of each record."""
    graph = coo_array((np.ones(len(left), bool), (left, right)), shape=(records, records))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def best_links(pairs: Pairs) -> Pairs:
    """The pairs that are the most probable one for both of their records; ties go to the lower numbers."""
    order = np.lexsort((pairs.right, pairs.left, -pairs.probability))
    sorted_pairs = pairs.where(order)  # type: ignore[arg-type]
    ends = np.stack([sorted_pairs.left, sorted_pairs.right])
    first = np.zeros_like(ends, dtype=bool)
    for side in range(2):
        first[side, np.unique(ends[side], return_index=True)[1]] = True
    return sorted_pairs.where(first.all(axis=0))


def pairwise_f1(truth: Numbers, groups: Numbers) -> float:
    """Harmonic mean of precision and recall over pairs of records; 0 if no pair is right."""
    hits = _pairs_within(truth * (groups.max(initial=0) + 1) + groups)
    return 2 * hits / ((_pairs_within(truth) + _pairs_within(groups)) or 1)


def best_grouping(truth: Numbers, pairs: Pairs, *, no_duplicates: bool) -> Best:
    """Cut at every threshold, group by components (and by best links, if sources hold nothing twice)."""
    return max(_groupings(truth, pairs, no_duplicates=no_duplicates), key=lambda best: best.f1)


def marked(truth: Numbers, pairs: Pairs) -> Marked:
    """Say of each pair whether it is right."""
    likely = pairs.where(pairs.probability >= DOUBTFUL[0])
    return Marked(likely.probability, truth[likely.left] == truth[likely.right])


def pooled(parts: Iterable[Marked]) -> Marked:
    """The pairs of several sets as one."""
    sets = list(parts)
    return Marked(
        np.concatenate([one.probability for one in sets]), np.concatenate([one.right for one in sets])
    )


def calibration(found: Marked) -> Calibration:
    """Hold probabilities against the truth."""
    sure = np.clip(found.probability, _SUREST, 1 - _SUREST)
    loss = -np.log(np.where(found.right, sure, 1 - sure))
    error, pairs = calibration_error(found.probability, found.right)
    return Calibration(
        error=error,
        pairs=pairs,
        log_loss=float(loss.mean()) if len(loss) else float("nan"),
    )


def judged(truth: pd.DataFrame, clusters: pd.DataFrame, review: pd.DataFrame) -> Accuracy:
    """The measures of `benchmarks.accuracy` on a grouping.

    Args:
        truth: record_id, truth.
        clusters: record_id, cluster_id; records left out are groups of one.
        review: left_id, right_id of the pairs that a person has to judge.
    """
    key = {"record_id": "member_id", "truth": "siren", "cluster_id": "company_id"}
    ends = {"left_id": "left_member_id", "right_id": "right_member_id"}
    return measure(
        truth.rename(columns=key).assign(source="table"),
        clusters.astype(str).rename(columns=key).assign(source="table"),
        review.rename(columns=ends).assign(left_source="table", right_source="table"),
    )


def numbered(truth: pd.DataFrame, pairs: pd.DataFrame) -> Pairs:
    """Pairs of ids as pairs of numbers, each pair once.

    Args:
        truth: record_id in the order of the numbers.
        pairs: left_id, right_id, probability.

    Raises:
        KeyError: a pair has an id that the truth lacks.
    """
    index = pd.Index(truth["record_id"])
    ends = np.stack([index.get_indexer(pairs[side]) for side in ("left_id", "right_id")])
    if (ends < 0).any():
        raise KeyError(f"{int((ends < 0).any(axis=0).sum())} pairs have an id that the truth lacks")
    found = pd.DataFrame({"left": ends.min(axis=0), "right": ends.max(axis=0)})
    found["probability"] = pairs["probability"].to_numpy(float)
    found = found[found["left"] != found["right"]].groupby(["left", "right"], as_index=False).max()
    return Pairs(found["left"].to_numpy(), found["right"].to_numpy(), found["probability"].to_numpy())


def _groupings(truth: Numbers, pairs: Pairs, *, no_duplicates: bool) -> Iterator[Best]:
    linked = {False: pairs} | ({True: best_links(pairs)} if no_duplicates else {})
    for one_to_one, links in linked.items():
        for threshold in THRESHOLDS:
            kept = links.where(links.probability >= threshold)
            groups = components(len(truth), kept.left, kept.right)
            yield Best(pairwise_f1(truth, groups), threshold, one_to_one)


def _pairs_within(labels: Numbers) -> int:
    sizes = np.unique(labels, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())
