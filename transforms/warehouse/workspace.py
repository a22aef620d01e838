"""One connection on the finished build database and on the file that is being made or checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.warehouse import database, screen
from transforms.warehouse.tables import literal


@contextmanager
def writing(build: Path, target: Path, storage_version: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `build` read-only (tables `build.<schema>.<name>`) and a new file `target`, which is current.

    All is written in one transaction; at the end of the block `target` is complete in itself, without a
    write-ahead log beside it. `storage_version` is the oldest DuckDB that opens it, for example `v1.2.0`.
    """
    with database.connect(None) as con:
        _spill_beside(con, target)
        screen.prepare(con)
        con.execute(f"ATTACH {literal(str(build))} AS build (READ_ONLY)")
        con.execute(
            f"ATTACH {literal(str(target))} AS warehouse (STORAGE_VERSION {literal(storage_version)})"
        )
        con.execute("USE warehouse")
        con.execute("BEGIN")
        yield con
        con.execute("COMMIT")
        # Closing checkpoints too, but swallows its errors: a full disk must be met here.
        con.execute("CHECKPOINT warehouse")
        con.execute("USE memory")
        con.execute("DETACH warehouse")


@contextmanager
def reading(build: Path, target: Path, contacts: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the finished files `build`, `contacts` and `target` read-only; `target` is current."""
    with database.connect(None) as con:
        _spill_beside(con, target)
        screen.prepare(con)
        for path, name in ((build, "build"), (contacts, "contacts"), (target, "warehouse")):
            con.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        con.execute("USE warehouse")
        yield con


def _spill_beside(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    con.execute(f"SET temp_directory = {literal(str(target.with_name(target.name + '.tmp')))}")
