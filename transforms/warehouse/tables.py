"""Table definitions as data: the build tables of each stage and the public tables, with keys and comments.

The YAML files beside this module are the one place where a table's columns are named. A stage writes a frame
with `write`, which refuses missing or unknown columns; publication creates the public tables from the same
definitions.
"""

from collections.abc import Iterable
from functools import cache
from itertools import compress
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parent
_PER_SOURCE = "{source}"


class Column(BaseModel):
    """One column: its DuckDB type and its meaning (French, it becomes the database's comment).

    A name with `{source}` stands for one column a source. Of a public table the data dictionary also tells
    `unit`, `source` and `rule` where they are not those of the convention or the table, and `example` where
    none may be taken from the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: str
    comment: str
    required: bool = False
    unit: str | None = None
    source: str | None = None
    rule: str | None = None
    example: str | None = None

    @property
    def per_source(self) -> bool:
        """Whether the definition stands for one column a source."""
        return _PER_SOURCE in self.name

    def written_for(self, source: str) -> "Column":
        """The column for one source."""
        names = {
            key: text.replace(_PER_SOURCE, source)
            for key, text in (("name", self.name), ("comment", self.comment))
        }
        return self.model_copy(update=names)


class ForeignKey(BaseModel):
    """Columns that must be found in another table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


class Table(BaseModel):
    """One table: columns in order, primary key (rows are ordered by it), foreign keys.

    `source` and `rule` tell, in French, where its values come from and how they are found.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_name: str
    name: str
    comment: str
    source: str | None = None
    rule: str | None = None
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def full_name(self) -> str:
        """Schema and name, as SQL writes them."""
        return f"{self.schema_name}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def for_sources(self, sources: tuple[str, ...]) -> "Table":
        """The table with each `{source}` column written out, one column a source."""
        columns: list[Column] = []
        for column in self.columns:
            columns += [column.written_for(source) for source in sources] if column.per_source else [column]
        return self.model_copy(update={"columns": tuple(columns)})


@cache
def tables(kind: str) -> dict[str, Table]:
    """All tables of `<kind>_tables.yml` by full name; `kind` is `build`, `public` or `contacts`."""
    text = (_FOLDER / f"{kind}_tables.yml").read_text(encoding="utf-8")
    found: dict[str, Table] = {}
    for schema, by_name in yaml.load(text, Loader=yaml.CSafeLoader).items():
        for name, definition in by_name.items():
            like = definition.pop("like", None)
            table = Table(schema_name=schema, name=name, **definition)
            found[table.full_name] = _like(found[f"{schema}.{like}"], table) if like else table
    return found


def _like(model: Table, table: Table) -> Table:
    """`table` with the columns of `model` ahead of its own; only its key is required of those."""
    columns = [column.model_copy(update={"required": column.name in table.key}) for column in model.columns]
    return table.model_copy(update={"columns": (*columns, *table.columns)})


def build_table(full_name: str) -> Table:
    """The definition of one build table, e.g. `standard.records`."""
    return tables("build")[full_name]


def public_table(name: str, *, schema: str = "main", sources: tuple[str, ...] = ()) -> Table:
    """The definition of one public table, e.g. `companies`, with one `{source}` column for each of `sources`.

    Stages prepare public tables in their own schema of the build database, for example `golden.companies`;
    the schema's name is not said twice: `quality.results`. There they have no foreign keys: a stage may write
    its tables in any order, and again when it is retried.
    """
    table = tables("public")[f"main.{name}"].for_sources(sources)
    if schema == "main":
        return table
    prepared = {"schema_name": schema, "name": name.removeprefix(f"{schema}_"), "foreign_keys": ()}
    return table.model_copy(update=prepared)


def contract_sources(con: duckdb.DuckDBPyConnection, *, build: str = "") -> tuple[str, ...]:
    """The sources under contract, by priority: each has its `{source}` columns, even once it has ended.

    `build` names the attached build database, with its dot, where it is not the current one.
    """
    rows = con.execute(f"SELECT source FROM {build}raw.contracts ORDER BY priority, source").fetchall()
    return tuple(source for (source,) in rows)


def create(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create `table` empty, with its keys and comments; an older one of the same name is dropped."""
    comments = [f"COMMENT ON TABLE {table.full_name} IS {literal(table.comment)}"]
    comments += [
        f'COMMENT ON COLUMN {table.full_name}."{column.name}" IS {literal(column.comment)}'
        for column in table.columns
    ]
    con.execute(";\n".join([*_created(table, [*_columns(table), *_keys(table)]), *comments]))


def insert(con: duckdb.DuckDBPyConnection, table: Table, relation: str) -> None:
    """Fill `table` from the rows of `relation` (a table, view or parenthesised query), ordered by the key."""
    con.execute(f"{_insertion(table, relation)} ORDER BY {_order(table)}")


def write_large(con: duckdb.DuckDBPyConnection, table: Table, relation: str) -> None:
    """Do what `create` and `insert` do, for a table of many rows that no foreign key joins.

    Raises:
        duckdb.ConstraintException: rows break the key, or lack a required value.
    """
    create(con, table.model_copy(update={"key": ()}))
    con.execute(f"{_insertion(table, relation)} ORDER BY {_order(table)}")
    # Each row that comes in is looked up in a key that is there; of rows that are there all threads make it.
    con.execute(f"ALTER TABLE {table.full_name} ADD {_primary_key(table)}")


def fill(con: duckdb.DuckDBPyConnection, table: Table, relation: str) -> None:
    """Create the build table `table` anew and fill it from `relation` (a table, view or query).

    A build table has neither keys nor comments nor order: the quality rules look for double keys and name the
    rows, readers order them, and nobody but a developer opens it. All that would cost a tenth of a run.
    """
    con.execute(";\n".join([*_created(table, _columns(table)), _insertion(table, relation)]))


def write(con: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame | pa.Table) -> int:
    """Create the build table `table` anew and fill it from `frame`; returns the number of rows.

    Raises:
        ValueError: `frame` lacks a column of the table or has another one.
    """
    found = list(frame.column_names if isinstance(frame, pa.Table) else frame.columns)
    missing = [name for name in table.column_names if name not in found]
    unknown = [name for name in found if name not in table.column_names]
    if missing or unknown:
        raise ValueError(f"{table.full_name}: missing columns {missing}, unknown columns {unknown}")
    con.register("_frame", frame)
    fill(con, table, f"(FROM _frame ORDER BY {_order(table)})")
    con.unregister("_frame")
    return len(frame)


def read(con: duckdb.DuckDBPyConnection, full_name: str) -> pd.DataFrame:
    """All rows of a build table as a frame, ordered by the table's key."""
    return con.execute(f"SELECT * FROM {full_name} ORDER BY {_order(build_table(full_name))}").df()


def frame(con: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """The rows of `query`; texts are `str` even where none is there.

    They come by way of Arrow, which pandas takes as it is: `df()` would make a Python object of each first.
    """
    rows = con.sql(query).to_arrow_table()
    is_text = [pa.types.is_string(column.type) for column in rows.schema]
    texts = rows.select(list(compress(rows.column_names, is_text)))
    others = rows.drop_columns(texts.column_names)
    sides = [texts.to_pandas(types_mapper={pa.string(): pd.StringDtype(na_value=np.nan)}.get)]
    if others.column_names:
        sides.append(con.from_arrow(others).df())
    both: pd.DataFrame = pd.concat(sides, axis="columns")
    return both.reindex(columns=rows.column_names)


def _insertion(table: Table, relation: str) -> str:
    columns = _quoted(table.column_names)
    return f"INSERT INTO {table.full_name} ({columns}) SELECT {columns} FROM {relation}"


def _created(table: Table, body: list[str]) -> list[str]:
    return [
        f"CREATE SCHEMA IF NOT EXISTS {table.schema_name}",
        f"DROP TABLE IF EXISTS {table.full_name}",
        f"CREATE TABLE {table.full_name} ({', '.join(body)})",
    ]


def _columns(table: Table) -> list[str]:
    return [f'"{column.name}" {column.type}{" NOT NULL" * column.required}' for column in table.columns]


def _keys(table: Table) -> list[str]:
    primary = [_primary_key(table)] if table.key else []
    return primary + [
        f"FOREIGN KEY ({', '.join(foreign.columns)}) REFERENCES "
        f"{table.schema_name}.{foreign.table} ({', '.join(foreign.references)})"
        for foreign in table.foreign_keys
    ]


def _primary_key(table: Table) -> str:
    return f"PRIMARY KEY ({', '.join(table.key)})"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _order(table: Table) -> str:
    return _quoted(table.key) or "ALL"


def literal(text: str) -> str:
    """`text` as SQL writes it, in quotes."""
    return "'" + text.replace("'", "''") + "'"
