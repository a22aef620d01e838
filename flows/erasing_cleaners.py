"""How each kind of place is made to forget a person."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.erasing_places import Place
from flows.erasing_prefect import clean_prefect
from flows.erasing_task import Cleaned, NotCleanError, Task, replace
from flows.erasing_texts import clean_log, clean_text
from transforms.errors import AlliageError
from transforms.reporting import stage as reporting
from transforms.sources.erasing import cleaned_file
from transforms.sources.files import format_of
from transforms.suppression.rows import cleaned_row
from transforms.warehouse import beside, database, files
from transforms.warehouse.members import rows_of_members
from transforms.warehouse.rewriting import Rows, Theirs, rewrite
from transforms.warehouse.tables import literal

CONTACT_FIELDS = {"person": "contact_person", "role": "contact_role", "email": "email", "telephone": "phone"}
_MEMBER = "source || ':' || member_id"
# What a file may be that is not what its name says.
UNREADABLE = (AlliageError, duckdb.Error, sqlite3.Error, pa.ArrowException)


def clean_place(place: Place, task: Task) -> Cleaned:
    """Make one place forget the person.

    Raises:
        OSError: the system refuses.
    """
    try:
        return Cleaned(_CLEANERS[place.kind](place, task))
    except FileNotFoundError:
        return Cleaned()
    except NotCleanError as error:
        return Cleaned(left=error.left)
    except UNREADABLE:
        return Cleaned(left="by_hand")


def _export(place: Place, task: Task) -> int:
    data = place.path.read_bytes()
    # Journals that somebody has dropped are text, though they have commas.
    if place.path.suffix.lower() == ".jsonl" or format_of(data, place.path.name) is None:
        return clean_text(place, task)
    cleaned = cleaned_file(data, place.path.name, place.contract, [task.matcher], task.members)
    if cleaned.data != data and not task.only_look:
        task.noting(place.path, data, cleaned.data)
        replace(place.path, cleaned.data)
    return cleaned.cells


def _contacts(place: Place, task: Task) -> int:
    with database.connect(place.path, read_only=True) as con:
        gone, changed = _their_contacts(con, task)
        refused = _their_refusals(con, task)
    found = rewrite(
        place.path,
        lambda text: task.matcher.cut(text, mask=""),
        {"contacts": gone, "rejected_contacts": refused},
        {"contacts": Rows(_MEMBER, changed)},
        only_look=task.only_look,
    )
    return found.cells + found.rows


def _their_contacts(
    con: duckdb.DuckDBPyConnection, task: Task
) -> tuple[str, dict[str, dict[str, str | None]]]:
    """The rows that hold nothing but what is theirs, and what becomes of those that others share."""
    texts = ", ".join(CONTACT_FIELDS)
    gone, changed = [], {}
    for member, *row in con.execute(f"SELECT {_MEMBER}, {texts} FROM contacts").fetchall():
        cells = {at: text for at, text in enumerate(row) if text}
        after = cleaned_row(cells, dict(enumerate(CONTACT_FIELDS.values())), member, [task.matcher])
        if after and not any((cells | after).values()):
            gone.append(literal(member))
        elif after:
            columns = list(CONTACT_FIELDS)
            changed[member] = {columns[at]: text or None for at, text in after.items()}
    return f"{_MEMBER} IN ({', '.join(gone)})" if gone else "false", changed


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
    with database.connect(place.path, read_only=True) as con:
        conditions = rows_of_members(con, task.members)
    theirs = Theirs(task.cut_of_theirs, conditions)
    found = rewrite(place.path, task.elsewhere.cut, theirs=theirs, only_look=task.only_look)
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
        replace(place.path, content.getvalue())
    return found


def _report(place: Place, task: Task) -> int:
    """The report is made again, page and document: what it tells of is clean by now.

    What stands in a document cannot be found. It is made with its page, so it says what the page says; one
    that is older or alone may say anything.
    """
    page, document = place.path, place.path.with_suffix(".pdf")
    warehouse = page.with_name(_warehouse_of(page))
    found = len(task.elsewhere.mentions(page.read_text(encoding="utf-8"))) if page.exists() else 0
    if (found or _is_older(document, page) or _is_older(page, warehouse)) and not task.only_look:
        # First, so that a crash leaves none that nobody looks at again.
        files.remove(document)
        if warehouse.exists():
            reporting.run(warehouse, reporting.ReportParameters(warehouse=warehouse))
        else:
            files.remove(page)
    return found


def _is_older(made: Path, source: Path) -> bool:
    """Whether a file is there that was made before what it tells of, or without it."""
    if not made.exists():
        return False
    return not source.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def _warehouse_of(page: Path) -> str:
    name = page.name.removesuffix(f"{beside.REPORT}.html").removesuffix(".")
    return f"{name or beside.USUAL}.duckdb"


def _register(place: Place, task: Task) -> int:
    """The register of ids, without the fingerprints of the person's telephones; others keep a shared one."""
    lines = list(io.StringIO(place.path.read_bytes().decode(), newline=""))
    found = 0
    for number, _, known in task.fingerprints_in(place.path):
        for one in known:
            found += 1
            lines[number - 1] = lines[number - 1].replace(one, "")
    if found and not task.only_look:
        replace(place.path, "".join(lines).encode())
    return found + clean_text(place, task)


def _prefect(place: Place, task: Task) -> int:
    return clean_prefect(place.path, task.elsewhere.cut, only_look=task.only_look)


_CLEANERS: dict[str, Callable[[Place, Task], int]] = {
    "export": _export,
    "workbook": _export,
    "contacts": _contacts,
    "warehouse": _database,
    "history": _database,
    "parquet": _parquet,
    "report": _report,
    "register": _register,
    "text": clean_text,
    "log": clean_log,
    "prefect": _prefect,
}
