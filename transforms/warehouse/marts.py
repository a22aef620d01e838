"""Marts: one `.sql` file one table; its columns, key and comments are those of the public definition.

What a library or a calculation makes of the marts is written by modules of its own (`board`).
"""

from pathlib import Path

import duckdb

from transforms.warehouse import tables
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.board.tables import build_board
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.lent import field_names, lent

_FOLDER = Path(__file__).parent / "marts"
# A row or two for each company.
_LARGE = ("fee_scenarios",)
# Of data_quality, what its history is made from, beside the records of the source.
_LOGGED = ("filled", "valid", "refused")


def mart_names() -> list[str]:
    """Names of the marts in the order of their definitions, in which they are built."""
    written = {path.stem for path in _FOLDER.glob("*.sql")}
    return [table.name for table in tables.tables("public").values() if table.name in written]


def build_marts(
    con: duckdb.DuckDBPyConnection,
    *,
    sources: tuple[str, ...],
    board: BoardParameters,
    fees: FeeParameters,
) -> None:
    """Create and fill every mart from the public tables of the current database.

    `con` is a connection of `workspace.opened`: what happened to cells is read from its build database. The
    queries may also read what `lent` makes. `sources` are those that `{source}` columns stand for.
    """
    with lent(con, sources, fees):
        for name in mart_names():
            table = tables.public_table(name, sources=sources)
            if name in _LARGE:
                tables.write_large(con, table, _query(name))
            else:
                tables.create(con, table)
                tables.insert(con, table, _query(name))
        build_board(con, board)


def quality_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What the run log keeps of `data_quality`, by source and field.

    `quality.<source>.records` counts records, `quality.<source>.<field>.<column>` cells; where none is valid
    or none refused that count is left out.

    `con` is a connection of `workspace.opened`; the mart itself need not be there.
    """
    con.register("field_names", field_names())
    columns = ", ".join(_LOGGED)
    rows = con.execute(f"SELECT source, field, records, {columns} FROM {_query('data_quality')}").fetchall()
    con.unregister("field_names")
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
