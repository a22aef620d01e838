"""The table `data_dictionary`: every table, view, macro and column of the finished file, told to its readers.

Meanings, units, sources and rules are those of the definitions that made the tables. Examples are taken from
the file itself; what may name a person, from the largest employers alone.
"""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from transforms import reference
from transforms.warehouse import screen, tables
from transforms.warehouse.changes import OF_A_PERSON
from transforms.warehouse.tables import Column, Table

_NAME = "data_dictionary"
# Enough rows to fill most columns, few enough to cost nothing.
_LOOKED_AT = 2048
_LONGEST = 120
_COMPANIES = "companies"
_LARGEST_EMPLOYERS = """
(FROM companies WHERE NOT is_sole_trader ORDER BY jobs DESC NULLS LAST, company_id)
"""

_VIEWS = """
SELECT view_name, comment
FROM duckdb_views()
WHERE NOT internal AND database_name = current_database()
ORDER BY view_name
"""
_VIEW_COLUMNS = """
SELECT column_name, data_type, comment
FROM duckdb_columns()
WHERE database_name = current_database() AND table_name = ?
ORDER BY column_index
"""
_MACROS = """
SELECT function_name, array_to_string(parameters, ', '), comment
FROM duckdb_functions()
WHERE NOT internal AND database_name = current_database() AND function_type IN ('macro', 'table_macro')
ORDER BY function_name
"""


def write(con: duckdb.DuckDBPyConnection, sources: tuple[str, ...]) -> None:
    """Create and fill `data_dictionary` in the current database; all else is there already.

    `con` knows `screen.without_contacts`; `sources` are those under contract.
    """
    table = tables.public_table(_NAME)
    choices = _choices(sources)
    shown = _of_largest_employers(con)
    there = {"table": _tables_there(con, sources), "view": _views_there(con)}
    rows = [
        row
        for kind, found in there.items()
        for one in found
        for row in _described(con, one, kind, choices, shown)
    ]
    rows += _of_macros(con)
    columns = {name: [row.get(name) for row in rows] for name in table.column_names}
    con.register("_dictionary", pa.table(columns))
    tables.create(con, table)
    tables.insert(con, table, screen.masked(table, "_dictionary"))
    con.unregister("_dictionary")


def unit(column: Column) -> str | None:
    """The unit of a column (French): its own or that of the conventions; None for a text without one."""
    return column.unit or _by_convention("units", "unit", column)


def _tables_there(con: duckdb.DuckDBPyConnection, sources: tuple[str, ...]) -> list[Table]:
    found = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()")
    there = {name for (name,) in found.fetchall()} | {_NAME}
    public = [table.for_sources(sources) for table in tables.tables("public").values()]
    return [table for table in public if table.name in there]


def _views_there(con: duckdb.DuckDBPyConnection) -> list[Table]:
    """The views, in the form of tables; what they mean is what their comments say."""
    views = con.execute(_VIEWS).fetchall()
    columns = {name: con.execute(_VIEW_COLUMNS, [name]).fetchall() for name, _ in views}
    return [
        Table(
            schema_name="main",
            name=name,
            comment=comment or "",
            columns=tuple(
                Column(name=one, type=kind, comment=text or "") for one, kind, text in columns[name]
            ),
        )
        for name, comment in views
    ]


def _described(
    con: duckdb.DuckDBPyConnection, table: Table, kind: str, choices: dict[str, str], shown: dict[str, str]
) -> Iterator[dict[str, Any]]:
    """One row for the table or view itself, then one a column."""
    examples = _examples(con, table, shown)
    chosen = choices if table.name == _COMPANIES else {}
    yield {
        "table_name": table.name,
        "position": 0,
        "kind": kind,
        "meaning": table.comment,
        "source": table.source,
        "rule": table.rule,
        "in_key": False,
        "required": False,
    }
    for position, column in enumerate(table.columns, start=1):
        yield {
            "table_name": table.name,
            "position": position,
            "column_name": column.name,
            "kind": "column",
            "data_type": column.type,
            "meaning": column.comment,
            "unit": unit(column),
            "source": column.source or table.source,
            "rule": column.rule or chosen.get(column.name) or table.rule,
            "example": examples.get(column.name),
            "in_key": column.name in table.key,
            "required": column.required or column.name in table.key,
        }


def _of_macros(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    for name, parameters, comment in con.execute(_MACROS).fetchall():
        yield {
            "table_name": name,
            "position": 0,
            "kind": "macro",
            "data_type": parameters,
            "meaning": comment,
            "in_key": False,
            "required": False,
        }


def _examples(con: duckdb.DuckDBPyConnection, table: Table, shown: dict[str, str]) -> dict[str, str]:
    """For each column the example of its definition, else a value of the file.

    `shown` are examples of what may name a person, taken from the largest employers.
    """
    said = {
        column.name: example
        for column in table.columns
        if (example := column.example or _by_convention("examples", "example", column))
    }
    said |= {name: shown[name] for name in OF_A_PERSON if name in table.column_names and name in shown}
    kept_back = OF_A_PERSON if table.name != _NAME else table.column_names
    asked = [name for name in table.column_names if name not in (*said, *kept_back)]
    relation = _LARGEST_EMPLOYERS if table.name == _COMPANIES else table.full_name
    return said | _first_values(con, relation, asked)


def _of_largest_employers(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return _first_values(con, _LARGEST_EMPLOYERS, list(OF_A_PERSON))


def _first_values(con: duckdb.DuckDBPyConnection, relation: str, names: list[str]) -> dict[str, str]:
    if not names:
        return {}
    values = ", ".join(f'first("{name}") FILTER ("{name}" IS NOT NULL)::VARCHAR' for name in names)
    found = con.execute(f"SELECT {values} FROM (FROM {relation} LIMIT {_LOOKED_AT})").fetchall()[0]
    return {name: _cut(value) for name, value in zip(names, found, strict=True) if value is not None}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _by_convention(kind: str, key: str, column: Column) -> str | None:
    plain_type = column.type.partition("(")[0]
    for entry in reference.load("dictionary")[kind]:
        if re.fullmatch(entry["name"], column.name) and plain_type in entry.get("types", [plain_type]):
            said: str = entry[key]
            return said
    return None


def _choices(sources: tuple[str, ...]) -> dict[str, str]:
    """How a cell of companies is chosen among the records of the company (French), by column."""
    told = reference.load("dictionary")["rules"]
    found: dict[str, str] = {}
    for choice in reference.load("survivorship")["choices"]:
        names = [choice["total"]] if "total" in choice else choice["rules"]
        text = " ; puis ".join(told[name] for name in names)
        fields = {field.replace("{source}", source) for field in choice["fields"] for source in sources}
        found |= dict.fromkeys(fields, text)
    return found
