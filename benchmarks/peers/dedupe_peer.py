"""Dedupe, which learns from answers: here the truth gives them, so this peer is not unsupervised.

asked-100      its active learning asks about the 100 pairs it is least sure of, and gets the right answers
"""

import logging
from typing import Any

import dedupe
import numpy as np
import pandas as pd
from dedupe import variables

from benchmarks.peers.adapter import Task, task

_QUESTIONS = 100
_CLUSTERS_FROM = 0.5
# Long texts are compared by alignment, short codes without its cost.
_VARIABLES = {"words": variables.String, "company": variables.String}
_ID = "record_id"

Records = dict[str, dict[str, Any]]


def main() -> None:
    """Ask, train, match, write."""
    work = task(__doc__, ["asked-100"])
    logging.disable(logging.WARNING)
    if work.truth is None:
        raise SystemExit("dedupe learns from answers: --truth is missing")
    parts = _parts(work)
    made = [
        _VARIABLES.get(told["read"], variables.ShortString)(name, has_missing=True)
        for name, told in work.spec["columns"].items()
    ]
    matcher = dedupe.RecordLink(made) if work.spec["no_duplicates"] else dedupe.Dedupe(made)
    np.random.seed(1)
    matcher.prepare_training(*parts)
    _ask(matcher, pd.read_parquet(work.truth).set_index(_ID)["truth"].to_dict())
    matcher.train()
    _write(work, matcher, parts)


def _parts(work: Task) -> list[Records]:
    """The records of both sources, or of all as one."""
    table = work.read()
    groups = [rows for _, rows in table.groupby("source")] if work.spec["no_duplicates"] else [table]
    return [dict(zip(rows[_ID], rows.to_dict("records"), strict=True)) for rows in groups]


def _ask(matcher: Any, truth: dict[str, str]) -> None:
    for _ in range(_QUESTIONS):
        pair = matcher.uncertain_pairs()[0]
        same = truth[pair[0][_ID]] == truth[pair[1][_ID]]
        matcher.mark_pairs({"match": [pair] if same else [], "distinct": [] if same else [pair]})


def _write(work: Task, matcher: Any, parts: list[Records]) -> None:
    scores = matcher.score(matcher.pairs(*parts))
    ends, score = np.array(scores["pairs"]), np.array(scores["score"], dtype=float)
    work.write_pairs(ends[:, 0], ends[:, 1], score)
    grouped = matcher.one_to_one(scores) if len(parts) > 1 else matcher.cluster(scores, _CLUSTERS_FROM)
    members = [
        (one, number) for number, (ids, _) in enumerate(_likely(grouped, len(parts) > 1)) for one in ids
    ]
    work.write_clusters([one for one, _ in members], [number for _, number in members])


def _likely(grouped: Any, links: bool) -> Any:
    return ((ids, score) for ids, score in grouped if not links or score >= _CLUSTERS_FROM)


if __name__ == "__main__":
    main()
