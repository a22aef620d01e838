"""The history in the state folder: one database, in the form of the published tables.

It outlives every warehouse. A publication works on a copy beside register and aliases of the next state,
which follow the swap together: before it the history knows nothing of that publication, after it all. What a
night costs depends on what changed, not on the years.

Whoever has to erase a person rewrites the rows of a company in this file; the next publication shows it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import duckdb

from transforms import personal
from transforms.errors import InputError, Where
from transforms.warehouse import database, files, screen, tables
from transforms.warehouse.tables import Table, literal

FILE = "history.duckdb"
TABLES = ("publications", "companies_history", "memberships_history", "changes")

_COLUMNS = """
SELECT table_name, list(column_name)
FROM duckdb_columns()
WHERE database_name = 'history' AND schema_name = 'main'
GROUP BY table_name
"""


@contextmanager
def opened(
    con: duckdb.DuckDBPyConnection, state: Path, folder: Path, storage_version: str
) -> Iterator[list[str]]:
    """Attach as `history` a copy in `folder` of the history of `state`; an empty one if there is none yet.

    `con` is a connection of `workspace.opened`. Yields the columns of companies that were known before, none
    for an empty history.

    Raises:
        InputError: the file in the state folder is damaged.
    """
    path = folder / FILE
    with database.owner_only(), _told_damage(state / FILE):
        files.remove(path)
        if (state / FILE).exists():
            shutil.copyfile(state / FILE, path)
            con.execute(f"ATTACH {literal(str(path))} AS history")
        else:
            con.execute(
                f"ATTACH {literal(str(path))} AS history (STORAGE_VERSION {literal(storage_version)})"
            )
        known = _in_todays_form(con, state / FILE)
    yield known
    con.execute("DETACH history")
    files.fsync(path)


def _in_todays_form(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Give the tables today's columns, their texts masked as today; returns the columns of companies before.

    That reads and writes every row, so it is done only where definitions or masks are not those of last time.
    """
    sources = tables.contract_sources(con, build="build.")
    wanted = [tables.public_table(name, sources=sources) for name in TABLES]
    found: dict[str, list[str]] = dict(con.execute(_COLUMNS).fetchall())
    if found and (missing := sorted({*TABLES, "form"} - set(found))):
        raise _damaged(path, f"un fichier sans table {', '.join(missing)}")
    form = _form(wanted)
    if not found or con.execute("FROM history.form").fetchall() != [(form,)]:
        for table in wanted:
            con.execute(f"CREATE TABLE history.next AS {_recast(table, found.get(table.name, []))}")
            con.execute(f"DROP TABLE IF EXISTS history.{table.name}")
            con.execute(f"ALTER TABLE history.next RENAME TO {table.name}")
        con.execute(f"CREATE OR REPLACE TABLE history.form AS SELECT {literal(form)} AS fingerprint")
    return found.get("companies_history", [])


def _form(wanted: list[Table]) -> str:
    """A fingerprint of the columns and of what is masked in them."""
    columns = [(table.name, column.name, column.type) for table in wanted for column in table.columns]
    masks = b"".join(Path(str(module.__file__)).read_bytes() for module in (personal, screen))
    return sha256(repr(columns).encode() + masks).hexdigest()


def _recast(table: Table, found: list[str]) -> str:
    """The rows of a table under today's definition: a column of later days is empty."""
    before = {name: f'"{name}"' for name in found}
    cells = [
        f'{before.get(column.name, "NULL")}::{column.type} AS "{column.name}"' for column in table.columns
    ]
    origin = f"history.{table.name}" if found else "(SELECT 1 WHERE false)"
    rows = f"(SELECT {', '.join(cells)} FROM {origin})"
    return f"FROM {screen.masked(table, rows)}"


@contextmanager
def _told_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if not files.is_damage(error):
            raise
        raise _damaged(path, str(error).partition("\n")[0]) from error


def _damaged(path: Path, found: str) -> InputError:
    return InputError(
        "L'historique des publications est abîmé.",
        where=Where(file=str(path)),
        found=found,
        expected="le fichier tel qu'Alliage l'a écrit",
        next_step="remettre ce fichier dans l'état de sa dernière sauvegarde, ou l'ôter : l'historique "
        "recommence alors avec la prochaine publication",
    )
