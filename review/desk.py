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
from review.unheard import Heard, Unheard, heard, unheard
from transforms.matching.decisions.contradictions import StandingDecisions
from transforms.matching.decisions.decision import Pair
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import FILE, DecisionLog, read_log
from transforms.matching.decisions.today import Today
from transforms.moments import day_text
from transforms.stewards.correction_log import read_corrections
from transforms.warehouse.reading import opened
from transforms.warehouse.register import REGISTER_FILE

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
        heard: the words of stewards that the run knew.
        published_on: the day of its publication, as people write it.
    """

    queue: tuple[Queued, ...]
    known: KnownRecords
    heard: Heard
    published_on: str


@dataclass(frozen=True)
class _Words:
    """What a log and a published file say together, reckoned once for both."""

    log: DecisionLog
    snapshot: Snapshot
    today: Today
    standing: StandingDecisions
    waiting: list[Queued]


class Desk:
    """One installation as the page reads it; several threads may ask at once."""

    def __init__(self, warehouse: Path, state: Path) -> None:
        self.warehouse = warehouse
        self.state = state
        self._alone = threading.RLock()
        self._held = ExitStack()
        self._in_service: tuple[Identity, duckdb.DuckDBPyConnection] | None = None
        self._kept: tuple[tuple[object, Identity | None], Snapshot] | None = None
        self._log: tuple[Identity | None, DecisionLog] | None = None
        self._words: _Words | None = None

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
            # A publication puts the register in place after the file.
            now = (current, _identity(self.state / REGISTER_FILE))
            if self._kept is None or self._kept[0] != now:
                self._kept = (now, _snapshot(current, self.warehouse, self.state))
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

    def today(self) -> Today:
        """All decisions, under the numbers of the file in service."""
        return self._said().today

    def standing(self) -> StandingDecisions:
        """The decisions that count, under the numbers of the file in service."""
        return self._said().standing

    def waiting(self) -> list[Queued]:
        """The pairs of the queue on which nothing was said that the published run did not know."""
        return self._said().waiting

    def unheard(self) -> Unheard:
        """What the published warehouse does not know yet of decisions and corrections."""
        corrections = read_corrections(self.state).words
        return unheard(self.snapshot().heard, self.log().decisions, corrections)

    def _said(self) -> _Words:
        with self._alone:
            log, snapshot = self.log(), self.snapshot()
            if self._words is None or self._words.log is not log or self._words.snapshot is not snapshot:
                self._words = _words(log, snapshot)
            return self._words


def _words(log: DecisionLog, snapshot: Snapshot) -> _Words:
    today = snapshot.known.today(log.decisions)
    standing = StandingDecisions(today.here, snapshot.known.sirens)
    counted = snapshot.heard.counted
    waiting = [one for one in snapshot.queue if not standing.settles(one.pair, counted)]
    return _Words(log, snapshot, today, standing, waiting)


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _snapshot(con: duckdb.DuckDBPyConnection, warehouse: Path, state: Path) -> Snapshot:
    queue = tuple(
        Queued(left, right, probability, cause, tuple((signal, level) for signal, level in pattern))
        for left, right, probability, cause, pattern in con.execute(_QUEUE).fetchall()
    )
    ((moment,),) = con.execute(_PUBLISHED).fetchall()
    known = published.known_records(warehouse, state)
    return Snapshot(queue, known, heard(con), day_text(moment) if moment else "")
