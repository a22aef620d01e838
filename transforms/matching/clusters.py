"""From scored pairs to groups of records, one group a company.

Pairs are taken from the most to the least probable, and two groups become one only if nothing between them
speaks against it: not two different SIREN, not a decision, not their other pairs taken together (average
linkage). One wrong pair therefore cannot chain two companies, as connected components would.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd

# Bits of a pair that no signal proposed: the records have nothing telling in common.
_UNCOMPARED = -6.0
# One signal, however strong, is not allowed to outvote all others.
_MOST_BITS = 15.0


class Groups:
    """Records that are merged under constraints; the outcome depends on the order of the calls alone."""

    def __init__(
        self, sirens: Iterable[str | None], lists: Iterable[str | None], bits: dict[tuple[int, int], float]
    ) -> None:
        self._sirens = [{siren} if isinstance(siren, str) else set() for siren in sirens]
        self._lists = [{name} if isinstance(name, str) else set() for name in lists]
        self._members = [[record] for record in range(len(self._sirens))]
        self.group_of = list(range(len(self._sirens)))
        self._bits: list[dict[int, tuple[float, int]]] = [{} for _ in self._sirens]
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for (left, right), weight in bits.items():
            capped = max(-_MOST_BITS, min(_MOST_BITS, weight))
            self._bits[left][right] = self._bits[right][left] = (capped, 1)

    def keep_apart(self, left: int, right: int) -> None:
        """These two records are never one company."""
        one, other = self.group_of[left], self.group_of[right]
        self._apart[one].add(other)
        self._apart[other].add(one)

    def possible(self, left: int, right: int) -> bool:
        """Whether no identifier and no decision forbids that the groups of two records become one."""
        one, other = self.group_of[left], self.group_of[right]
        return other not in self._apart[one] and len(self._sirens[one] | self._sirens[other]) <= 1

    def allowed(self, left: int, right: int) -> bool:
        """The same, and no source that promises to hold no company twice would hold one twice."""
        one, other = self.group_of[left], self.group_of[right]
        return self.possible(left, right) and self._lists[one].isdisjoint(self._lists[other])

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
        self._members[kept] += self._members[gone]
        self._sirens[kept] |= self._sirens[gone]
        self._lists[kept] |= self._lists[gone]
        for other in self._apart.pop(gone, set()):
            self._apart[other] = self._apart[other] - {gone} | {kept}
            self._apart[kept].add(other)
        for other, (total, compared) in self._bits[gone].items():
            del self._bits[other][gone]
            if other != kept:
                before = self._bits[kept].get(other, (0.0, 0))
                together = (before[0] + total, before[1] + compared)
                self._bits[kept][other] = self._bits[other][kept] = together
        self._bits[gone] = {}


def cluster(
    sirens: pd.Series,
    pairs: pd.DataFrame,
    lists: Iterable[str | None] | None = None,
    decided_same: Iterable[tuple[int, int]] = (),
    decided_different: Iterable[tuple[int, int]] = (),
) -> pd.Series:
    """Group records.

    Args:
        sirens: SIREN or None of each record, index 0..n-1.
        pairs: compared pairs: `left`, `right`, `probability`, `zone`.
        lists: for each record its source, if that promises to hold no company twice, else None.
        decided_same: pairs of records that stewards have said to be one company.
        decided_different: pairs of records that stewards have said to be two.

    Returns:
        The number of each record's group; groups are numbered from 0 in the order of their first records.
    """
    matches = pairs[pairs["zone"] == "match"].sort_values(
        ["probability", "left", "right"], ascending=[False, True, True]
    )
    same = sorted(decided_same)
    promised = [None] * len(sirens) if lists is None else lists
    groups = Groups(sirens, promised, _bits(pairs, [*same, *_ends(matches)]))
    for left, right in sorted(decided_different):
        groups.keep_apart(left, right)
    for left, right in same:
        if groups.group_of[left] != groups.group_of[right] and groups.possible(left, right):
            groups.merge(left, right)
    for left, right in _ends(matches):
        apart = groups.group_of[left] != groups.group_of[right]
        if apart and groups.allowed(left, right) and groups.linkage(left, right) > 0:
            groups.merge(left, right)
    return pd.Series(pd.factorize(np.array(groups.group_of, dtype=np.int64))[0], index=sirens.index)


def _ends(pairs: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(pairs["left"].tolist(), pairs["right"].tolist(), strict=True))


def _bits(pairs: pd.DataFrame, links: list[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """Bits of the pairs that can ever lie between two groups: both records have a link to some record."""
    linked = np.array(links, dtype=np.int64).ravel()
    asked = pairs[pairs["left"].isin(linked) & pairs["right"].isin(linked)]
    return dict(zip(_ends(asked), log_odds(asked["probability"]).tolist(), strict=True))


def log_odds(probability: pd.Series) -> pd.Series:
    """Log-odds of probabilities, in bits; 0 and 1 count as a hair inside."""
    inside = probability.clip(1e-9, 1 - 1e-9)
    return pd.Series(np.log2(inside / (1 - inside)), index=probability.index)
