"""Who may read what: files are their owner's alone, unless analysts are to read them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700
_SHARED = 0o644
_SHARED_FOLDER = 0o755
_OTHERS = 0o007
_ASKED = "ALLIAGE_UMASK"
_PLACEHOLDER = ".gitkeep"


@contextmanager
def owner_only() -> Iterator[None]:
    """Let new files of this block, temporary ones included, be readable by their owner only.

    DuckDB does not open an empty file made beforehand, so the mode has to come from the process's mask. What
    the mask was is kept for `shared`, in the environment too: the processes of the service inherit both.
    """
    old_mask = os.umask(0o077)
    first = _ASKED not in os.environ
    if first:
        os.environ[_ASKED] = f"{old_mask:03o}"
    try:
        yield
    finally:
        os.umask(old_mask)
        if first:
            del os.environ[_ASKED]


def shared() -> int:
    """The mode of a file that analysts read: 0644, less what the mask asked for takes away."""
    return _SHARED & ~_asked()


def share(path: Path) -> None:
    """Let those read the file `path` who read what is published."""
    path.chmod(shared())


def make_publication_folder(path: Path) -> None:
    """Make the folder of what is published, contacts too: its owner's alone until somebody opens it.

    One that is there and empty, as a checkout brings it, is closed as well. One in use stays as it is: it may
    have been opened on purpose, or hold other things than ours.
    """
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(_SHARED_FOLDER & ~_asked())
    path.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    if path.stat().st_uid == os.getuid() and all(one.name == _PLACEHOLDER for one in path.iterdir()):
        path.chmod(_PRIVATE_FOLDER)


def make_private_folder(path: Path) -> None:
    """Make a folder of its owner's; of one that is there, take from all others what they had."""
    path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    found = path.stat()
    if found.st_uid == os.getuid() and found.st_mode & _OTHERS:
        path.chmod(found.st_mode & 0o7777 & ~_OTHERS)


def _asked() -> int:
    if said := os.environ.get(_ASKED):
        return int(said, 8)
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
