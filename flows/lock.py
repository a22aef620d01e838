"""One run at a time on one warehouse and on one state: locks that the system releases when their holder ends.

A run holds both, first that of the warehouse, then that of the state: publication replaces the files of the
one and the register of the other.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from transforms.errors import LockError, Where
from transforms.warehouse import beside
from transforms.warehouse.files import machine_errors

_STATE_LOCK = ".state.lock"
_STEP = 0.05
# Whoever waits longer than that is told so, once.
_TOLD_AFTER = 1.0


@dataclass(frozen=True)
class Patience:
    """How long to wait for another run.

    Args:
        seconds: until it is given up. By default as long as somebody needs who only looks.
        tell: hears, once, that it takes longer than a moment.
    """

    seconds: float = 1.0
    tell: Callable[[str], None] = lambda _: None


_SHORT = Patience()
patience: ContextVar[Patience] = ContextVar("patience", default=_SHORT)
"""How long this process waits: a terminal says at once that another run goes on, the service lets it end."""


@contextmanager
def held(warehouse: Path) -> Iterator[None]:
    """Hold the lock of `warehouse`, a file beside it, for the block; its folder is made.

    Raises:
        LockError: another run publishes into this warehouse.
        MachineError: the lock file cannot be written.
    """
    with _held(beside.lock(warehouse), "sur cet entrepôt"):
        yield


@contextmanager
def held_state(state: Path) -> Iterator[None]:
    """Hold the lock of the folder `state`, a file in it, for the block; the folder is made.

    Raises:
        LockError: another run, perhaps on another warehouse, uses this state.
        MachineError: the lock file cannot be written.
    """
    with _held(state / _STATE_LOCK, "avec ce dossier d'état"):
        yield


@contextmanager
def looking(warehouse: Path, state: Path) -> Iterator[None]:
    """No run changes `warehouse` and `state` during the block, which must be short; nothing is written.

    Where there is no lock file nobody has ever published, and there is nothing to keep still.

    Raises:
        LockError: a run is going on.
        MachineError: a lock file cannot be read.
    """
    places = ((beside.lock(warehouse), "sur cet entrepôt"), (state / _STATE_LOCK, "avec ce dossier d'état"))
    with ExitStack() as stack:
        for path, what in places:
            if not path.exists():
                continue
            with machine_errors(path):
                descriptor = os.open(path, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                _lock(descriptor, path, what, fcntl.LOCK_SH)
        yield


@contextmanager
def _held(path: Path, what: str) -> Iterator[None]:
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with machine_errors(path):
            _lock(descriptor, path, what, fcntl.LOCK_EX)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, what: str, kind: int) -> None:
    began, chosen, is_told = monotonic(), patience.get(), False
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            waited = monotonic() - began
            if waited > chosen.seconds:
                raise _taken(descriptor, path, what) from error
            if waited > _TOLD_AFTER and not is_told:
                is_told = True
                chosen.tell(f"Une autre exécution est en cours {what} : celle-ci attend qu'elle se termine.")
            sleep(_STEP)


def _taken(descriptor: int, path: Path, what: str) -> LockError:
    holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
    return LockError(
        f"Une autre exécution est en cours {what}.",
        where=Where(file=str(path)),
        found="un verrou tenu" + (f", processus {holder}" if holder else ""),
        expected="une seule exécution à la fois",
        next_step="attendre la fin de l'autre exécution, puis relancer",
    )
