"""How each kind of place is made to forget a person."""

import fcntl
import io
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.erasing_places import Place
from transforms.errors import AlliageError
from transforms.reporting import stage as reporting
from transforms.sources.erasing import cleaned_file
from transforms.sources.files import format_of
from transforms.suppression.matcher import Matcher
from transforms.suppression.rows import cleaned_row
from transforms.warehouse import beside, database, files
from transforms.warehouse.rewriting import rewrite
from transforms.warehouse.tables import literal

_CONTACT_FIELDS = {1: "contact_person", 2: "contact_role", 3: "email", 4: "phone"}
# So much of a file that is no table and no text is not a list of members.
_LARGEST_TEXT = 50_000_000
# What a file may be that is not what its name says.
UNREADABLE = (AlliageError, duckdb.Error, sqlite3.Error, pa.ArrowException)


@dataclass(frozen=True)
class Task:
    """What is looked for in every place.

    Attributes:
        matcher: who.
        members: the rows that are theirs.
        fingerprints: those of their telephones in the register.
        only_look: whether everything stays as it is.
        noting: is told of an export before it is replaced: the file, and its bytes before and after.
    """

    matcher: Matcher
    members: frozenset[str]
    fingerprints: frozenset[str] = frozenset()
    only_look: bool = False
    noting: Callable[[Path, bytes, bytes], None] = lambda *_: None

    @property
    def elsewhere(self) -> Matcher:
        """Who is looked for where the name of a company may stand."""
        return self.matcher.without_names() if self.matcher.keeps_names else self.matcher


def clean_place(place: Place, task: Task) -> int | None:
    """Make one place forget the person; how many texts changed, None where that takes a hand.

    Raises:
        OSError: the system refuses.
    """
    try:
        return _CLEANERS[place.kind](place, task)
    except FileNotFoundError:
        return 0
    except UNREADABLE:
        return None


def _export(place: Place, task: Task) -> int | None:
    data = place.path.read_bytes()
    # Journals that somebody has dropped are text, though they have commas.
    if place.path.suffix.lower() == ".jsonl" or format_of(data, place.path.name) is None:
        return _text(place, task)
    cleaned = cleaned_file(data, place.path.name, place.contract, [task.matcher], task.members)
    if cleaned.data != data and not task.only_look:
        task.noting(place.path, data, cleaned.data)
        _replace(place.path, cleaned.data)
    return cleaned.cells


def _contacts(place: Place, task: Task) -> int:
    with database.connect(place.path, read_only=True) as con:
        gone = {"contacts": _their_contacts(con, task), "rejected_contacts": _their_refusals(con, task)}
    found = rewrite(place.path, lambda text: task.matcher.cut(text, mask=""), gone, only_look=task.only_look)
    return found.cells + found.rows


def _their_contacts(con: duckdb.DuckDBPyConnection, task: Task) -> str:
    """The rows that hold nothing but what is theirs."""
    rows = con.execute("SELECT source, member_id, person, role, email, telephone FROM contacts").fetchall()
    gone = []
    for source, member_id, *texts in rows:
        cells = {at: text for at, text in enumerate(texts, 1) if text}
        after = cells | cleaned_row(cells, _CONTACT_FIELDS, f"{source}:{member_id}", [task.matcher])
        if after != cells and not any(after.values()):
            gone.append(f"({literal(source)}, {literal(member_id)})")
    return f"(source, member_id) IN ({', '.join(gone)})" if gone else "false"


def _their_refusals(con: duckdb.DuckDBPyConnection, task: Task) -> str:
    rows = con.execute(
        "SELECT rejection_no, source || ':' || member_id, value FROM rejected_contacts"
    ).fetchall()
    gone = [
        str(number)
        for number, member, value in rows
        if member in task.members or (value and task.matcher.holds(value, member))
    ]
    return f"rejection_no IN ({', '.join(gone)})" if gone else "false"


def _database(place: Place, task: Task) -> int:
    found = rewrite(place.path, task.elsewhere.cut, only_look=task.only_look)
    return found.cells


def _parquet(place: Place, task: Task) -> int:
    rows = pq.read_table(place.path)
    found = 0
    for at, column in enumerate(rows.schema):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            before = rows.column(at).to_pylist()
            after = [text and task.elsewhere.cut(text) for text in before]
            found += sum(one != other for one, other in zip(before, after, strict=True))
            rows = rows.set_column(at, column, pa.array(after, column.type))
    if found and not task.only_look:
        content = io.BytesIO()
        pq.write_table(rows, content)
        _replace(place.path, content.getvalue())
    return found


def _report(place: Place, task: Task) -> int:
    """The report is made again: what it tells of is clean by now."""
    found = len(task.elsewhere.mentions(place.path.read_text(encoding="utf-8")))
    if found and not task.only_look:
        warehouse = place.path.with_name(_warehouse_of(place.path))
        reporting.run(warehouse, reporting.ReportParameters(warehouse=warehouse))
    return found


def _warehouse_of(page: Path) -> str:
    name = page.name.removesuffix(f"{beside.REPORT}.html").removesuffix(".")
    return f"{name or beside.USUAL}.duckdb"


def _register(place: Place, task: Task) -> int:
    """The register of ids, without the fingerprints of the person's telephones."""
    text = place.path.read_text(encoding="utf-8")
    found = sum(text.count(one) for one in task.fingerprints)
    for one in task.fingerprints:
        text = text.replace(one, "")
    if found and not task.only_look:
        _replace(place.path, text.encode())
    return found + (_text(place, task) or 0)


def _text(place: Place, task: Task, *, in_place: bool = False) -> int | None:
    if place.path.suffix != ".jsonl" or task.only_look:
        return _cut_text(place, task, in_place=in_place)
    # Stewards go on judging: nobody may add to a journal between its reading and its writing.
    with place.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return _cut_text(place, task, in_place=in_place)


def _cut_text(place: Place, task: Task, *, in_place: bool) -> int | None:
    if place.path.stat().st_size > _LARGEST_TEXT:
        return None
    data = place.path.read_bytes()
    if b"\0" in data[:8000]:
        return None if task.elsewhere.holds(data.decode("latin-1")) else 0
    text = data.decode("utf-8", "surrogateescape")
    after = _cut_lines(text, task.elsewhere)
    if after == text:
        return 0
    if not task.only_look:
        content = after.encode("utf-8", "surrogateescape")
        if in_place:
            # Whoever writes it holds it open: another file under its name would be written no more.
            with place.path.open("r+b") as file:
                file.write(content)
                file.truncate()
        else:
            _replace(place.path, content)
    return len(task.elsewhere.mentions(text)) or 1


def _log(place: Place, task: Task) -> int | None:
    return _text(place, task, in_place=True)


def _cut_lines(text: str, matcher: Matcher) -> str:
    """The lines of a text without the person; a line of JSON by its texts, whose signs may be escaped."""
    return "".join(_cut_line(line, matcher) for line in text.splitlines(keepends=True))


def _cut_line(line: str, matcher: Matcher) -> str:
    if line.startswith(("{", "[")) and "\\" in line:
        try:
            content = json.loads(line)
        except ValueError:
            return matcher.cut(line)
        after = _cut_json(content, matcher)
        return line if after == content else json.dumps(after, ensure_ascii=False) + "\n"
    return matcher.cut(line)


def _cut_json(content: Any, matcher: Matcher) -> Any:
    if isinstance(content, str):
        return matcher.cut(content)
    if isinstance(content, list):
        return [_cut_json(one, matcher) for one in content]
    if isinstance(content, dict):
        return {name: _cut_json(one, matcher) for name, one in content.items()}
    return content


def _prefect(place: Place, task: Task) -> int:
    """The texts of Prefect's SQLite file, and what is free in it: a deleted text stays in its pages."""
    with closing(sqlite3.connect(place.path, timeout=20)) as con:
        con.create_function(
            "cut", 1, lambda text: task.elsewhere.cut(text) if isinstance(text, str) else text
        )
        tables = con.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        found = 0
        for (table,) in tables.fetchall():
            for _, column, *_ in con.execute(f'PRAGMA table_info("{table}")').fetchall():
                where = f'typeof("{column}") = \'text\' AND cut("{column}") <> "{column}"'
                ((count,),) = con.execute(f'SELECT count(*) FROM "{table}" WHERE {where}').fetchall()
                found += count
                if count and not task.only_look:
                    con.execute(f'UPDATE "{table}" SET "{column}" = cut("{column}") WHERE {where}')
        con.commit()
        if found and not task.only_look:
            con.execute("VACUUM")
            con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def _replace(path: Path, content: bytes) -> None:
    before = path.stat()
    files.write_bytes(path, content, mode=before.st_mode & 0o777)
    # An erasure does not make a file younger: it is kept no longer for that.
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


_CLEANERS: dict[str, Callable[[Place, Task], int | None]] = {
    "export": _export,
    "workbook": _export,
    "contacts": _contacts,
    "warehouse": _database,
    "history": _database,
    "parquet": _parquet,
    "report": _report,
    "register": _register,
    "text": _text,
    "log": _log,
    "prefect": _prefect,
}
