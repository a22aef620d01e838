"""Marts: one `.sql` file one table; its columns, key and comments are those of the public definition."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms import reference
from transforms.warehouse import tables

_FOLDER = Path(__file__).parent / "marts"

# Of data_quality, what its history is made from, beside the records of the source.
_LOGGED = ("filled", "valid", "refused")

UNKNOWN = ("inconnu", "Territoire inconnu", None)


def mart_names() -> list[str]:
    """Names of the marts, in the order in which they are built."""
    return sorted(path.stem for path in _FOLDER.glob("*.sql"))


def build_marts(con: duckdb.DuckDBPyConnection) -> None:
    """Create and fill every mart from the public tables of the current database.

    `con` is a connection of `workspace.opened`: what happened to cells is read from its build database.
    """
    with _reference(con):
        for name in mart_names():
            table = tables.public_table(name)
            tables.create(con, table)
            tables.insert(con, table, _query(name))


def quality_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What the run log keeps of `data_quality`, by source and field.

    `quality.<source>.records` counts records, `quality.<source>.<field>.<column>` cells; where none is valid
    or none refused that count is left out.

    `con` is a connection of `workspace.opened`; the mart itself need not be there.
    """
    columns = ", ".join(_LOGGED)
    with _reference(con):
        rows = con.execute(
            f"SELECT source, field, records, {columns} FROM {_query('data_quality')}"
        ).fetchall()
    sizes = {f"quality.{source}.records": records for source, _, records, *_ in rows}
    return sizes | {
        f"quality.{source}.{field}.{name}": count
        for source, field, _, *counts in rows
        for name, count in zip(_LOGGED, counts, strict=True)
        if count or name == "filled"
    }


def _query(name: str) -> str:
    query = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return f"(\n{query}\n)"


@contextmanager
def _reference(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let queries read reference data.

    `territory_names` (territory, territory_name, departement): the territories and the unknown one;
    `field_names` (field, label): the fields of exports.
    """
    con.register("territory_names", _territory_names())
    con.register("field_names", _field_names())
    yield
    con.unregister("territory_names")
    con.unregister("field_names")


def _territory_names() -> pa.Table:
    named = reference.load("territories")["territories"]
    rows = [(code, about["name"], about["departement"]) for code, about in named.items()]
    columns = zip(*rows, UNKNOWN, strict=True)
    names = ("territory", "territory_name", "departement")
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )


def _field_names() -> pa.Table:
    fields = reference.load("fields")
    return pa.table({"field": list(fields), "label": [about["label"] for about in fields.values()]})
