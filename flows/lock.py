"""One run at a time on one warehouse and on one state: locks that the system releases when their holder ends.

A run holds both, first that of the warehouse, then that of the state: publication replaces the files of the
one and the register of the other.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transforms.errors import LockError, Where
from transforms.warehouse import beside
from transforms.warehouse.files import machine_errors

_STATE_LOCK = ".state.lock"


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
def _held(path: Path, what: str) -> Iterator[None]:
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with machine_errors(path):
            _lock(descriptor, path, what)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, what: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
        raise LockError(
            f"Une autre exécution est en cours {what}.",
            where=Where(file=str(path)),
            found="un verrou tenu" + (f", processus {holder}" if holder else ""),
            expected="une seule exécution à la fois",
            next_step="attendre la fin de l'autre exécution, puis relancer",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
