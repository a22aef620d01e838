"""One connection for a publication: the run's build database, and each file while it is made or checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.suppression import persons
from transforms.warehouse import database, rejections, screen
from transforms.warehouse.tables import literal


@contextmanager
def opened(build: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `build` read-only as `build.<schema>.<name>`, with what `screen` and `rejections` prepare.

    What does not fit into memory goes into the folder `spill`.
    """
    with database.connect(None) as con:
        con.execute(f"SET temp_directory = {literal(str(spill))}")
        con.execute(f"ATTACH {literal(str(build))} AS build (READ_ONLY)")
        screen.prepare(con, persons.named_elsewhere(con))
        rejections.prepare(con)
        yield con


@contextmanager
def made(con: duckdb.DuckDBPyConnection, path: Path, storage_version: str) -> Iterator[None]:
    """Make the new file `path`, which is current and written in one transaction.

    At the end of the block it is complete in itself, without a write-ahead log beside it. `storage_version`
    is the oldest DuckDB that opens it, for example `v1.2.0`.
    """
    options = f"STORAGE_VERSION {literal(storage_version)}, BLOCK_SIZE {database.BLOCK_SIZE}"
    con.execute(f"ATTACH {literal(str(path))} AS made ({options})")
    con.execute("USE made; BEGIN")
    yield
    con.execute("COMMIT")
    # Detaching checkpoints too, but swallows its errors: a full disk must be met here.
    con.execute("CHECKPOINT made; USE memory; DETACH made")


@contextmanager
def reopened(con: duckdb.DuckDBPyConnection, warehouse: Path, contacts: Path) -> Iterator[None]:
    """Open the finished files read-only: `contacts`, and `warehouse`, which is current."""
    con.execute(f"ATTACH {literal(str(contacts))} AS contacts (READ_ONLY)")
    con.execute(f"ATTACH {literal(str(warehouse))} AS warehouse (READ_ONLY)")
    con.execute("USE warehouse")
    yield
    con.execute("USE memory; DETACH warehouse; DETACH contacts")
