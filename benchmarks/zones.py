"""What the zones cost, and which true pairs the blocking rules miss: the tables of docs/matching.md.

    python -m benchmarks.zones FOLDER [FOLDER ...]
    python -m benchmarks.zones --candidates FOLDER [FOLDER ...]

Each FOLDER holds one folder a source with its export, and `truth.csv` (source, member_id, siren). The first
form matches every folder with several pairs of thresholds and prints the mean of each measure. The second
prints, for each folder and for several caps on the size of a block, the candidate pairs, the true pairs and
those of them that no rule proposes.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

import pandas as pd

from benchmarks.accuracy import Accuracy, grouped, standardised
from transforms.matching.blocking import candidate_pairs
from transforms.matching.members import members_spec, read_records
from transforms.matching.records import Pairs, Records
from transforms.matching.spec import Thresholds
from transforms.warehouse.database import connect

# Around the shipped thresholds.
_AROUND = (
    *((0.50, 0.10), (0.55, 0.10), (0.60, 0.10), (0.65, 0.10), (0.70, 0.10), (0.80, 0.10), (0.90, 0.10)),
    *((0.60, 0.05), (0.60, 0.20)),
)
_CAPS = (30, 60, 120)


def zone_table(folders: Sequence[Path]) -> Iterator[str]:
    """One line a pair of thresholds: the mean of each measure over the folders."""
    shipped = members_spec().thresholds
    asked = sorted(
        {(shipped.match_from, shipped.review_from), *_AROUND},
        key=lambda two: (two[1] != shipped.review_from, *two),
    )
    yield (
        "| match from | review from | precision | recall | F1 | wrong pairs | review pairs per 100 records "
        "| recall with a perfect reviewer |"
    )
    yield "|---" * 8 + "|"
    found: dict[tuple[float, float], list[Accuracy]] = {two: [] for two in asked}
    for folder in folders:
        with standardised(folder) as build:
            for two, measures in found.items():
                zones = Thresholds(match_from=two[0], review_from=two[1])
                measures.append(grouped(build, folder, zones))
    for (match_from, review_from), some in found.items():
        shares = (mean(getattr(one, name) for one in some) for name in ("precision", "recall", "f1"))
        yield (
            f"| {match_from:.2f} | {review_from:.2f} | {' | '.join(f'{share:.3f}' for share in shares)} "
            f"| {mean(one.wrong for one in some):.1f} | {mean(one.review_per_100 for one in some):.1f} "
            f"| {mean(one.reviewed_recall for one in some):.3f} |"
        )


def candidate_table(folders: Sequence[Path]) -> Iterator[str]:
    """One line a folder: records, true pairs, and for each cap the candidate pairs and the pairs missed."""
    caps = " | ".join(f"cap {cap}: pairs | missed" for cap in _CAPS)
    yield f"| Set | Records | True pairs | {caps} |"
    yield "|---" * (3 + 2 * len(_CAPS)) + "|"
    for folder in folders:
        with standardised(folder) as build, connect(build, read_only=True) as con:
            frame = read_records(con)
        truth = pd.read_csv(folder / "truth.csv", dtype=str)
        company = frame[["source", "member_id"]].merge(truth, how="left", validate="one_to_one")["siren"]
        sizes = company.value_counts()
        true = int((sizes * (sizes - 1) // 2).sum())
        counts = []
        for cap in _CAPS:
            pairs = _capped(frame, cap)
            hits = int((company.to_numpy()[pairs.left] == company.to_numpy()[pairs.right]).sum())
            counts.append(f"{len(pairs):,} | {true - hits}")
        yield f"| {folder.name} | {len(frame):,} | {true:,} | {' | '.join(counts)} |"


def _capped(frame: pd.DataFrame, cap: int) -> Pairs:
    blocking = members_spec().blocking.model_copy(update={"cap": cap})
    return candidate_pairs(Records(frame), blocking)[0]


def main() -> None:
    """Print the one table or the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--candidates", action="store_true")
    arguments = parser.parse_args()
    table = candidate_table if arguments.candidates else zone_table
    for line in table(arguments.folders):
        print(line, flush=True)


if __name__ == "__main__":
    main()
