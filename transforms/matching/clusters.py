"""From scored pairs to groups of records, one group a company.

Pairs are taken from the most to the least probable, and two groups become one only if nothing between them
speaks against it: not two different SIREN, not a decision, not their other pairs taken together (average
linkage). One wrong pair therefore cannot chain two companies, as connected components would.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from transforms.matching.records import Codes, Flags

Values = npt.NDArray[np.object_]
Ends = Sequence[tuple[int, int]]

# Bits of a pair that no signal proposed: the records have nothing telling in common.
_UNCOMPARED = -6.0
# One signal, however strong, is not allowed to outvote all others.
_MOST_BITS = 15.0
# Records merged at once: bounds the memory.
_AT_ONCE = 50_000
_ALONE = -1
_NOTHING: frozenset[str] = frozenset()


class Groups:
    """Records that are merged under constraints; the outcome depends on the order of the calls alone.

    Args:
        records: the records that can be merged at all.
        identifiers: for each kind of identifier the value of every record, or missing.
        lists: the source of every record, if that promises to hold nothing twice.
    """

    def __init__(
        self, records: list[int], identifiers: Sequence[Values], lists: Values | None = None
    ) -> None:
        self.group_of = {record: record for record in records}
        self._members = {record: [record] for record in records}
        self._identified = [_known(records, kind) for kind in identifiers]
        self._lists = {} if lists is None else _known(records, lists)
        self._bits: defaultdict[int, dict[int, tuple[float, int]]] = defaultdict(dict)
        self._apart: defaultdict[int, set[int]] = defaultdict(set)

    def weigh(self, left: list[int], right: list[int], bits: list[float]) -> None:
        """Tell the log-odds of compared pairs."""
        for one, other, weight in zip(left, right, bits, strict=True):
            self._bits[one][other] = self._bits[other][one] = (weight, 1)

    def keep_apart(self, left: int, right: int) -> None:
        """These two records are never one; of records that nothing links this is true anyway."""
        if left in self.group_of and right in self.group_of:
            one, other = self.group_of[left], self.group_of[right]
            self._apart[one].add(other)
            self._apart[other].add(one)

    def possible(self, left: int, right: int) -> bool:
        """Whether the groups of two records are two, and no identifier and no decision keeps them so."""
        one, other = self.group_of[left], self.group_of[right]
        return (
            one != other
            and other not in self._apart[one]
            and all(
                len(known.get(one, _NOTHING) | known.get(other, _NOTHING)) <= 1 for known in self._identified
            )
        )

    def allowed(self, left: int, right: int) -> bool:
        """The same, and no source that promises to hold nothing twice would hold something twice."""
        one, other = self.group_of[left], self.group_of[right]
        return self.possible(left, right) and self._lists.get(one, _NOTHING).isdisjoint(
            self._lists.get(other, _NOTHING)
        )

    def linkage(self, left: int, right: int) -> float:
        """Mean bits over all pairs between the groups of two records."""
        one, other = self.group_of[left], self.group_of[right]
        total, compared = self._bits[one].get(other, (0.0, 0))
        pairs = len(self._members[one]) * len(self._members[other])
        return (total + _UNCOMPARED * (pairs - compared)) / pairs

    def merge(self, left: int, right: int) -> None:
        """Make one group of the groups of two records."""
        kept, gone = self.group_of[left], self.group_of[right]
        if len(self._members[kept]) < len(self._members[gone]):
            kept, gone = gone, kept
        for record in self._members[gone]:
            self.group_of[record] = kept
        self._members[kept] += self._members.pop(gone)
        for known in (*self._identified, self._lists):
            if gone in known:
                known[kept] = known.get(kept, _NOTHING) | known.pop(gone)
        for other in self._apart.pop(gone, set()):
            self._apart[other] = self._apart[other] - {gone} | {kept}
            self._apart[kept].add(other)
        for other, (total, compared) in self._bits.pop(gone, {}).items():
            del self._bits[other][gone]
            if other != kept:
                before = self._bits[kept].get(other, (0.0, 0))
                together = (before[0] + total, before[1] + compared)
                self._bits[kept][other] = self._bits[other][kept] = together


def cluster(
    identifiers: pd.DataFrame,
    left: Codes,
    right: Codes,
    bits: npt.NDArray[np.float64],
    matched: Flags,
    closed: pd.Series | None = None,
    decided_same: Iterable[tuple[int, int]] = (),
    decided_different: Iterable[tuple[int, int]] = (),
) -> pd.Series:
    """Group records.

    Args:
        identifiers: values of which two different ones never meet, a column each; index 0..n-1.
        left: the left records of the compared pairs.
        right: the right ones.
        bits: the log-odds of each pair.
        matched: whether a pair may link two groups.
        closed: for each record its source, if that promises to hold nothing twice, else missing.
        decided_same: pairs of records that stewards have said to be one.
        decided_different: pairs of records that stewards have said to be two.

    Returns:
        The number of each record's group; groups are numbered from 0 in the order of their first records.
    """
    same, different = sorted(decided_same), sorted(decided_different)
    component = _components(len(identifiers), left[matched], right[matched], same)
    batch = _batches(component)
    inside = component[left] == component[right]
    pairs = pd.DataFrame({"left": left, "right": right, "bits": bits, "matched": matched})[inside]
    pairs = pairs.sort_values(["bits", "left", "right"], ascending=[False, True, True])
    kinds = [identifiers[name].to_numpy(dtype=object) for name in identifiers]
    lists = None if closed is None else closed.to_numpy(dtype=object)
    numbers = np.arange(len(identifiers), dtype=np.int64)
    for one in range(int(batch.max(initial=_ALONE)) + 1):
        records = np.flatnonzero(batch == one).tolist()
        groups = Groups(records, kinds, lists)
        _merge(groups, pairs[batch[pairs["left"]] == one], same, different)
        numbers[records] = [groups.group_of[record] for record in records]
    return pd.Series(pd.factorize(numbers)[0], index=identifiers.index)


def _merge(groups: Groups, pairs: pd.DataFrame, same: Ends, different: Ends) -> None:
    """Merge by decisions, then by `pairs`, the most probable first."""
    left, right = pairs["left"].tolist(), pairs["right"].tolist()
    groups.weigh(left, right, pairs["bits"].clip(-_MOST_BITS, _MOST_BITS).tolist())
    for one, other in different:
        groups.keep_apart(one, other)
    for one, other in same:
        if one in groups.group_of and groups.possible(one, other):
            groups.merge(one, other)
    for one, other in zip(compress(left, pairs["matched"]), compress(right, pairs["matched"]), strict=True):
        if groups.allowed(one, other) and groups.linkage(one, other) > 0:
            groups.merge(one, other)


def _batches(component: Codes) -> Codes:
    """For each record a number, the same for whole components that are merged at once; -1 where it is alone.

    No group reaches beyond what ties records together.
    """
    sizes = np.bincount(component, minlength=1)
    batch = np.where(sizes > 1, np.cumsum(np.where(sizes > 1, sizes, 0)) // _AT_ONCE, _ALONE)
    return np.asarray(batch[component])


def _components(records: int, left: Codes, right: Codes, same: Ends) -> Codes:
    """The number of what ties each record to others: matches, and decisions."""
    decided = np.array(same, dtype=np.int64).reshape(-1, 2)
    ends = np.concatenate([left, decided[:, 0]]), np.concatenate([right, decided[:, 1]])
    tied = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(records, records))
    return np.asarray(connected_components(tied, directed=False)[1], dtype=np.int64)


def _known(records: list[int], values: Values) -> dict[int, frozenset[str]]:
    """The value of each record that has one."""
    known = pd.notna(values)
    return {record: frozenset([values[record]]) for record in records if known[record]}
