"""The scratch folders of simulations: each is locked while it is in use, however its process ends."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRATCH = "alliage-simulation-"
"""What their names begin with, in the system's folder for temporary files."""
INSIDE = "clean"
"""The folder in each for what a merge would publish, made once the folder is locked."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for the block, gone after it."""
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as root:
        descriptor = os.open(root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            (Path(root) / INSIDE).mkdir()
            yield Path(root)
        finally:
            os.close(descriptor)


def abandoned() -> Iterator[Path]:
    """Those of this account that a killed simulation has left, with all that it had read."""
    for path in sorted(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*/{INSIDE}")):
        if path.stat().st_uid == os.getuid() and not _is_used(path.parent):
            yield path.parent


def _is_used(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
