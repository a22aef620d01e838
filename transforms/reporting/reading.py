"""How the report reads a published warehouse: one query at a time, rows as mappings."""

from collections.abc import Mapping
from typing import Any

import duckdb

Row = Mapping[str, Any]


def rows(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[Row]:
    """The rows of `query`, by column name."""
    found = con.execute(query, values or None)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(con: duckdb.DuckDBPyConnection, query: str, **values: Any) -> Row:
    """The only row of `query`."""
    (row,) = rows(con, query, **values)
    return row
