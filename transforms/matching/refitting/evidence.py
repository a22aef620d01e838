"""Compared pairs as evidence: what the comparisons said of each, and how far its records are one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from transforms.errors import InputError
from transforms.matching.link import Linked, compare
from transforms.matching.records import Levels, Pairs
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import Bits

# One pair as the warehouse has it: `signal` and `level` of all that is not missing.
Told = Sequence[dict[str, Any]]
_LEVELS = pa.list_(pa.struct([("signal", pa.string()), ("level", pa.string())]))


@dataclass(frozen=True)
class Evidence:
    """Pairs in an order of their own, which does not depend on the one in which they were given.

    Args:
        levels: for each signal the level of each pair, `missing` being 0.
        share: how much of each pair is a match: 1 or 0 if somebody has judged it, else a probability.
    """

    levels: tuple[Levels, ...]
    share: Bits

    @classmethod
    def of(cls, levels: Sequence[Levels], share: npt.ArrayLike) -> "Evidence":
        """The pairs with these levels."""
        shares = np.asarray(share, dtype=float)
        order = np.lexsort([shares, *levels[::-1]])
        return cls(tuple(level[order] for level in levels), shares[order])

    def __len__(self) -> int:
        return len(self.share)

    def taken(self, chosen: npt.NDArray[np.bool_]) -> "Evidence":
        """Some of the pairs, in the same order."""
        return Evidence(tuple(level[chosen] for level in self.levels), self.share[chosen])

    def packed(self) -> tuple["Evidence", Bits]:
        """Each different pair once, and how often it occurs."""
        if not len(self):
            return self, self.share
        rows = np.column_stack([*self.levels, self.share])
        first = np.append(True, (rows[1:] != rows[:-1]).any(axis=1))
        counts = np.diff(np.append(np.flatnonzero(first), len(rows)))
        return self.taken(first), counts.astype(float)

    def joined(self, other: "Evidence") -> "Evidence":
        """The pairs of both."""
        levels = [np.concatenate(both) for both in zip(self.levels, other.levels, strict=True)]
        return Evidence.of(levels, np.concatenate([self.share, other.share]))


def told_levels(decided: pd.DataFrame, linked: Linked, spec: MatchingSpec) -> dict[str, Told]:
    """What the comparisons say of judged pairs, by decision_id; what is missing is left out.

    Args:
        decided: `decision_id`, and `left` and `right`, positions of records.
        linked: what matching has found; of pairs that were no candidates, third records say nothing.
        spec: what is compared.
    """
    if decided.empty:
        return {}
    ends = decided[["left", "right"]].to_numpy(dtype=np.int64)
    levels = _levels_of(Pairs(linked.pairs.records, ends.min(axis=1), ends.max(axis=1)), linked, spec)
    told = (
        [
            {"signal": one.signal, "level": one.levels[level]}
            for one, level in zip(spec.comparisons, row, strict=True)
            if level
        ]
        for row in np.stack(levels, axis=1).tolist()
    )
    return dict(zip(decided["decision_id"], told, strict=True))


def _levels_of(asked: Pairs, linked: Linked, spec: MatchingSpec) -> list[Levels]:
    place = pd.MultiIndex.from_arrays([linked.pairs.left, linked.pairs.right]).get_indexer(
        pd.MultiIndex.from_arrays([asked.left, asked.right])
    )
    known = place >= 0
    found = []
    for compared, level in zip(compare(asked, spec), linked.levels, strict=True):
        compared[known] = level[place[known]]
        found.append(compared)
    return found


def with_levels(decisions: pd.DataFrame, told: dict[str, Told]) -> pa.Table:
    """Decisions with the column `levels`, null for those that `told_levels` did not tell."""
    levels = pa.array([told.get(one) for one in decisions["decision_id"]], type=_LEVELS)
    return pa.Table.from_pandas(decisions, preserve_index=False).append_column("levels", levels)


def read_levels(pairs: Sequence[Told], spec: MatchingSpec) -> tuple[Levels, ...]:
    """For each signal of the spec the level of each pair that the warehouse tells; the prior is passed over.

    Raises:
        InputError: the warehouse was published with other comparisons.
    """
    place = {
        (one.signal, level): (at, number)
        for at, one in enumerate(spec.comparisons)
        for number, level in enumerate(one.levels)
    }
    levels = np.zeros((len(spec.comparisons), len(pairs)), dtype=np.int8)
    for column, pair in enumerate(pairs):
        for said in pair:
            if said["signal"] == "prior":
                continue
            known = place.get((said["signal"], said["level"]))
            if known is None:
                raise _other_comparisons(said)
            levels[known[0], column] = known[1]
    return tuple(levels)


def _other_comparisons(said: dict[str, Any]) -> InputError:
    return InputError(
        "L'entrepôt publié vient d'une autre version d'Alliage, qui comparait autrement.",
        found=json.dumps({key: said[key] for key in ("signal", "level")}, ensure_ascii=False),
        expected="un entrepôt publié par cette version",
        next_step="lancer alliage run, puis recommencer",
    )
