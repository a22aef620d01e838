"""Prefect's SQLite file without a person, down to its free pages and its write-ahead log."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from flows.erasing_task import NotCleanError

# The service writes for moments only; whoever holds the file for longer is stuck, or reads all of it.
_PATIENCE_S = 20.0
_TAKEN = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"


def clean_prefect(path: Path, cut: Callable[[str], str], *, only_look: bool) -> int:
    """Cut a person out of every text of the file; how many there were.

    After that nothing of them is in the file nor in its log: what SQLite frees or replaces stays on its pages
    until the file is written anew, and in the log until all of it is in the file.

    Args:
        path: the file.
        cut: what becomes of a text.
        only_look: whether everything stays as it is.

    Raises:
        NotCleanError: the service holds the file for longer than we wait; a part of it may be clean by now.
        sqlite3.Error: it is damaged.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_S)) as con:
            found = _cut_texts(con, cut, only_look=only_look)
            if not only_look:
                con.commit()
                con.execute("VACUUM")
                _empty_log(con)
            return found
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _TAKEN:
            raise NotCleanError("held") from error
        raise


def texts(con: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Every text of a SQLite file, those kept as bytes too: table, column, text."""
    for table, column in _columns(con):
        query = f'SELECT "{column}" FROM "{table}" WHERE typeof("{column}") IN (\'text\', \'blob\')'
        for (value,) in con.execute(query):
            if (text := _text(value)) is not None:
                yield table, column, text


def _columns(con: sqlite3.Connection) -> list[tuple[str, str]]:
    return [
        (table, column)
        for (table,) in con.execute(_TABLES).fetchall()
        for _, column, *_ in con.execute(f'PRAGMA table_info("{table}")').fetchall()
    ]


def _cut_texts(con: sqlite3.Connection, cut: Callable[[str], str], *, only_look: bool) -> int:
    def after(value: Any) -> Any:
        text = _text(value)
        if text is None:
            return value
        return cut(text).encode() if isinstance(value, bytes) else cut(text)

    con.create_function("after", 1, after)
    found = 0
    for table, column in _columns(con):
        where = f'typeof("{column}") IN (\'text\', \'blob\') AND after("{column}") <> "{column}"'
        ((count,),) = con.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchall()
        found += count
        if count and not only_look:
            con.execute(f'UPDATE "{table}" SET "{column}" = after("{column}") WHERE {where}')
    return found


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return value if isinstance(value, str) else None


def _empty_log(con: sqlite3.Connection) -> None:
    """Put the log into the file and empty it, which waits for whoever reads."""
    ((is_busy, *_),) = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if is_busy:
        raise NotCleanError("held")
