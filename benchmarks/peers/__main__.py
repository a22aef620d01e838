"""Our matcher and its peers on the same tables, in one run, each in a process of its own.

    python -m benchmarks.peers --public FOLDER --exports FOLDER ... --sample --out TABLES.md
    python -m benchmarks.peers --scale-table TABLE.parquet ... --out TABLES.md
    python -m benchmarks.peers --scale-script SCRIPT --scale-words WORDS --records 10000 --out TABLES.md

--public is a folder with the public sets; --exports are folders with one folder a source and `truth.csv`;
--sample makes such folders with `benchmarks.sample`. SCRIPT is called as `SCRIPT WORDS OUT --records N`. A
matcher that is not there or fails is a row with its reason. docs/benchmarks.md explains method and columns.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from benchmarks import linkage
from benchmarks.peers import report, tables
from benchmarks.peers.processes import measured
from benchmarks.sample import exports, generate

ROOT = Path(__file__).parents[2]
_PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
# Pairs that somebody who runs a peer would look at: not sure enough to merge, too likely to drop.
_REVIEW = (0.1, 0.95)
_SAMPLES = [(seed, roughness) for roughness in (1.0, 1.5) for seed in (3, 4, 5)]


class Matcher(NamedTuple):
    """A set-up of a matcher, and who can run it.

    Args:
        name: in the tables and on the command line.
        module: its command.
        setup: which of its set-ups.
        ours: runs in our environment.
        needs: a key that the set's YAML must have, or nothing.
    """

    name: str
    module: str
    setup: str
    ours: bool = False
    needs: str = ""


MATCHERS = (
    Matcher("alliage", "alliage_peer", "spec", ours=True),
    Matcher("alliage", "alliage_peer", "auto", ours=True),
    Matcher("alliage", "alliage_run_peer", "run", ours=True, needs="exports"),
    Matcher("splink", "splink_peer", "hand-set"),
    Matcher("goldenmatch", "goldenmatch_peer", "zero"),
    Matcher("goldenmatch", "goldenmatch_peer", "probabilistic"),
    Matcher("goldenmatch", "goldenmatch_peer", "from-splink"),
    Matcher("dedupe", "dedupe_peer", "asked-100"),
    Matcher("emm", "emm_peer", "names", needs="company_name"),
    Matcher("emm", "emm_peer", "noised", needs="company_name"),
)


def main() -> None:
    """Prepare, run, judge, write the tables."""
    told = _arguments()
    matchers = [one for one in MATCHERS if one.name in told.matchers]
    with tempfile.TemporaryDirectory() as scratch:
        work = told.work or Path(scratch)
        written = [f"Taken {report.machine()}.", ""]
        everything: list[report.Line] = []
        for prepared in _accuracy_sets(told, work):
            found = list(lines(prepared, matchers, told.minutes))
            everything += found
            written += report.accuracy_table(prepared, found)
            _write(told.out, written)
        if everything:
            written += report.pooled_table(everything)
            _write(told.out, written)
        sized = []
        for prepared in _scale_sets(told, work):
            for line in lines(prepared, matchers, told.minutes):
                sized.append((prepared.records, line))
                _write(told.out, written + report.speed_table(sized))
    print(told.out.read_text(encoding="utf-8"))


def judge(prepared: tables.Prepared, clusters: pd.DataFrame, pairs: pd.DataFrame) -> report.Judged:
    """Hold what a matcher wrote against the truth of the set.

    Args:
        prepared: the set.
        clusters: record_id, cluster_id.
        pairs: left_id, right_id, probability, and zone where the matcher knows what a person should see.
    """
    truth = prepared.truth
    codes = pd.factorize(truth["truth"])[0]
    scored = linkage.numbered(truth, pairs)
    accuracy = linkage.judged(truth, clusters, _review(clusters, pairs))
    cut = linkage.best_grouping(codes, scored, no_duplicates=prepared.spec["no_duplicates"])
    return report.Judged(
        accuracy=accuracy,
        best=max(linkage.Best(accuracy.f1, None, one_to_one=False), cut, key=lambda best: best.f1),
        marked=linkage.marked(codes, scored),
    )


def lines(prepared: tables.Prepared, matchers: list[Matcher], minutes: float) -> Iterator[report.Line]:
    """Run each matcher that can take the set, and judge what it wrote."""
    for one in matchers:
        if one.needs and one.needs not in prepared.spec:
            continue
        line = _line(prepared, one, minutes)
        print(
            f"{prepared.title}: {one.name} {one.setup}, {line.run.seconds:.1f} s", file=sys.stderr, flush=True
        )
        yield line


def _review(clusters: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    if "zone" in pairs:
        return pairs.loc[pairs["zone"] == "review", ["left_id", "right_id"]]
    doubtful = pairs[pairs["probability"].between(*_REVIEW, inclusive="left")]
    group = clusters.set_index("record_id")["cluster_id"]
    merged = doubtful["left_id"].map(group) == doubtful["right_id"].map(group)
    return doubtful.loc[~merged, ["left_id", "right_id"]]


def _line(prepared: tables.Prepared, one: Matcher, minutes: float) -> report.Line:
    folder = prepared.folder / f"{one.name}-{one.setup}"
    folder.mkdir(exist_ok=True)
    clusters, pairs = folder / "clusters.parquet", folder / "pairs.parquet"
    for path in (clusters, pairs):
        path.unlink(missing_ok=True)
    command = [sys.executable if one.ours else str(_PEERS_PYTHON), "-m", f"benchmarks.peers.{one.module}"]
    command += ["--input", str(prepared.folder / "table.parquet"), "--spec", str(prepared.folder / "set.yml")]
    command += ["--setup", one.setup, "--out", str(clusters), "--pairs", str(pairs)]
    if one.name == "dedupe":
        command += ["--truth", str(prepared.folder / "truth.parquet")]
    run = measured(command, folder, minutes, ROOT)
    if run.code or not (clusters.exists() and pairs.exists()):
        return report.Line(one.name, one.setup, run, None)
    try:
        found = judge(prepared, pd.read_parquet(clusters), pd.read_parquet(pairs))
    except (KeyError, ValueError) as problem:
        return report.Line(one.name, one.setup, replace(run, reason=f"unreadable result: {problem}"), None)
    return report.Line(one.name, one.setup, run, found)


def _accuracy_sets(told: argparse.Namespace, work: Path) -> Iterator[tables.Prepared]:
    if told.public:
        for name in tables.PUBLIC:
            yield tables.public_set(name, told.public, work)
    for folder in told.exports:
        yield tables.exports_set(folder.name, folder, work)
    for seed, roughness in _SAMPLES if told.sample else []:
        folder = work / "samples" / f"seed {seed}, roughness {roughness}"
        exports.write(generate(670, seed, roughness, 0.135), folder, folder / "truth.csv")
        yield tables.exports_set(folder.name, folder, work)


def _scale_sets(told: argparse.Namespace, work: Path) -> Iterator[tables.Prepared]:
    for table in told.scale_table:
        yield tables.scale_set(table, work)
    for records in told.records if told.scale_script else []:
        table = work / f"scale_{records}.parquet"
        command = [sys.executable, told.scale_script, told.scale_words, table, "--records", str(records)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        yield tables.scale_set(table, work)


def _write(out: Path, lines: list[str]) -> None:
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = list(dict.fromkeys(one.name for one in MATCHERS))
    parser.add_argument("--public", type=Path, help="folder with the public sets")
    parser.add_argument(
        "--exports", type=Path, nargs="*", default=[], help="folders with exports and truth.csv"
    )
    parser.add_argument("--sample", action="store_true", help="six invented pairs of exports")
    parser.add_argument("--scale-table", type=Path, nargs="*", default=[], help="tables with truth")
    parser.add_argument("--scale-script", type=Path, help="a script that makes such tables")
    parser.add_argument("--scale-words", type=Path, help="the file from which it takes its words")
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--matchers", nargs="+", choices=names, default=names)
    parser.add_argument("--minutes", type=float, default=20, help="how long one matcher may take on one set")
    parser.add_argument("--work", type=Path, help="keep tables and results there")
    parser.add_argument("--out", type=Path, required=True, help="Markdown file for the tables")
    return parser.parse_args()


if __name__ == "__main__":
    main()
