"""How right the published grouping is, on exports of which the truth is known.

    python -m benchmarks.accuracy FOLDER [FOLDER ...]

Each FOLDER holds one folder a source with its export, and `truth.csv` (source, member_id, siren: records of
one company share the value), as `python -m benchmarks.sample --truth FOLDER/truth.csv` writes them. The
stages run in this process with the shipped parameters and an empty state, up to the memberships that a
publication copies.

Precision, recall and F1 count pairs of records. B-cubed F1 counts records: the mean share of right companions
(Bagga and Baldwin, 1998). A record of the truth that has no membership counts as a company of its own.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.matching.members import members_spec
from transforms.matching.spec import Thresholds
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse.database import connect

_KEY = ["source", "member_id"]
_HEADER = (
    f"{'set':16} {'records':>7}  precision  recall     F1  B-cubed  wrong pairs  "
    "review /100  recall with reviewer"
)


@dataclass(frozen=True)
class Accuracy:
    """The measures of one set; pairs are pairs of records of one company.

    Args:
        records: records of the truth.
        wrong: published pairs that are two companies.
        review_per_100: pairs that wait for a person, per 100 records.
        reviewed_recall: the recall once a person has confirmed every right pair of the queue.
    """

    records: int
    precision: float
    recall: float
    b_cubed: float
    wrong: int
    review_per_100: float
    reviewed_recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)


def measure(truth: pd.DataFrame, memberships: pd.DataFrame, review: pd.DataFrame) -> Accuracy:
    """Hold a grouping against the truth.

    Args:
        truth: source, member_id, siren.
        memberships: source, member_id, company_id.
        review: left_source, left_member_id, right_source, right_member_id of the pairs to judge.
    """
    found = truth.merge(memberships, on=_KEY, how="left", validate="one_to_one")
    alone = "lost " + found["source"] + " " + found["member_id"]
    found["company_id"] = found["company_id"].fillna(alone)
    real, published = (found.groupby(by)[by].transform("size") for by in ("siren", "company_id"))
    shared = found.groupby(["siren", "company_id"])["siren"].transform("size")
    wanted, given, hits = (_pairs(sizes) for sizes in (real, published, shared))
    return Accuracy(
        records=len(found),
        precision=hits / given if given else 1.0,
        recall=hits / wanted if wanted else 1.0,
        b_cubed=_harmonic((shared / published).mean(), (shared / real).mean()),
        wrong=given - hits,
        review_per_100=100 * len(review) / len(found),
        reviewed_recall=_reviewed_pairs(found, review) / wanted if wanted else 1.0,
    )


def measured(folder: Path) -> Accuracy:
    """Merge the exports of `folder` and hold the result against its `truth.csv`.

    Raises:
        AlliageError: an export cannot be read.
    """
    with standardised(folder) as build:
        return grouped(build, folder, members_spec().thresholds)


@contextmanager
def standardised(folder: Path) -> Iterator[Path]:
    """A build database with the standard records of the exports of `folder`, ready to be matched.

    Raises:
        AlliageError: an export cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        build, state = Path(scratch) / "build.duckdb", Path(scratch) / "state"
        sources.run(build, sources.IntakeParameters(raw=folder))
        standard.run(build, standard.StandardiseParameters())
        continuity.run(build, continuity.ContinuityParameters(state=state, started_at=datetime.now(UTC)))
        yield build


def grouped(build: Path, folder: Path, thresholds: Thresholds) -> Accuracy:
    """Match the records of a build database and hold the companies against the `truth.csv` of `folder`."""
    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    state = build.parent / "state"
    matching.run(build, matching.MatchParameters(state=state, thresholds=thresholds))
    golden.run(build, golden.GoldenParameters(state=state, run_id="accuracy"))
    with connect(build, read_only=True) as con:
        memberships = con.execute("SELECT source, member_id, company_id FROM golden.memberships").df()
        review = con.execute("SELECT * EXCLUDE (reasons) FROM matching.review").df()
    return measure(truth, memberships, review)


def line(name: str, one: Accuracy) -> str:
    """The measures as a row under the header."""
    return (
        f"{name:16} {one.records:7}  {one.precision:9.3f}  {one.recall:6.3f}  {one.f1:5.3f}  "
        f"{one.b_cubed:7.3f}  {one.wrong:11}  {one.review_per_100:11.1f}  {one.reviewed_recall:20.3f}"
    )


def main() -> None:
    """Measure each folder and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    print(_HEADER)
    for folder in parser.parse_args().folders:
        print(line(folder.name, measured(folder)), flush=True)


def _pairs(sizes: pd.Series) -> int:
    """How many pairs groups have, from the size of the group of each record."""
    return int((sizes - 1).sum()) // 2


def _reviewed_pairs(found: pd.DataFrame, review: pd.DataFrame) -> int:
    """Right pairs once right pairs of the queue are merged, and all that follows from them."""
    number = {key: at for at, key in enumerate(zip(found["source"], found["member_id"], strict=True))}
    siren = found["siren"].to_numpy()
    ends = [
        np.array(
            [number[key] for key in zip(review[f"{side}_source"], review[f"{side}_member_id"], strict=True)],
            int,
        )
        for side in ("left", "right")
    ]
    right = siren[ends[0]] == siren[ends[1]]
    # Each record with the first of those that share both its real and its published company.
    together = found.groupby(["siren", "company_id"]).ngroup().to_numpy()
    first = pd.Series(range(len(found))).groupby(together).transform("first").to_numpy()
    left = np.concatenate([first, ends[0][right]])
    other = np.concatenate([np.arange(len(found)), ends[1][right]])
    graph = coo_array((np.ones(len(left)), (left, other)), shape=(len(found), len(found)))
    groups = pd.Series(connected_components(graph, directed=False)[1])
    return _pairs(groups.groupby(groups).transform("size"))


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


if __name__ == "__main__":
    main()
