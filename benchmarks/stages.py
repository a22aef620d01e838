"""How long each stage takes and how much memory the process holds meanwhile, on invented exports.

    python -m benchmarks.stages [--records 1000 10000 100000] [--repeat 3]

Each size has a process of its own; there the stages run without Prefect, each time on a build database, state
and warehouse of their own. Seconds are medians. Memory is the most that the whole process held during the
stage, in MiB, the largest of all repeats; the row `imports` is what it holds before the first stage, Great
Expectations included. Where the system cannot reset that mark (it can on Linux), memory is the most so far.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.sample import exports, generate
from expectations import runner
from expectations import stage as quality
from flows import interpreter
from flows.outcome import peak_memory_mb
from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.report import StageReport
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse import stage as warehouse

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RUN = "stages"
_SIZES = (1_000, 10_000, 100_000)
# What the generator makes of a company: some pay in both clusters, some have duplicates.
_RECORDS_A_COMPANY = 1.35


@dataclass(frozen=True)
class Step:
    """One stage of one pass."""

    report: StageReport
    seconds: float
    peak_mb: int


def one_pass(raw: Path, scratch: Path) -> Iterator[Step]:
    """Run all stages on the exports of `raw`; what they write goes into `scratch`."""
    build, state, published = scratch / "build.duckdb", scratch / "state", scratch / "warehouse.duckdb"
    started = datetime.now(UTC)
    reports: list[StageReport] = []

    def publish(build: Path) -> StageReport:
        return warehouse.run(
            build,
            warehouse.PublishParameters(
                warehouse=published, state=state, run_id=_RUN, started_at=started, reports=tuple(reports)
            ),
        )

    for stage in (
        lambda build: sources.run(build, sources.IntakeParameters(raw=raw)),
        lambda build: standard.run(build, standard.StandardiseParameters()),
        lambda build: continuity.run(build, continuity.ContinuityParameters(state=state, started_at=started)),
        lambda build: matching.run(build, matching.MatchParameters(state=state)),
        lambda build: golden.run(build, golden.GoldenParameters(state=state, run_id=_RUN)),
        lambda build: quality.run(build, quality.ValidateParameters(rejects=scratch / "rejets")),
        publish,
    ):
        forget_peak()
        began = perf_counter()
        report = stage(build)
        yield Step(report, perf_counter() - began, peak_mb())
        reports.append(report)


def forget_peak() -> None:
    """Let the peak start anew from what the process holds now (Linux: proc(5), clear_refs)."""
    with suppress(OSError):
        _RESET.write_text("5")


def peak_mb() -> int:
    """The most memory since `forget_peak`, in MiB."""
    if _STATUS.exists():
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return peak_memory_mb()


def table(passes: list[list[Step]], imports_mb: int) -> list[str]:
    """One line a stage, then their sum without and with the quality rules."""
    lines = [f"{'stage':20} {'seconds':>8} {'peak MiB':>9}", f"{'imports':20} {'':>8} {imports_mb:9}"]
    seconds: dict[str, float] = {}
    for same in zip(*passes, strict=True):
        stage = same[0].report.stage
        seconds[stage] = median(step.seconds for step in same)
        lines.append(f"{stage:20} {seconds[stage]:8.2f} {max(step.peak_mb for step in same):9}")
    everything = sum(seconds.values())
    lines.append(f"{'all but validate':20} {everything - seconds['validate']:8.2f}")
    lines.append(f"{'all':20} {everything:8.2f}")
    return lines


def main() -> None:
    """Write exports, run the passes, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, nargs="+", default=_SIZES, help="about so many, size by size")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for records in arguments.records:
        # A process gives little memory back, so the next size would start from the peak of this one.
        process = get_context("spawn").Process(
            target=measure, args=(records, arguments.repeat, arguments.seed)
        )
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(process.exitcode)


def measure(records: int, repeat: int, seed: int) -> None:
    """Print the table for exports of about so many records."""
    runner.load()
    interpreter.settle()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        exports.write(generate(round(records / _RECORDS_A_COMPANY), seed), raw)
        forget_peak()
        imports_mb = peak_mb()
        passes = []
        for number in range(repeat):
            scratch = Path(folder) / f"pass-{number}"
            scratch.mkdir()
            passes.append(list(one_pass(raw, scratch)))
    found = passes[0][0].report.rows_out
    print(f"{found} records, median of {repeat}, Python {sys.version.split()[0]}")
    print("\n".join(table(passes, imports_mb)), flush=True)


if __name__ == "__main__":
    interpreter.end_with(main)
