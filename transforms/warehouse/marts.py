"""Marts: one `.sql` file one table; its columns, key and comments are those of the public definition."""

from pathlib import Path

import duckdb
import pyarrow as pa

from transforms import reference
from transforms.warehouse import tables

_FOLDER = Path(__file__).parent / "marts"

UNKNOWN = ("inconnu", "Territoire inconnu", None)


def mart_names() -> list[str]:
    """Names of the marts, in the order in which they are built."""
    return sorted(path.stem for path in _FOLDER.glob("*.sql"))


def build_marts(con: duckdb.DuckDBPyConnection) -> None:
    """Create and fill every mart from the public tables of the current database.

    The queries may also read `territory_names` (code, name, département): the territories of the reference
    data and the unknown one.
    """
    con.register("territory_names", _territory_names())
    for name in mart_names():
        table = tables.public_table(name)
        query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        tables.create(con, table)
        tables.insert(con, table, f"(\n{query}\n)")
    con.unregister("territory_names")


def _territory_names() -> pa.Table:
    named = reference.load("territories")["territories"]
    rows = [(code, about["name"], about["departement"]) for code, about in named.items()]
    columns = zip(*rows, UNKNOWN, strict=True)
    names = ("territory", "territory_name", "departement")
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )
