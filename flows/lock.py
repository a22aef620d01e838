"""One run at a time on one warehouse and on one state: locks that the system releases when their holder ends.

A run holds both, first that of the warehouse, then that of the state: publication replaces the files of the
one and the register of the other.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from transforms.errors import LockError, Where
from transforms.warehouse import beside
from transforms.warehouse.files import machine_errors

_STATE_LOCK = ".state.lock"
# So long a run waits for whoever only looks; two runs do not wait for each other.
_PATIENCE = 1.0
_STEP = 0.05


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
    deadline = monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if monotonic() > deadline:
                raise _taken(descriptor, path, what) from error
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
