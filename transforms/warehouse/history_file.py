"""The history in the state folder: one database, in the form of the published tables.

It outlives every warehouse. A publication works on a copy beside register and aliases of the next state,
which follow the swap together: before it the history knows nothing of that publication, after it all. What a
night costs depends on what changed, not on the years.

It keeps every column that it ever had. A source whose contract is missing for one run has no columns in that
publication, and those of its past are there again with the contract.

Whoever has to erase a person rewrites the rows of a company in this file; the next publication shows it.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import duckdb

from transforms import personal
from transforms.errors import InputError, Where
from transforms.warehouse import database, files, screen, tables
from transforms.warehouse.tables import Column, Table, literal

FILE = "history.duckdb"
_COMPANIES = "companies_history"
TABLES = ("publications", _COMPANIES, "memberships_history", "changes")

_COLUMNS = """
SELECT table_name, map_from_entries(list((column_name, data_type) ORDER BY column_index))
FROM duckdb_columns()
WHERE database_name = 'history' AND schema_name = 'main'
GROUP BY table_name
"""


@contextmanager
def opened(
    con: duckdb.DuckDBPyConnection, state: Path, folder: Path, storage_version: str
) -> Iterator[list[str]]:
    """Attach as `history` a copy in `folder` of the history of `state`; an empty one if there is none yet.

    `con` is a connection of `workspace.opened`. Yields the columns of companies that the last publication
    had, none for an empty history.

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
            options = f"STORAGE_VERSION {literal(storage_version)}, BLOCK_SIZE {database.BLOCK_SIZE}"
            con.execute(f"ATTACH {literal(str(path))} AS history ({options})")
        known = _in_todays_form(con, state / FILE)
    yield known
    con.execute("DETACH history")
    files.fsync(path)


def _in_todays_form(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Give the tables today's columns too, texts masked as today; returns the columns of companies last time.

    That reads and writes every row, so it is done only where definitions or masks are not those of last time.
    """
    sources = tables.contract_sources(con, build="build.")
    wanted = [tables.public_table(name, sources=sources) for name in TABLES]
    found: dict[str, dict[str, str]] = dict(con.execute(_COLUMNS).fetchall())
    if found and (missing := sorted({*TABLES, "form"} - set(found))):
        raise _damaged(path, f"un fichier sans table {', '.join(missing)}")
    form = _form(wanted)
    known = _last_columns(con, found)
    if not found or con.execute("SELECT fingerprint FROM history.form").fetchall() != [(form,)]:
        for table in wanted:
            con.execute(f"CREATE TABLE history.next AS {_recast(table, found.get(table.name, {}))}")
            con.execute(f"DROP TABLE IF EXISTS history.{table.name}")
            con.execute(f"ALTER TABLE history.next RENAME TO {table.name}")
        columns = next(table.column_names for table in wanted if table.name == _COMPANIES)
        con.execute("CREATE OR REPLACE TABLE history.form (fingerprint VARCHAR, company_columns VARCHAR[])")
        con.execute("INSERT INTO history.form VALUES (?, ?)", [form, columns])
    return known


def _last_columns(con: duckdb.DuckDBPyConnection, found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The columns of companies in the last publication; an older file has no others."""
    there = list(found.get(_COMPANIES, ()))
    if "company_columns" not in found.get("form", ()):
        return there
    ((last,),) = con.execute("SELECT company_columns FROM history.form").fetchall()
    return [name for name in there if name in last]


def _form(wanted: list[Table]) -> str:
    """A fingerprint of the columns and of what is masked in them."""
    columns = [(table.name, column.name, column.type) for table in wanted for column in table.columns]
    masks = b"".join(Path(str(module.__file__)).read_bytes() for module in (personal, screen))
    return sha256(repr(columns).encode() + masks).hexdigest()


def _recast(table: Table, found: Mapping[str, str]) -> str:
    """The rows of a table under today's definition, then its other columns: one of later days is empty."""
    others = [
        Column(name=name, type=found[name], comment="") for name in found if name not in table.column_names
    ]
    table = table.model_copy(update={"columns": (*table.columns, *others)})
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
