"""How Python is set for a program that imports much, builds large frames, then ends."""

import atexit
import gc
import os
import sys
from collections.abc import Callable


def settle() -> None:
    """Spare the collector what the imports made, and let it look less often at what the stages make.

    Frames hold millions of small objects and hardly any cycles: looking for these takes a tenth of a run of
    100,000 records by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def end_with(main: Callable[[], None]) -> None:
    """Run a program that is the whole process, then end it without freeing object by object.

    Threads are joined and exit handlers called as ever. What Prefect's and pydantic's caches keep to the last
    DuckDB would report as leaked, line upon line under the message that people have to read.
    """
    codes: list[int] = []
    atexit.register(_leave, codes)  # the first to register is the last to be called
    try:
        main()
        codes.append(0)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            codes.append(ended.code or 0)
        raise


def _leave(codes: list[int]) -> None:
    if not codes:
        return
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(codes[0])
