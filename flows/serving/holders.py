"""Which of our processes live: each holds the lock of a file with its number for as long as it lives.

The system releases a lock when its holder ends, however it ends, and a number is believed only while the
lock is held: so a process that is found here, and may be ended, is one of ours.
"""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

_kept: list[int] = []
_LOOK_EVERY = 0.1


def hold(path: Path) -> bool:
    """Hold `path` for the rest of this process; its folder is made.

    Returns:
        False if another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if not _locked(descriptor, fcntl.LOCK_EX):
        os.close(descriptor)
        return False
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    _kept.append(descriptor)
    return True


def share(path: Path) -> None:
    """Be one of those that hold `path`, for the rest of this process, where the folder can be written."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _locked(descriptor, fcntl.LOCK_SH)
        _kept.append(descriptor)


def is_held(path: Path) -> bool:
    """Does a living process hold `path`, alone or with others?"""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _locked(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


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
