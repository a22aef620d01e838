"""Pairwise precision and recall of a grouping against the truth."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

KEY = ["source", "member_id"]


class Score(NamedTuple):
    """Pairs of records put together and truly together, put together, truly together."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true)


def score(groups: pd.DataFrame, truth: pd.DataFrame, label: str) -> Score:
    """Score groups (source, member_id, group_id) against column `label` of the truth about these records."""
    both = groups.astype({"member_id": str}).merge(truth.astype(str), on=KEY, validate="one_to_one")
    return Score(_pairs(both, ["group_id", label]), _pairs(both, ["group_id"]), _pairs(both, [label]))


def pooled(scores: Iterable[Score]) -> Score:
    """The score over all pairs of several sets."""
    return Score(*map(sum, zip(*scores, strict=True)))


def _pairs(records: pd.DataFrame, by: list[str]) -> int:
    sizes = records.groupby(by).size()
    return int((sizes * (sizes - 1) // 2).sum())
