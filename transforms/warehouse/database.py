"""How every part of Alliage opens a DuckDB file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.warehouse.modes import owner_only

__all__ = ["BLOCK_SIZE", "connect", "create_private", "owner_only", "seal"]

BLOCK_SIZE = 16_384
"""Bytes. Most columns of most tables are small: in blocks of the usual size a file is five times as large."""

# Extensions come from hosts that a run must never ask; what the wheel bundles is enough.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "2",
    "memory_limit": "1GB",
}


@contextmanager
def connect(path: Path | None, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `path` (None: in memory), closed at the end of the block.

    What the block writes into `path` is one transaction, all or nothing; one commit a statement would cost a
    stage most of its time. Temporary files go beside the database, not into the folder of whoever started the
    run.
    """
    settings = dict(_SETTINGS)
    if path is not None:
        settings["temp_directory"] = str(path.parent / f".{path.name.lstrip('.')}.tmp")
    con = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=settings)
    writes = path is not None and not read_only
    try:
        # Long queries would draw it over the lines of the run.
        con.execute("SET enable_progress_bar = false")
        if writes:
            con.execute("BEGIN")
        yield con
        if writes:
            con.execute("COMMIT")
    finally:
        con.close()


def seal(con: duckdb.DuckDBPyConnection) -> None:
    """Let `con` reach nothing but the databases that it has open, and nobody change that.

    Neither files nor network, variables of this program, other databases or settings; what does not fit into
    memory fails, for it may not be written to a disk either.
    """
    con.execute(
        """
        SET temp_directory = '';
        SET python_enable_replacements = false;
        SET enable_external_access = false;
        SET lock_configuration = true;
        """
    )


def create_private(path: Path) -> None:
    """Make the empty database `path`, readable by its owner only from its first moment."""
    with owner_only(), connect(path):
        pass
