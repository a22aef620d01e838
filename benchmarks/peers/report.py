"""The tables that come out, in Markdown."""

import math
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.accuracy import Accuracy
from benchmarks.linkage import Best, Calibration, Marked, calibration, pooled
from benchmarks.peers.processes import Measured
from benchmarks.peers.tables import Prepared

_ACCURACY = (
    "Matcher", "Set-up", "P", "R", "F1", "B-cubed", "best F1", "at", "ECE", "of pairs", "log-loss",
    "review/100", "R with reviewer", "s", "MiB",
)  # fmt: skip
_POOLED = ("Matcher", "Set-up", "sets", "ECE", "of pairs", "log-loss")
_SPEED = ("Records", "Matcher", "Set-up", "s", "CPU s", "MiB", "load", "P", "R", "F1", "best F1", "at")


@dataclass(frozen=True)
class Judged:
    """How good a matcher was on a set.

    Args:
        accuracy: of its clusters as it gave them.
        best: the best that its pairs allow, picked with the truth in hand.
        marked: its pairs and the truth about them.
    """

    accuracy: Accuracy
    best: Best
    marked: Marked


@dataclass(frozen=True)
class Line:
    """One matcher in one set-up on one set; without `judged` it failed, and `run.reason` says why."""

    matcher: str
    setup: str
    run: Measured
    judged: Judged | None


def machine() -> str:
    """Date, processor, cores, memory, Python: where figures were taken."""
    model = _first(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine()
    memory = int((_first(Path("/proc/meminfo"), "MemTotal") or "0 kB").split()[0]) / 2**20
    return (
        f"{datetime.now():%Y-%m-%d %H:%M}, {model}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def accuracy_table(prepared: Prepared, lines: Iterable[Line]) -> list[str]:
    """One set: a heading, then a row for each line."""
    return [
        f"### {prepared.title} ({prepared.records:,} records)",
        "",
        *_table(_ACCURACY, map(_accuracy, lines)),
        "",
    ]


def pooled_table(lines: Iterable[Line]) -> list[str]:
    """Calibration over the pairs of all sets: a row for each set-up."""
    found: dict[tuple[str, str], list[Marked]] = {}
    for line in lines:
        if line.judged:
            found.setdefault((line.matcher, line.setup), []).append(line.judged.marked)
    rows = [[*who, str(len(sets)), *_fit(calibration(pooled(sets)))] for who, sets in found.items()]
    return ["### Calibration, all sets together", "", *_table(_POOLED, rows), ""]


def speed_table(measured: Iterable[tuple[int, Line]]) -> list[str]:
    """All sizes in one table."""
    return [*_table(_SPEED, (_speed(records, line) for records, line in measured)), ""]


def _table(header: Iterable[str], rows: Iterable[list[str]]) -> list[str]:
    names = list(header)
    return [
        _row(names),
        _row(["---"] * len(names)),
        *(_row(row + [""] * (len(names) - len(row))) for row in rows),
    ]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _accuracy(line: Line) -> list[str]:
    if line.judged is None:
        return [line.matcher, line.setup, _failure(line.run)]
    found = line.judged.accuracy
    return [
        line.matcher,
        line.setup,
        *map(_share, (found.precision, found.recall, found.f1, found.b_cubed, line.judged.best.f1)),
        _cut(line.judged.best),
        *_fit(calibration(line.judged.marked)),
        f"{found.review_per_100:.1f}",
        _share(found.reviewed_recall),
        f"{line.run.seconds:.1f}",
        f"{line.run.peak_mib:,}",
    ]


def _speed(records: int, line: Line) -> list[str]:
    who, run = [f"{records:,}", line.matcher, line.setup], line.run
    used = [f"{run.seconds:.1f}", f"{run.cpu_seconds:.1f}", f"{run.peak_mib:,}", f"{run.load:.1f}"]
    if line.judged is None:
        return [*who, *used, _failure(run)]
    found = line.judged.accuracy
    best = line.judged.best
    return [*who, *used, *map(_share, (found.precision, found.recall, found.f1, best.f1)), _cut(best)]


def _fit(found: Calibration) -> list[str]:
    return [_share(found.error), f"{found.pairs:,}", _share(found.log_loss)]


def _failure(run: Measured) -> str:
    return f"failed: {run.reason}"[:160]


def _cut(best: Best) -> str:
    if best.threshold is None:
        return "as given"
    return f"{best.threshold:g}" + (", one to one" if best.one_to_one else "")


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _first(path: Path, key: str) -> str:
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")
