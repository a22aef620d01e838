"""What the page reads: the warehouse that is in service now, and the log as it is now.

A run swaps the published file at any moment. It is held open, for opening it costs a tenth of a second, and
let go as soon as another file lies in its place: DuckDB hands the file that a process has open to whoever in
it opens the same path, so one that is held for too long would answer for the new one.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from flows import published
from flows.evidence import pair_of
from transforms.matching.decisions.contradictions import StandingDecisions
from transforms.matching.decisions.decision import Decision, Pair
from transforms.matching.decisions.log import FILE, DecisionLog, read_log
from transforms.matching.decisions.recording import KnownRecords
from transforms.warehouse.reading import opened

Identity = tuple[int, int, int]

_QUEUE = """
SELECT
    left_source || ':' || left_member_id,
    right_source || ':' || right_member_id,
    probability,
    cause,
    list_transform(reasons, lambda one: (one.signal, one.level))
FROM review_queue
ORDER BY priority DESC, left_source, left_member_id, right_source, right_member_id
"""
_PUBLISHED = "SELECT max(published_at) FROM publications"


@dataclass(frozen=True)
class Queued:
    """A pair that the published run asks a person to judge; `pattern` is its (signal, level), in order."""

    left: str
    right: str
    probability: float
    cause: str
    pattern: tuple[tuple[str, str], ...]

    @cached_property
    def pair(self) -> Pair:
        """Its two records, the smaller key first."""
        return pair_of(self.left, self.right)


@dataclass(frozen=True)
class Snapshot:
    """What is kept of one published file.

    Attributes:
        queue: the pairs to judge, the worthiest first.
        known: its records, with their companies and SIREN.
        heard: the decisions that the run knew.
        published_on: the day of its publication, as people write it.
    """

    queue: tuple[Queued, ...]
    known: KnownRecords
    heard: frozenset[str]
    published_on: str


class Desk:
    """One installation as the page reads it; several threads may ask at once."""

    def __init__(self, warehouse: Path, state: Path) -> None:
        self.warehouse = warehouse
        self.state = state
        self._alone = threading.RLock()
        self._held = ExitStack()
        self._in_service: tuple[Identity, duckdb.DuckDBPyConnection] | None = None
        self._kept: tuple[object, Snapshot] | None = None
        self._log: tuple[Identity | None, DecisionLog] | None = None
        self._standing: tuple[object, object, StandingDecisions] | None = None

    @contextmanager
    def looking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The published file of this moment, read-only, one thread at a time.

        What opens the file by itself is called inside too: it shares what is open here.

        Raises:
            InputError, MachineError: as `opened`.
        """
        with self._alone, self._current().cursor() as cursor:
            yield cursor

    def snapshot(self) -> Snapshot:
        """What the file in service says of its queue and its records.

        Raises:
            InputError, MachineError: as `opened`.
        """
        with self._alone:
            current = self._current()
            if self._kept is None or self._kept[0] is not current:
                self._kept = (current, _snapshot(current, self.warehouse))
            return self._kept[1]

    def close(self) -> None:
        """Let go of the published file."""
        with self._alone:
            self._held.close()
            self._in_service = None

    def _current(self) -> duckdb.DuckDBPyConnection:
        now = _identity(self.warehouse)
        if self._in_service is None or now is None or self._in_service[0] != now:
            self.close()
            con = self._held.enter_context(opened(self.warehouse))
            # The file may have been swapped since it was looked at: then the next request finds out.
            self._in_service = (now or (0, 0, 0), con)
        return self._in_service[1]

    def log(self) -> DecisionLog:
        """The log of decisions.

        Raises:
            InputError, LockError, MachineError: as `read_log`.
        """
        with self._alone:
            before = _identity(self.state / FILE)
            if self._log is None or before is None or self._log[0] != before:
                self._log = (before, read_log(self.state))
            return self._log[1]

    def standing(self) -> StandingDecisions:
        """The decisions that count."""
        with self._alone:
            log, known = self.log(), self.snapshot().known
            if self._standing is None or self._standing[0] is not log or self._standing[1] is not known:
                self._standing = (log, known, StandingDecisions(log.decisions, known.sirens))
            return self._standing[2]

    def judged(self, queued: Queued) -> Decision | None:
        """The word on a pair of the queue that the published run did not know yet."""
        said = self.standing().on(queued.pair)
        return said if said and said.decision_id not in self.snapshot().heard else None

    def waiting(self) -> list[Queued]:
        """The pairs of the queue that nobody has judged since the published run."""
        return [queued for queued in self.snapshot().queue if self.judged(queued) is None]


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _snapshot(con: duckdb.DuckDBPyConnection, warehouse: Path) -> Snapshot:
    queue = tuple(
        Queued(left, right, probability, cause, tuple((signal, level) for signal, level in pattern))
        for left, right, probability, cause, pattern in con.execute(_QUEUE).fetchall()
    )
    heard = frozenset(name for (name,) in con.execute("SELECT decision_id FROM decisions").fetchall())
    ((moment,),) = con.execute(_PUBLISHED).fetchall()
    return Snapshot(queue, published.known_records(warehouse), heard, f"{moment:%d/%m/%Y}" if moment else "")
