"""Readers who ask the published warehouse in a loop while publications replace it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
from forks import CONTEXT

from transforms.warehouse import beside, stage, versions
from transforms.warehouse.manifest import Manifest, read_manifest
from transforms.warehouse.publish import table_counts
from transforms.warehouse.stage import PublishParameters

_LONGEST = 300.0
# Seconds between two looks: enough for twenty readers to leave a machine of two cores to the publications.
_PAUSE = 0.5
# Enough for the slowest reader to find the version that it has read.
_KEPT = 100


@dataclass
class Seen:
    """What one reader has met.

    Attributes:
        anew: whether it opens the warehouse anew for each query.
        loops: how often it has looked.
        between: loops in which the manifest beside the warehouse was of another run than the file, because a
            publication replaces first the one and then the other. The manifest kept with the version tells.
        runs: the runs whose publications it has read.
        mixed: queries of one connection that told two runs, or a later query that told an older run.
        wrong: counts that are not those of the manifest of the same run.
        errors: whatever else was raised.
    """

    anew: bool
    loops: int = 0
    between: int = 0
    runs: set[str] = field(default_factory=set)
    mixed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        return [*self.errors, *self.mixed, *self.wrong]


def _read(warehouse: Path, anew: bool, start: Barrier, stop: Event, results: Any) -> None:
    seen = Seen(anew)
    end = monotonic() + _LONGEST
    start.wait(_LONGEST)
    while not stop.is_set() and monotonic() < end:
        seen.loops += 1
        try:
            _look(warehouse, seen)
        except Exception as error:
            seen.errors.append(repr(error))
            break
        stop.wait(_PAUSE)
    results.put(seen)


def _look(warehouse: Path, seen: Seen) -> None:
    """Ask two tables for the run, and hold the counts against the manifest of their run."""
    before = _beside(warehouse)
    told, logged, (run_id, counts) = _answers(warehouse, anew=seen.anew)
    after = _beside(warehouse)
    order = [told, logged, run_id]
    if order != sorted(order) or (not seen.anew and told != run_id):
        seen.mixed.append(f"{order}")
    seen.runs.update(order)
    of_this_run = [manifest for manifest in (before, after) if manifest.run_id == run_id]
    seen.between += not of_this_run
    for manifest in (*of_this_run, _kept(warehouse, run_id)):
        if manifest.warehouse.tables != counts:
            seen.wrong.append(run_id)


def _answers(warehouse: Path, *, anew: bool) -> list[Any]:
    answers = []
    with ExitStack() as opened:
        for query in (_run_of_sources, _run_of_log, _run_and_counts):
            if anew:
                opened.close()
            if anew or not answers:
                con = opened.enter_context(duckdb.connect(str(warehouse), read_only=True))
            answers.append(query(con))
    return answers


def _run_of_sources(con: duckdb.DuckDBPyConnection) -> str:
    ((run_id,),) = con.execute("SELECT DISTINCT run_id FROM sources").fetchall()
    return str(run_id)


def _run_of_log(con: duckdb.DuckDBPyConnection) -> str:
    ((run_id,),) = con.execute("SELECT max(run_id) FROM runs WHERE verdict = 'published'").fetchall()
    return str(run_id)


def _run_and_counts(con: duckdb.DuckDBPyConnection) -> tuple[str, dict[str, int]]:
    return _run_of_sources(con), table_counts(con)


def _beside(warehouse: Path) -> Manifest:
    manifest = read_manifest(beside.manifest(warehouse))
    assert manifest is not None, "no whole manifest"
    return manifest


def _kept(warehouse: Path, run_id: str) -> Manifest:
    """The manifest in the version of a run, which is there, hidden at first, before its file is published."""
    folders = (versions.staged(warehouse, run_id), beside.versions(warehouse) / run_id)
    found = (read_manifest(folder / beside.manifest(warehouse).name) for folder in folders)
    manifest = next((one for one in found if one), None)
    assert manifest is not None, f"no version of {run_id}"
    return manifest


@contextmanager
def reading(warehouse: Path, readers: int) -> Iterator[list[Seen]]:
    """Let processes read from before the block until after it; then the list holds what each has seen.

    Every second one opens the warehouse anew for each query.
    """
    start, stop, results = CONTEXT.Barrier(readers + 1), CONTEXT.Event(), CONTEXT.Queue()
    processes = [
        CONTEXT.Process(target=_read, args=(warehouse, number % 2 == 1, start, stop, results))
        for number in range(readers)
    ]
    seen: list[Seen] = []
    try:
        for process in processes:
            process.start()
        start.wait(_LONGEST)
        yield seen
        stop.set()
        seen += [results.get(timeout=_LONGEST) for _ in processes]
    finally:
        for process in processes:
            process.kill()
            process.join()


def met(root: Path, builds: Sequence[Path], *, readers: int, publications: int) -> list[Seen]:
    """What `readers` see while `builds`, which differ, are published in turn into the folder `root`."""
    warehouse = root / "clean" / "warehouse.duckdb"
    turns = enumerate(islice(cycle(builds), publications + 1))
    _publish(next(turns), root)
    with reading(warehouse, readers) as seen:
        for turn in turns:
            _publish(turn, root)
    return seen


def _publish(turn: tuple[int, Path], root: Path) -> None:
    number, build = turn
    stage.run(
        build,
        PublishParameters(
            warehouse=root / "clean" / "warehouse.duckdb",
            state=root / "state",
            run_id=run_id(number),
            started_at=datetime(2026, 1, 5, 4, 15, tzinfo=UTC),
            versions_kept=_KEPT,
        ),
    )


def run_id(number: int) -> str:
    """The run of one of the publications; 0 is the one before the readers come."""
    return f"20260105T04{number:04}-000000"
