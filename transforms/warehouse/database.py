"""How every part of Alliage opens a DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# Extensions come from hosts that a run must never ask; what the wheel bundles is enough.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "2",
    "memory_limit": "4GB",
}


@contextmanager
def connect(path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `path` (None: in memory), closed at the end of the block.

    Temporary files go beside the database, not into the working folder of whoever started the run.
    """
    settings = dict(_SETTINGS)
    if path is not None:
        settings["temp_directory"] = str(path.parent / f".{path.name.lstrip('.')}.tmp")
    con = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=settings)
    try:
        yield con
    finally:
        con.close()
