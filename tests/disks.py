"""Folders that cannot be written: on a disk that is full or read-only, or for want of permission."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_VERSION_3 = 0x20080522
# CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, capabilities(7).
_ABOVE_MODES = 1 << 1 | 1 << 2


@contextmanager
def small_disk(place: Path, *, megabytes: int) -> Iterator[None]:
    """A disk of its own at `place`, for the block; the test is skipped where none may be mounted."""
    place.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "none", place)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


@contextmanager
def filled(disk: Path, *, room: int = 0) -> Iterator[None]:
    """On the small disk `disk` there are only `room` bytes left, for the block."""
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - room)
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """`folder` lies on a disk that nobody may write, for the block; skipped where that cannot be mounted."""
    _mount("--bind", folder, folder)
    try:
        _mount("-o", "remount,bind,ro", folder)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def without_permission(path: Path) -> Iterator[None]:
    """The mode of `path` forbids its owner to write (a folder) or to read (a file), for the block."""
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0)
    try:
        with _obeying_modes():
            yield
    finally:
        path.chmod(mode)


def _mount(*arguments: str | Path) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a disk")


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def _obeying_modes() -> Iterator[None]:
    """This thread obeys the modes of files, even that of a superuser, who otherwise need not (capset(2))."""
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("this superuser may write anywhere")
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = _Header(_VERSION_3, 0), (_Capabilities * 2)()
    assert libc.capget(ctypes.byref(header), sets) == 0
    before = sets[0].effective
    sets[0].effective &= ~_ABOVE_MODES
    assert libc.capset(ctypes.byref(header), sets) == 0
    try:
        yield
    finally:
        sets[0].effective = before
        assert libc.capset(ctypes.byref(header), sets) == 0
