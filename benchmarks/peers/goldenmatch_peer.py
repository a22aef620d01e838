"""Goldenmatch in three set-ups, none with labels.

zero           its own configuration of the table, the way it is advertised
probabilistic  its own configuration of a Fellegi-Sunter matcher, trained by EM
from-splink    the blocking rules and comparisons of the set's YAML, by its own converter of Splink settings

Its scores stand for probabilities. Sources that hold nothing twice: links within one source are dropped.
"""

import logging
import os
from typing import Any

# It remembers configurations of earlier runs, which would make this run depend on them.
os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"

import goldenmatch
import numpy as np
import pyarrow.parquet as pq

from benchmarks.peers.adapter import Task, task

_NOT_COMPARED = ["record_id", "source"]


def main() -> None:
    """Configure, match, write."""
    work = task(__doc__, ["zero", "probabilistic", "from-splink"])
    logging.disable(logging.WARNING)
    table = pq.read_table(work.table)
    found = goldenmatch.dedupe_df(
        table, config=_config(work, table), exclude_columns=_NOT_COMPARED, confidence_required=False
    )
    records = np.array(table["record_id"].to_pylist(), dtype=object)
    sources = np.array(table["source"].to_pylist(), dtype=object)
    _write_pairs(work, found.scored_pairs or [], records, sources)
    members = [(at, number) for number, one in found.clusters.items() for at in one["members"]]
    work.write_clusters(records[[at for at, _ in members]], [number for _, number in members])


def _config(work: Task, table: Any) -> Any:
    if work.setup == "zero":
        return None
    if work.setup == "probabilistic":
        return goldenmatch.auto_configure_probabilistic_df(table.drop_columns(_NOT_COMPARED))
    from benchmarks.peers.splink_peer import settings

    return goldenmatch.from_splink(settings(work.spec).create_settings_dict("duckdb")).config


def _write_pairs(work: Task, scored: list[tuple[int, int, float]], records: Any, sources: Any) -> None:
    left, right = (np.array([pair[end] for pair in scored], dtype=int) for end in (0, 1))
    score = np.array([pair[2] for pair in scored], dtype=float)
    if work.spec["no_duplicates"]:
        across = sources[left] != sources[right]
        left, right, score = left[across], right[across], score[across]
    work.write_pairs(records[left], records[right], score)


if __name__ == "__main__":
    main()
