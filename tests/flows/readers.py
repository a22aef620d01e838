"""Readers who ask the published warehouse in a loop while publications replace it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
from forks import CONTEXT

from transforms.warehouse import beside, stage
from transforms.warehouse.manifest import Manifest, read_manifest
from transforms.warehouse.publish import table_counts
from transforms.warehouse.stage import PublishParameters

_LONGEST = 300.0
# Seconds between two looks: enough for twenty readers to leave a machine of two cores to the publications.
_PAUSE = 0.5


@dataclass
class Seen:
    """What one reader has met.

    Attributes:
        loops: how often it has opened the warehouse.
        proved: loops in which file and manifest were of one run, so that the counts could be compared.
        between: loops in which a publication had replaced the one and not yet the other, or did so meanwhile.
        runs: the runs whose publications it has read.
        mixed: two queries of one connection that told two runs.
        wrong: counts that are not those of the manifest of the same run.
        errors: whatever else was raised.
    """

    loops: int = 0
    proved: int = 0
    between: int = 0
    runs: set[str] = field(default_factory=set)
    mixed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _read(warehouse: Path, start: Barrier, stop: Event, results: Any) -> None:
    seen = Seen()
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
    """Open the warehouse anew, ask two tables for the run, and hold the counts against the manifest."""
    before = _manifest(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as con:
        told = con.execute("SELECT DISTINCT run_id FROM sources").fetchall()
        logged = con.execute("SELECT max(run_id) FROM runs WHERE verdict = 'published'").fetchall()
        counts = table_counts(con)
    after = _manifest(warehouse)
    if told != logged:
        seen.mixed.append(f"{told} {logged}")
        return
    ((run_id,),) = told
    seen.runs.add(run_id)
    known = [manifest for manifest in (before, after) if manifest.run_id == run_id]
    seen.wrong += [run_id for manifest in known if manifest.warehouse.tables != counts]
    seen.proved += bool(known)
    seen.between += not known


def _manifest(warehouse: Path) -> Manifest:
    manifest = read_manifest(beside.manifest(warehouse))
    assert manifest is not None, "no whole manifest"
    return manifest


@contextmanager
def reading(warehouse: Path, readers: int) -> Iterator[list[Seen]]:
    """Let processes read from before the block until after it; then the list holds what each has seen."""
    start, stop, results = CONTEXT.Barrier(readers + 1), CONTEXT.Event(), CONTEXT.Queue()
    processes = [
        CONTEXT.Process(target=_read, args=(warehouse, start, stop, results)) for _ in range(readers)
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
        ),
    )


def run_id(number: int) -> str:
    """The run of one of the publications; 0 is the one before the readers come."""
    return f"20260105T04{number:04}-000000"
