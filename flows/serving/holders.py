"""Which of our processes live: each holds the lock of a file with its number for as long as it lives.

The system releases a lock when its holder ends, however it ends, and a number is believed only while the
lock is held: so a process that is found here, and may be ended, is one of ours.
"""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

_kept: list[int] = []
_LOOK_EVERY = 0.1
# Whoever looks holds a lock for a moment: so long one tries again.
_PATIENCE = 0.5
_STEP = 0.02


def hold(path: Path) -> bool:
    """Hold `path` for the rest of this process; its folder is made.

    Returns:
        False if another process holds it.
    """
    descriptor = _kept_open(path, fcntl.LOCK_EX)
    if descriptor is None:
        return False
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return True


def share(path: Path) -> bool:
    """Be one of those that hold `path`, for the rest of this process, where the folder can be written.

    Returns:
        Whether it is.
    """
    try:
        return _kept_open(path, fcntl.LOCK_SH) is not None
    except OSError:
        return False


def is_held(path: Path) -> bool:
    """Does a living process hold `path` alone? A file that this user may not look at counts as held."""
    # Two that look at the same time must not see each other.
    return not _is_free(path, fcntl.LOCK_SH)


def is_shared(path: Path) -> bool:
    """Does a living process hold `path`, alone or with others?"""
    return not _is_free(path, fcntl.LOCK_EX)


def forget(path: Path) -> None:
    """Remove the file of a process that has ended; one that is held, or that cannot be removed, stays."""
    with contextlib.suppress(OSError), _opened(path) as descriptor:
        if _locked(descriptor, fcntl.LOCK_EX):
            path.unlink()


def end(path: Path, *, patience: float) -> bool:
    """End the process that holds `path`: politely, then after `patience` seconds at once.

    Returns:
        Whether there was one.
    """
    if not is_held(path):
        return False
    _signal(path, signal.SIGTERM)
    if not _is_released(path, patience):
        _signal(path, signal.SIGKILL)
        _is_released(path, patience)
    return True


def _kept_open(path: Path, kind: int) -> int | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + _PATIENCE
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        # A file that was removed in between is nobody's sign of life any more.
        if _locked(descriptor, kind) and _is_at(descriptor, path):
            _kept.append(descriptor)
            return descriptor
        os.close(descriptor)
        if time.monotonic() > until:
            return None
        time.sleep(_STEP)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _is_free(path: Path, kind: int) -> bool:
    try:
        with _opened(path) as descriptor:
            return _locked(descriptor, kind)
    except FileNotFoundError:
        return True
    except PermissionError:
        return False


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _signal(path: Path, what: signal.Signals) -> None:
    # A number that cannot be read is that of a process that has just begun: it is met again later.
    with contextlib.suppress(ValueError, ProcessLookupError, OSError):
        os.kill(int(path.read_text()), what)


def _is_released(path: Path, patience: float) -> bool:
    until = time.monotonic() + patience
    while is_held(path):
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_EVERY)
    return True
