"""All that is held on a person or a member, cell by cell: what a request of access is answered from."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import duckdb
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from flows import erasing_prefect, lock
from flows.erasing import Installation, subject_of
from flows.erasing_cleaners import UNREADABLE
from flows.erasing_places import Place, out_of_reach
from flows.erasing_task import NotCleanError
from flows.erasing_texts import require_text, text_lines
from flows.people import Subject
from transforms import reference
from transforms.sources.files import format_of
from transforms.sources.listing import Line, lines
from transforms.suppression.log import FILE, read_erasures
from transforms.suppression.matcher import PASSING_KEY, Matcher, entries_of
from transforms.suppression.rows import cleaned_row
from transforms.warehouse import database
from transforms.warehouse.files import machine_errors
from transforms.warehouse.members import rows_of_members
from transforms.warehouse.tables import literal

_LONGEST_LINE = 2_000
# What a row of the file of contacts says of a person; the rest tells where it comes from.
_CONTACT_TEXTS = ("person", "role", "email", "telephone", "value")
_TEXTS = """
SELECT table_name, list(column_name ORDER BY column_index) FILTER (contains(data_type, 'VARCHAR')),
    list(column_name ORDER BY column_index)
FROM duckdb_columns()
JOIN duckdb_tables() USING (database_name, schema_name, table_name)
GROUP BY ALL
ORDER BY ALL
"""
KINDS = {
    "export": "export reçu",
    "workbook": "classeur",
    "contacts": "contacts",
    "warehouse": "entrepôt",
    "parquet": "fichier Parquet",
    "history": "historique",
    "report": "rapport",
    "register": "registre des identifiants",
    "text": "fichier d'état",
    "log": "journal du service",
    "prefect": "base de Prefect",
}


class Holding(BaseModel):
    """One value that is held, and where it stands; what a place has no word for is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    file: str
    sheet: str | None = None
    line: int | None = None
    table: str | None = None
    column: str | None = None
    member: str | None = None
    value: str


class Held(BaseModel):
    """The answer to a request of access.

    Attributes:
        query: what was asked.
        asked_at: when (UTC).
        is_member: whether a member was asked for; then all that its rows say is held, else what is personal.
        members: the rows of the person, « source:number ».
        holdings: every value.
        homonyms: rows of other members that name somebody of the same name, left out.
        unread: files, and what else, that could not be looked at.
        erasures: how many persons' hashes the list of erasures holds; they cannot be read back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: str
    asked_at: datetime
    is_member: bool
    members: tuple[str, ...]
    holdings: tuple[Holding, ...]
    homonyms: int = 0
    unread: tuple[str, ...] = ()
    erasures: int = 0


def held_on(where: Installation, query: str) -> Held:
    """Everything that is held on whom `query` is about; nothing is written.

    Raises:
        LockError: a run is going on.
        MachineError: a file cannot be read.
    """
    with lock.looking(where.warehouse, where.state), machine_errors(where.warehouse):
        found = subject_of(where, query)
        matcher = Matcher(PASSING_KEY, frozenset(entries_of(found.identity, PASSING_KEY)))
        looking = _Looking(found, matcher)
        holdings: list[Holding] = []
        unread = [*out_of_reach()]
        for place in where.places():
            try:
                holdings += looking.at(place)
            except (*UNREADABLE, NotCleanError, FileNotFoundError, UnicodeError):
                unread.append(str(place.path))
        erasures = read_erasures(where.state) if (where.state / FILE).exists() else ()
    return Held(
        query=query,
        asked_at=datetime.now(UTC),
        is_member=found.is_member,
        members=tuple(sorted(found.identity.members)),
        holdings=tuple(holdings),
        homonyms=found.homonyms,
        unread=tuple(unread),
        erasures=len(erasures),
    )


class _Looking:
    """Reads every kind of place for one subject."""

    def __init__(self, found: Subject, matcher: Matcher) -> None:
        self._found = found
        self._matcher = matcher
        self._readers: dict[str, Callable[[Place], Iterator[Holding]]] = {
            **dict.fromkeys(("export", "workbook"), self._table),
            **dict.fromkeys(("contacts", "warehouse", "history"), self._database),
            "parquet": self._parquet,
            "prefect": self._prefect,
        }

    def at(self, place: Place) -> list[Holding]:
        """What is held at one place."""
        return list(self._readers.get(place.kind, self._text)(place))

    def _table(self, place: Place) -> Iterator[Holding]:
        data = place.path.read_bytes()
        if format_of(data, place.path.name) is None:
            yield from self._text(place)
            return
        for line in lines(data, place.path.name, place.contract):
            for at in self._positions(line):
                yield Holding(
                    kind=place.kind,
                    file=str(place.path),
                    sheet=line.sheet,
                    line=line.number,
                    column=line.headers.get(at) or f"colonne {at}",
                    member=line.member,
                    value=line.cells[at],
                )

    def _positions(self, line: Line) -> list[int]:
        theirs = line.member in self._found.identity.members
        if theirs and self._found.is_member:
            return list(line.cells)
        changed = cleaned_row(line.cells, line.fields, line.member, [self._matcher])
        values = [at for at in line.values if at in line.cells] if theirs and _is_personal(line) else []
        return sorted({*changed, *values})

    def _database(self, place: Place) -> Iterator[Holding]:
        with database.connect(place.path, read_only=True) as con:
            companies = self._companies(con) if self._found.is_member else ""
            theirs = rows_of_members(con, self._found.identity.members)
            for table, texts, columns in con.execute(_TEXTS).fetchall():
                yield from self._rows(con, place, table, texts or [], columns, theirs.get(table, "false"))
                if self._found.is_member and "company_id" in columns and companies:
                    yield from self._of_companies(con, place, table, columns, companies)

    def _rows(
        self,
        con: duckdb.DuckDBPyConnection,
        place: Place,
        table: str,
        texts: list[str],
        columns: list[str],
        theirs: str,
    ) -> Iterator[Holding]:
        """The texts of a table that name or reach the person; of a row of contacts, all of them."""
        if not texts:
            return
        keys = [name if name in columns else "NULL" for name in ("source", "member_id")]
        chosen = ", ".join([*keys, f"coalesce(({theirs}), false)", *(f'"{name}"::VARCHAR' for name in texts)])
        for source, number, is_theirs, *row in con.execute(f'SELECT {chosen} FROM "{table}"').fetchall():
            member = f"{source}:{number}" if source and number else None
            members = self._found.identity.members if is_theirs else (member,)
            held = [
                at
                for at, text in enumerate(row)
                if text and any(self._matcher.holds(text, one) for one in members)
            ]
            if (held and table == "contacts") or (
                table == "rejected_contacts" and member in self._found.identity.members
            ):
                held = [at for at, text in enumerate(row) if text and texts[at] in _CONTACT_TEXTS]
            for at in held:
                yield self._in_table(place, table, texts[at], member, row[at])

    def _companies(self, con: duckdb.DuckDBPyConnection) -> str:
        """A query for the companies of the member."""
        tables = {name for name, *_ in con.execute(_TEXTS).fetchall()}
        source = next(
            (name for name in ("memberships", "memberships_history", "contacts") if name in tables), ""
        )
        members = ", ".join(
            f"({', '.join(map(literal, member.split(':', 1)))})" for member in self._found.identity.members
        )
        return f"SELECT company_id FROM {source} WHERE (source, member_id) IN ({members})" if source else ""

    def _of_companies(
        self, con: duckdb.DuckDBPyConnection, place: Place, table: str, columns: list[str], companies: str
    ) -> Iterator[Holding]:
        """All that the rows of the member's company say."""
        chosen = ", ".join(f'"{name}"::VARCHAR' for name in columns)
        query = f'SELECT {chosen} FROM "{table}" WHERE company_id IN ({companies})'
        for row in con.execute(query).fetchall():
            for name, text in zip(columns, row, strict=True):
                if text:
                    yield self._in_table(place, table, name, None, text)

    def _in_table(self, place: Place, table: str, column: str, member: str | None, text: str) -> Holding:
        return Holding(
            kind=place.kind, file=str(place.path), table=table, column=column, member=member, value=text
        )

    def _prefect(self, place: Place) -> Iterator[Holding]:
        with closing(sqlite3.connect(f"file:{place.path}?mode=ro", uri=True, timeout=20)) as con:
            for table, column, text in erasing_prefect.texts(con):
                if self._matcher.holds(text):
                    yield self._in_table(place, table, column, None, text[:_LONGEST_LINE])

    def _parquet(self, place: Place) -> Iterator[Holding]:
        for name, texts in pq.read_table(place.path).to_pydict().items():
            for text in texts:
                if isinstance(text, str) and self._matcher.holds(text):
                    yield Holding(kind=place.kind, file=str(place.path), column=name, value=text)

    def _text(self, place: Place) -> Iterator[Holding]:
        require_text(place.path)
        for number, text in text_lines(place.path):
            if self._matcher.holds(text):
                yield Holding(
                    kind=place.kind, file=str(place.path), line=number, value=text.strip()[:_LONGEST_LINE]
                )


def _is_personal(line: Line) -> bool:
    fields = reference.load("fields")
    return any(fields.get(line.fields.get(at) or "", {}).get("personal") for at in line.values)


def by_file(held: Held) -> dict[str, list[Holding]]:
    """The values by the file that holds them, in their order."""
    found: dict[str, list[Holding]] = {}
    for one in held.holdings:
        found.setdefault(one.file, []).append(one)
    return found


def place_text(one: Holding) -> str:
    """Where in its file a value stands (French)."""
    parts = (
        one.sheet and f"feuille « {one.sheet} »",
        one.line and f"ligne {one.line}",
        one.table and f"table {one.table}",
        one.column and f"colonne « {one.column} »",
    )
    return ", ".join(part for part in parts if part)
