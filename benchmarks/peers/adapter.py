"""What the commands of all matchers share: their arguments, the table they read, the files they write.

This module and the adapters run in the environment of the peers, so they import nothing else of this project.

Table in: source, record_id (unique over all sources), then the columns of the set; all texts or null.
Clusters out: record_id, cluster_id. Pairs out: left_id, right_id, probability.
"""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

# Pairs below it are of no use to anybody and would make the files of the large sets larger than the tables.
FLOOR = 0.01


@dataclass(frozen=True)
class Task:
    """What one matcher is asked to do.

    Args:
        table: the Parquet file to read.
        spec: the set's YAML, as a mapping.
        setup: which of the matcher's set-ups.
        clusters: where its clusters go.
        pairs: where its pairs go.
        truth: record_id and truth, for a matcher that has to ask somebody; the others get none.
    """

    table: Path
    spec: dict[str, Any]
    setup: str
    clusters: Path
    pairs: Path
    truth: Path | None

    @property
    def columns(self) -> list[str]:
        """Columns to compare."""
        return list(self.spec["columns"])

    def read(self) -> pd.DataFrame:
        """The table, texts as Python strings, nulls as None."""
        found = pd.read_parquet(self.table).astype(object)
        return found.where(found.notna(), None)

    def write_pairs(self, left: Iterable[str], right: Iterable[str], probability: Iterable[float]) -> None:
        """Write scored pairs, those from `FLOOR` on."""
        pairs = pd.DataFrame({"left_id": left, "right_id": right, "probability": probability})
        pairs[pairs["probability"] >= FLOOR].to_parquet(self.pairs, index=False)

    def write_clusters(self, records: Iterable[str], clusters: Iterable[object]) -> None:
        """Write which cluster each record is in; records left out are clusters of one."""
        found = pd.DataFrame({"record_id": list(records), "cluster_id": [str(one) for one in clusters]})
        found.to_parquet(self.clusters, index=False)


def task(description: str | None, setups: Iterable[str]) -> Task:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--input", type=Path, required=True, help="Parquet table")
    parser.add_argument("--spec", type=Path, required=True, help="YAML of the set")
    parser.add_argument("--setup", choices=list(setups), required=True)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file for the clusters")
    parser.add_argument("--pairs", type=Path, required=True, help="Parquet file for the scored pairs")
    parser.add_argument("--truth", type=Path, help="for matchers that learn from answers")
    told = parser.parse_args()
    spec = yaml.safe_load(told.spec.read_text(encoding="utf-8"))
    return Task(told.input, spec, told.setup, told.out, told.pairs, told.truth)
