"""One run at a time on one warehouse: a lock that the system releases when its holder ends, in any way."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transforms.errors import LockError
from transforms.warehouse.files import machine_errors


@contextmanager
def held(warehouse: Path) -> Iterator[None]:
    """Hold the lock of `warehouse` for the block.

    Raises:
        LockError: another run holds it.
        MachineError: the lock file cannot be written.
    """
    path = warehouse.with_name(f".{warehouse.name}.lock")
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _lock(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
        raise LockError(
            "Une autre exécution est en cours sur cet entrepôt.",
            found=f"verrou {path.name}" + (f", processus {holder}" if holder else ""),
            expected="une seule exécution à la fois",
            next_step="attendre la fin de l'autre exécution, puis relancer",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
