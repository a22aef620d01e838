"""A DuckDB file without some texts: written anew, for what is deleted in one stays in its free blocks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.warehouse import database, files, modes
from transforms.warehouse.tables import literal

Cut = Callable[[str], str]
_DRAFT = ".next-erase"
_COLUMNS = """
SELECT schema_name, table_name, list((column_name, data_type) ORDER BY column_index)
FROM duckdb_columns()
JOIN duckdb_tables() USING (database_name, schema_name, table_name)
WHERE database_name = 'before'
GROUP BY ALL
ORDER BY ALL
"""
# Tables in an order in which each comes after those that it refers to.
_REFERS = """
SELECT schema_name, table_name, referenced_table
FROM duckdb_constraints()
WHERE database_name = 'before' AND constraint_type = 'FOREIGN KEY'
"""
_FORM = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'before'"


@dataclass(frozen=True)
class Rows:
    """Rows of a table that change whoever else has the same texts.

    Attributes:
        key: an SQL expression that tells its rows apart, of columns of the table.
        texts: by that key, the columns that change with what they become; None is no value.
    """

    key: str
    texts: Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True)
class Theirs:
    """Rows that belong to somebody: in their texts more is cut than in those of others.

    Attributes:
        cut: what becomes of a text there.
        conditions: by name of a table, its rows that are theirs, as an SQL condition.
    """

    cut: Cut
    conditions: Mapping[str, str]


@dataclass(frozen=True)
class Rewritten:
    """What came of a file: the texts that changed, the rows that went."""

    cells: int = 0
    rows: int = 0

    def __bool__(self) -> bool:
        return bool(self.cells or self.rows)


def rewrite(
    path: Path,
    cut: Cut,
    gone: Mapping[str, str] | None = None,
    rows: Mapping[str, Rows] | None = None,
    theirs: Theirs | None = None,
    *,
    only_look: bool = False,
) -> Rewritten:
    """Write the database `path` anew without some rows and texts; a file that holds none of them stays.

    Keys, comments, views, macros and the order of rows stay; a crash leaves the old file or the new.

    Args:
        path: the file.
        cut: what becomes of a text.
        gone: by name of a table, the rows to leave out, as an SQL condition.
        rows: by name of a table, the rows of which more changes.
        theirs: the rows in which more is cut.
        only_look: whether the file stays as it is all the same.

    Raises:
        duckdb.Error: the file is damaged, or somebody writes into it.
    """
    draft = path.with_name(f".{path.name}{_DRAFT}{path.suffix}")
    files.remove(draft)
    mode = path.stat().st_mode & 0o777
    with modes.owner_only(), database.connect(None) as con:
        con.execute(f"ATTACH {literal(str(path))} AS before (READ_ONLY)")
        found = _found(con, cut, gone or {}, rows or {}, theirs)
        if only_look or not found.outcome:
            return found.outcome
        _write(con, draft, found)
        con.execute("USE memory; DETACH before")
    files.fsync(draft)
    draft.chmod(mode)
    draft.replace(path)
    files.fsync(path.parent)
    return found.outcome


@dataclass(frozen=True)
class _Found:
    tables: dict[str, list[tuple[str, str]]]
    changes: dict[tuple[str, str], dict[str, str]]
    conditions: dict[str, str]
    rows: dict[str, Rows]
    theirs: dict[str, str]
    their_changes: dict[tuple[str, str], dict[str, str]]
    outcome: Rewritten


def _found(
    con: duckdb.DuckDBPyConnection,
    cut: Cut,
    gone: Mapping[str, str],
    some: Mapping[str, Rows],
    theirs: Theirs | None,
) -> _Found:
    tables = {
        f'before."{schema}"."{name}"': columns for schema, name, columns in con.execute(_COLUMNS).fetchall()
    }
    named = {table: table.rpartition(".")[2].strip('"') for table in tables}
    conditions = {table: gone[name] for table, name in named.items() if name in gone}
    own = {table: some[name] for table, name in named.items() if name in some and some[name].texts}
    conditioned = theirs.conditions if theirs else {}
    own_rows = {table: conditioned[name] for table, name in named.items() if name in conditioned}
    changes: dict[tuple[str, str], dict[str, str]] = {}
    own_changes: dict[tuple[str, str], dict[str, str]] = {}
    for table, columns in tables.items():
        for column, kind in columns:
            if "VARCHAR" not in kind:
                continue
            if after := _changes(cut, _distinct(con, table, column, kind)):
                changes[table, column] = after
            if theirs and table in own_rows:
                texts = _distinct(con, table, column, kind, own_rows[table])
                # What is cut everywhere is counted there.
                more = {
                    text: now for text, now in _changes(theirs.cut, texts).items() if after.get(text) != now
                }
                if more:
                    own_changes[table, column] = more
    gone_rows = sum(
        con.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchall()[0][0]
        for table, condition in conditions.items()
    )
    cells = sum(map(len, [*changes.values(), *own_changes.values()]))
    cells += sum(len(columns) for one in own.values() for columns in one.texts.values())
    return _Found(tables, changes, conditions, own, own_rows, own_changes, Rewritten(cells, gone_rows))


def _changes(cut: Cut, texts: Iterable[str]) -> dict[str, str]:
    after = {text: cut(text) for text in texts}
    return {text: now for text, now in after.items() if now != text}


def _distinct(
    con: duckdb.DuckDBPyConnection, table: str, column: str, kind: str, condition: str = "true"
) -> list[str]:
    query = (
        f'SELECT DISTINCT {_text(column, kind)} FROM {table} WHERE "{column}" IS NOT NULL AND ({condition})'
    )
    return [text for (text,) in con.execute(query).fetchall()]


def _text(column: str, kind: str) -> str:
    return f'"{column}"' if kind == "VARCHAR" else f'to_json("{column}")::VARCHAR'


def _write(con: duckdb.DuckDBPyConnection, draft: Path, found: _Found) -> None:
    ((version,),) = con.execute(_FORM).fetchall()
    options = f"STORAGE_VERSION {literal(version.rstrip('+'))}, BLOCK_SIZE {database.BLOCK_SIZE}"
    con.execute(f"ATTACH {literal(str(draft))} AS after ({options})")
    con.execute("COPY FROM DATABASE before TO after (SCHEMA)")
    # The order of rows is that of the file: one thread inserts what one thread reads.
    con.execute("SET preserve_insertion_order = true; USE after; BEGIN")
    for table in _in_order(con, found.tables):
        _copy(con, table, found)
    con.execute("COMMIT; USE memory; CHECKPOINT after; DETACH after")


def _copy(con: duckdb.DuckDBPyConnection, table: str, found: _Found) -> None:
    columns = []
    for number, (column, kind) in enumerate(found.tables[table]):
        chosen = f'rows."{column}"'
        if changes := found.changes.get((table, column)):
            chosen = _changed(con, f"changes_{number}", changes, column, kind, chosen)
        if changes := found.their_changes.get((table, column)):
            own = _changed(con, f"their_changes_{number}", changes, column, kind, chosen)
            chosen = f"CASE WHEN coalesce(({found.theirs[table]}), false) THEN {own} ELSE {chosen} END"
        columns.append(_of_some(con, found.rows.get(table), column, number, chosen))
    condition = found.conditions.get(table)
    where = f" WHERE NOT coalesce(({condition}), false)" if condition else ""
    target = table.replace("before.", "after.", 1)
    con.execute(f"INSERT INTO {target} SELECT {', '.join(columns)} FROM {table} AS rows{where}")


def _changed(
    con: duckdb.DuckDBPyConnection,
    name: str,
    changes: Mapping[str, str],
    column: str,
    kind: str,
    otherwise: str,
) -> str:
    """The text of a column as it is after `changes`."""
    table = _temporary(con, name, changes.items())
    now = f"(SELECT now FROM {table} WHERE was = {_text(column, kind)})"
    return f"coalesce({now if kind == 'VARCHAR' else f'{now}::JSON::{kind}'}, {otherwise})"


def _of_some(
    con: duckdb.DuckDBPyConnection, some: Rows | None, column: str, number: int, otherwise: str
) -> str:
    """The text of a column, another one in some rows."""
    own = some.texts.items() if some else ()
    texts = [(key, columns[column]) for key, columns in own if column in columns]
    if some is None or not texts:
        return otherwise
    name = _temporary(con, f"rows_{number}", texts)
    now = f"(SELECT now FROM {name} WHERE was = ({some.key}))"
    return f"CASE WHEN ({some.key}) IN (SELECT was FROM {name}) THEN {now} ELSE {otherwise} END"


def _temporary(con: duckdb.DuckDBPyConnection, name: str, texts: Iterable[tuple[str, str | None]]) -> str:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (was VARCHAR, now VARCHAR)")
    con.executemany(f"INSERT INTO temp.{name} VALUES (?, ?)", list(texts))
    return f"temp.{name}"


def _in_order(con: duckdb.DuckDBPyConnection, tables: Mapping[str, object]) -> list[str]:
    refers: dict[str, set[str]] = {}
    for schema, name, other in con.execute(_REFERS).fetchall():
        refers.setdefault(f'before."{schema}"."{name}"', set()).add(f'before."{schema}"."{other}"')
    done: list[str] = []
    while len(done) < len(tables):
        ready = (table for table in tables if refers.get(table, set()) <= {*done, table})
        done += [table for table in ready if table not in done]
    return done
