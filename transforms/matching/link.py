"""From a table and a matching spec to groups of records: the whole of matching, without files or stages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from transforms.matching.blocking import candidate_pairs
from transforms.matching.clusters import cluster
from transforms.matching.comparisons import AnyComparison
from transforms.matching.comparisons.base import DIFFERENT
from transforms.matching.comparisons.third_record import ThirdRecordComparison
from transforms.matching.lone import lone_signal
from transforms.matching.records import Codes, Flags, Levels, Pairs, Records
from transforms.matching.spec import MatchingSpec
from transforms.matching.third_records import third_records
from transforms.matching.training import Weights, chances, learn, possible_pairs, random_pairs
from transforms.matching.zones import contradicted, probability, zone_of

# Records that a chain of matches ties together are all compared with each other, up to so many.
_COMPARED_THROUGH = 60
# A source whose records match each other this rarely, beside matching another source, holds nothing twice.
_HARDLY_EVER = 0.05
_NONE: Codes = np.empty(0, dtype=np.int64)

Decided = Iterable[tuple[int, int]]


@dataclass(frozen=True)
class Linked:
    """What matching has found.

    Args:
        pairs: the compared pairs.
        levels: for each comparison of the spec the level of each pair.
        weights: what each level weighs, shipped or learned.
        bits: the log-odds of each pair.
        zone: match, review or distinct, a pair each; identifiers and silence have their say (`zones`).
        groups: the group of each record, numbered from 0 in the order of their first records.
        blocking: `rule`, `pairs`, `capped_blocks`.
        no_duplicates: the sources that hold nothing twice, as promised or found out.
    """

    pairs: Pairs
    levels: tuple[Levels, ...]
    weights: Weights
    bits: npt.NDArray[np.float64]
    zone: npt.NDArray[np.object_]
    groups: pd.Series
    blocking: pd.DataFrame
    no_duplicates: tuple[str, ...]

    @property
    def probability(self) -> npt.NDArray[np.float64]:
        """The probability of each pair, between 0 and 1."""
        return probability(self.bits)

    @property
    def to_judge(self) -> Flags:
        """Pairs that a person should judge: not distinct, and in two groups, whatever has kept them so."""
        group = self.groups.to_numpy()
        apart = group[self.pairs.left] != group[self.pairs.right]
        return np.asarray(apart & (self.zone != "distinct"))


def link(
    table: pd.DataFrame | Records,
    spec: MatchingSpec,
    source: pd.Series | None = None,
    same: Decided = (),
    different: Decided = (),
    heard_by: Weights | None = None,
) -> Linked:
    """Match the records of a table.

    Args:
        table: one row a record, with the columns that the spec uses, standardised.
        spec: what is compared, and how.
        source: the source of each record; by default all are of one.
        same: pairs of positions that stewards have said to be one.
        different: pairs that they have said to be two.
        heard_by: the weights that tell what third records say, by default those of the spec: shipped ones,
            lest refitted weights change the evidence that they were fitted to.
    """
    records = table if isinstance(table, Records) else Records(table)
    source = pd.Series("", index=records.frame.index) if source is None else source.reset_index(drop=True)
    spec, scored = _found_out(records, spec, source) if spec.no_duplicates == "find_out" else (spec, None)
    scored = scored or _scored(records, spec, source, heard_by=heard_by)
    pairs, bits = scored.pairs, scored.bits
    zone = zone_of(pairs, scored.levels, scored.weights, spec)
    identifiers = records.frame[list(spec.identifiers)]
    closed = _closed(source, spec)
    groups = cluster(identifiers, pairs.left, pairs.right, bits, zone == "match", closed, same, different)
    no_duplicates = () if closed is None else tuple(sorted(closed.dropna().unique()))
    return Linked(pairs, scored.levels, scored.weights, bits, zone, groups, scored.blocking, no_duplicates)


@dataclass(frozen=True)
class _Scored:
    pairs: Pairs
    levels: tuple[Levels, ...]
    weights: Weights
    blocking: pd.DataFrame

    @property
    def bits(self) -> npt.NDArray[np.float64]:
        return self.weights.bits(self.levels)


def _scored(
    records: Records,
    spec: MatchingSpec,
    source: pd.Series,
    weights: Weights | None = None,
    heard_by: Weights | None = None,
) -> _Scored:
    closed = _closed(source, spec)
    pairs, blocking = candidate_pairs(records, spec.blocking, closed)
    levels = compare(pairs, spec)
    weights = weights or _weights(pairs, levels, spec, closed)
    pairs, levels = _compared_through(pairs, levels, weights, spec, closed)
    levels = with_third_records(pairs, levels, heard_by or weights, spec)
    return _Scored(pairs, levels, weights, blocking)


def _closed(source: pd.Series, spec: MatchingSpec) -> pd.Series | None:
    """For each record its source, if that holds nothing twice, else missing; None if none promises that."""
    if spec.no_duplicates == "all":
        return source
    return source.where(source.isin(spec.no_duplicates)) if spec.no_duplicates else None


def _found_out(records: Records, spec: MatchingSpec, source: pd.Series) -> tuple[MatchingSpec, _Scored]:
    """The spec with the sources that hold nothing twice, and what it gives.

    Weights are learned from pairs across sources, as if none held anything twice: what matches there tells
    what a match looks like. Then each source is asked whether its own records match each other.
    """
    if source.nunique() < 2:
        return _open_spec(spec), _scored(records, _open_spec(spec), source)
    promised = spec.model_copy(update={"no_duplicates": "all"})
    across = _scored(records, promised, source)
    everywhere = _scored(records, _open_spec(spec), source, across.weights)
    closed = _without_duplicates(everywhere, source)
    if len(closed) == source.nunique():
        return promised, across
    some = spec.model_copy(update={"no_duplicates": closed})
    return some, _scored(records, some, source, across.weights) if closed else everywhere


def _open_spec(spec: MatchingSpec) -> MatchingSpec:
    return spec.model_copy(update={"no_duplicates": ()})


def _without_duplicates(scored: _Scored, source: pd.Series) -> tuple[str, ...]:
    """The sources whose records hardly ever match each other as clearly as they match those of other sources.

    What merely shares a house and a switchboard with its neighbour does so within a source too; it is not as
    clear a match as three in four of those across, nor is it there the best match of both.
    """
    names = source.to_numpy()
    left, right = names[scored.pairs.left], names[scored.pairs.right]
    matched = (scored.bits > 0) & _best_of_both(scored.pairs, scored.bits, left != right)
    found = []
    for name in source.unique():
        within, across = (left == name) & (right == name), (left == name) ^ (right == name)
        clear = np.quantile(scored.bits[across & matched], 0.25) if (across & matched).any() else np.inf
        if (within & (scored.bits >= clear)).sum() < _HARDLY_EVER * (across & (scored.bits >= clear)).sum():
            found.append(str(name))
    return tuple(found)


def _best_of_both(pairs: Pairs, bits: npt.NDArray[np.float64], asked: Flags) -> Flags:
    """Which of the asked pairs no other asked pair of either record surpasses."""
    best = np.full(len(pairs.records), -np.inf)
    for side in (pairs.left, pairs.right):
        np.maximum.at(best, side[asked], bits[asked])
    return np.asarray(asked & (bits >= best[pairs.left]) & (bits >= best[pairs.right]))


def compare(pairs: Pairs, spec: MatchingSpec) -> tuple[Levels, ...]:
    """The level of each pair, for each comparison of the spec."""
    cheap = {one.signal: one.compare(pairs) for one in spec.comparisons if not one.is_dear}
    asked = np.flatnonzero(_open(pairs, spec, cheap))
    return tuple(
        cheap[one.signal] if not one.is_dear else _dear(one, pairs, asked) for one in spec.comparisons
    )


def with_third_records(
    pairs: Pairs, levels: tuple[Levels, ...], weights: Weights, spec: MatchingSpec
) -> tuple[Levels, ...]:
    """The levels, with what third records say of the pairs if the spec asks for that."""
    bits = weights.bits(levels)
    return tuple(
        third_records(pairs, bits, one) if isinstance(one, ThirdRecordComparison) else level
        for one, level in zip(spec.comparisons, levels, strict=True)
    )


def _open(pairs: Pairs, spec: MatchingSpec, cheap: dict[str, Levels]) -> Flags:
    """Pairs that may be one, or that have something in common: the others need no dear comparison."""
    apart = contradicted(pairs, spec)
    for one in spec.comparisons:
        if one.signal in cheap:
            apart &= cheap[one.signal] != len(one.levels) - 1
    return ~apart


def _dear(comparison: AnyComparison, pairs: Pairs, asked: Codes) -> Levels:
    levels = np.full(len(pairs), comparison.levels.index(DIFFERENT), dtype=np.int8)
    levels[asked] = comparison.compare(pairs.taken(asked))
    return levels


def _weights(pairs: Pairs, levels: Sequence[Levels], spec: MatchingSpec, closed: pd.Series | None) -> Weights:
    if spec.prior is not None:
        return weights_of(spec)
    by_chance = compare(random_pairs(pairs.records, closed), without_identifiers(spec))
    rivals = pairs if closed is not None and closed.notna().all() else None
    possible = possible_pairs(pairs.records, closed)
    chance = chances(spec.comparisons, by_chance, pairs.records)
    return learn(
        levels,
        chance,
        possible,
        max(1, len(pairs.records)) / 2,
        rivals,
        [np.isin(one.levels[1:], one.shared_levels) for one in spec.comparisons],
        lone_signal(spec.comparisons, chance),
    )


def weights_of(spec: MatchingSpec) -> Weights:
    """The weights that a spec gives; what it does not give weighs nothing."""
    given = ([(one.weights or {}).get(name, 0.0) for name in one.levels] for one in spec.comparisons)
    return Weights(spec.prior or 0.0, tuple(np.array(bits) for bits in given))


def without_identifiers(spec: MatchingSpec) -> MatchingSpec:
    """The same spec, all pairs being compared in full."""
    return spec.model_copy(update={"identifiers": ()})


def _compared_through(
    pairs: Pairs, levels: tuple[Levels, ...], weights: Weights, spec: MatchingSpec, closed: pd.Series | None
) -> tuple[Pairs, tuple[Levels, ...]]:
    """The pairs, and those that a chain of matches ties together without having been proposed."""
    matched = probability(weights.bits(levels)) >= spec.thresholds.match_from
    left, right = _untold(pairs, matched, closed)
    if not len(left):
        return pairs, levels
    more = Pairs(pairs.records, left, right)
    both = Pairs(pairs.records, np.concatenate([pairs.left, left]), np.concatenate([pairs.right, right]))
    # Both parts are in order: a stable sort merely merges them.
    order = np.argsort(both.left * len(pairs.records) + both.right, kind="stable")
    joined = (np.concatenate(two)[order] for two in zip(levels, compare(more, spec), strict=True))
    return both.taken(order), tuple(joined)


def _untold(pairs: Pairs, matched: Flags, closed: pd.Series | None) -> tuple[Codes, Codes]:
    n = len(pairs.records)
    chain = coo_array((matched[matched], (pairs.left[matched], pairs.right[matched])), shape=(n, n))
    component = connected_components(chain, directed=False)[1]
    sizes = np.bincount(component, minlength=1)[component]
    ends = [_NONE], [_NONE]
    for size in np.unique(sizes[(sizes > 2) & (sizes <= _COMPARED_THROUGH)]).tolist():
        some = np.flatnonzero(sizes == size)
        members = some[np.argsort(component[some], kind="stable")].reshape(-1, size)
        for side, corner in zip(ends, np.triu_indices(size, 1), strict=True):
            side.append(members[:, corner].ravel())
    left, right = map(np.concatenate, ends)
    if closed is not None:
        source = closed.astype("category").cat.codes.to_numpy()
        kept = (source[left] != source[right]) | (source[left] < 0)
        left, right = left[kept], right[kept]
    inside = component[pairs.left] == component[pairs.right]
    keys = np.setdiff1d(left * n + right, pairs.left[inside] * n + pairs.right[inside])
    left, right = np.divmod(keys, n)
    return left, right
