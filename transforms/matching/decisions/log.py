"""The log of decisions on disk: `decisions.jsonl` in the state folder, one JSON object a line.

Lines are only ever added: a decision is taken back by a later line with its id and `revoked_at`, not erased.
Whoever adds holds an exclusive lock on the file, and says « recorded » only once its lines are on the disk.
So a last line that was cut short, by a kill or a power failure, is a decision that nobody was told had been
taken: readers leave it aside and say so, and the next writer cuts it off before adding its own. Any other
line that cannot be read may be a decision that somebody relies on, and stops the run.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from transforms.errors import InputError, LockError, Where
from transforms.matching.decisions.decision import Decision
from transforms.warehouse.files import fsync, machine_errors

FILE = "decisions.jsonl"
_NUMBERED = re.compile(r"D-?(\d{1,18})")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Others hold the lock for milliseconds; who waits longer waits for a process that is stuck.
_PATIENCE_S = 20.0
_PAUSE_S = 0.02


@dataclass(frozen=True)
class DecisionLog:
    """What the log holds.

    Attributes:
        decisions: the last word on each id, in the order in which ids first appear.
        torn_line: the number of a last line that was cut short and is left aside.
    """

    decisions: tuple[Decision, ...] = ()
    torn_line: int | None = None


class LogWriter:
    """The log while this process alone may add to it."""

    def __init__(self, descriptor: int, place: Path) -> None:
        self._descriptor = descriptor
        self._place = place
        self._data = _content(descriptor)
        self.log = _parsed(self._data)
        self._last = max((number_of(decision.decision_id) for decision in self.log.decisions), default=0)

    def next_id(self) -> str:
        """An id that no decision of the log has, greater than all before it: D-0001, D-0002 and so on."""
        self._last += 1
        return f"D-{self._last:04}"

    def append(self, decisions: Sequence[Decision]) -> None:
        """Add one line a decision, down to the disk; if that fails the log is as it was.

        Raises:
            MachineError: the disk is full or refuses.
        """
        if not decisions:
            return
        sound = self._data[: self._data.rfind(b"\n") + 1] if self.log.torn_line else self._data
        # The last line of a file that was edited by hand may lack its end.
        end = b"" if sound.endswith(b"\n") or not sound else b"\n"
        lines = "".join(decision.model_dump_json(exclude_none=True) + "\n" for decision in decisions)
        with machine_errors(self._place):
            os.ftruncate(self._descriptor, len(sound))
            try:
                _write(self._descriptor, end + lines.encode())
                os.fsync(self._descriptor)
            except BaseException:
                os.ftruncate(self._descriptor, len(sound))
                raise
            fsync(self._place.parent)
        self._data = sound + end + lines.encode()
        self.log = _parsed(self._data)


def read_log(state: Path) -> DecisionLog:
    """The log of the folder `state`; no file is no decision.

    Raises:
        InputError: a line cannot be read, or an id stands for two decisions; the message names the line.
        LockError: another process has been adding to the log for longer than that ever takes.
        MachineError: the file cannot be read.
    """
    path = state / FILE
    if not path.exists():
        return DecisionLog()
    with _locked(path, os.O_RDONLY, fcntl.LOCK_SH) as descriptor:
        return _parsed(_content(descriptor))


@contextmanager
def writing(state: Path) -> Iterator[LogWriter]:
    """The log of the folder `state` for this process alone, to be read and added to; the folder is made.

    Raises:
        InputError, LockError, MachineError: as `read_log`.
    """
    path = state / FILE
    with machine_errors(path):
        state.mkdir(parents=True, exist_ok=True)
    with _locked(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, fcntl.LOCK_EX) as descriptor:
        yield LogWriter(descriptor, path)


@contextmanager
def _locked(path: Path, flags: int, kind: int) -> Iterator[int]:
    """The open file, locked; the system lets go of the lock when its holder ends, however it ends."""
    with machine_errors(path):
        descriptor = os.open(path, flags, 0o644)
    try:
        with machine_errors(path):
            _lock(descriptor, kind, path)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int, path: Path) -> None:
    given_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > given_up:
                raise LockError(
                    "Le journal des décisions est tenu par un autre programme.",
                    where=Where(file=str(path)),
                    found=f"un verrou tenu depuis plus de {_PATIENCE_S:.0f} s",
                    expected="un journal libre",
                    next_step="attendre la fin de ce programme, ou l'arrêter, puis relancer",
                ) from error
            time.sleep(_PAUSE_S)


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    parts = bytearray()
    while len(parts) < size and (part := os.pread(descriptor, size - len(parts), len(parts))):
        parts += part
    return bytes(parts)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def number_of(decision_id: str) -> int:
    """The number in an id that the log has given; 0 in any other."""
    found = _NUMBERED.fullmatch(decision_id)
    return int(found[1]) if found else 0


def _parsed(data: bytes) -> DecisionLog:
    *whole, rest = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    by_id: dict[str, Decision] = {}
    for number, line in enumerate(whole, 1):
        if line.strip():
            _take(_parse(line, number), number, by_id)
    if not rest.strip():
        return DecisionLog(tuple(by_id.values()))
    try:
        last = _parse(rest, len(whole) + 1)
    except InputError:
        return DecisionLog(tuple(by_id.values()), torn_line=len(whole) + 1)
    _take(last, len(whole) + 1, by_id)
    return DecisionLog(tuple(by_id.values()))


def _take(decision: Decision, number: int, by_id: dict[str, Decision]) -> None:
    known = by_id.setdefault(decision.decision_id, decision)
    if (known.pair, known.verdict) != (decision.pair, decision.verdict):
        raise _damaged(
            number,
            f"{decision.decision_id}, qui désigne déjà une autre décision",
            "un numéro par décision",
        )
    by_id[decision.decision_id] = decision


def _parse(line: bytes, number: int) -> Decision:
    try:
        return Decision.model_validate_json(line)
    except ValidationError as error:
        raise _damaged(number, _damage(error), "une décision par ligne, au format JSON") from error


def _damage(error: ValidationError) -> str:
    """What is wrong, without the values: a line may hold anything."""
    fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()} - {""})
    return (
        f"champs absents, inconnus ou mal remplis : {', '.join(fields)}" if fields else "une ligne illisible"
    )


def _damaged(number: int, found: str, expected: str) -> InputError:
    return InputError(
        "Le journal des décisions est abîmé.",
        where=Where(file=FILE, line=number),
        found=found,
        expected=expected,
        next_step="rétablir la ligne depuis une sauvegarde du dossier d'état, puis relancer",
    )
