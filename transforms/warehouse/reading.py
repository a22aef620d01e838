"""How the published file is opened by all that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from transforms.errors import InputError, Where
from transforms.warehouse import database, files

# Without these a file is no warehouse of ours.
_NEEDED = frozenset({"companies", "memberships", "sources", "runs"})


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only.

    Raises:
        InputError: there is none, or it is no warehouse of ours.
        MachineError: it cannot be read.
    """
    if not warehouse.is_file():
        raise _no_warehouse(warehouse, "aucun fichier à cet endroit")
    try:
        with files.machine_errors(warehouse), database.connect(warehouse, read_only=True) as con:
            if missing := _NEEDED - tables(con):
                raise _no_warehouse(warehouse, f"une base DuckDB sans {', '.join(sorted(missing))}")
            yield con
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise _no_warehouse(warehouse, "une base DuckDB sans les tables attendues") from error


def tables(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Names of the tables and views of the file; a version kept for long may lack some of today's."""
    found = con.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()"
    ).fetchall()
    return frozenset(name for (name,) in found)


def _no_warehouse(warehouse: Path, found: str) -> InputError:
    return InputError(
        "Il n'y a pas d'entrepôt d'Alliage à cet endroit.",
        where=Where(file=str(warehouse)),
        found=found,
        expected="un fichier publié par alliage run",
        next_step="lancer alliage run, ou donner le bon chemin avec --warehouse",
    )
