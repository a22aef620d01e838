"""What is held on somebody, value by value: given out, shown before an erasure, and counted after it."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing

import duckdb
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from flows import erasing_prefect
from flows.erasing_cleaners import CONTACT_FIELDS, UNREADABLE
from flows.erasing_places import Kind, Place
from flows.erasing_task import NotCleanError, Task
from flows.erasing_texts import require_text, text_lines
from transforms import reference
from transforms.sources.files import format_of
from transforms.sources.listing import Line, lines
from transforms.suppression.rows import cleaned_row
from transforms.warehouse import database
from transforms.warehouse.members import rows_of_members
from transforms.wording import number

WHERE: dict[Kind, str] = {
    "export": "dans les exports reçus",
    "workbook": "dans les classeurs à corriger et autres tableaux",
    "contacts": "dans les contacts publiés et ceux des versions",
    "warehouse": "dans l'entrepôt et ses versions",
    "report": "dans le rapport illustré",
    "parquet": "dans des fichiers Parquet",
    "history": "dans l'historique",
    "register": "dans le registre des identifiants",
    "text": "dans les journaux et fichiers d'état",
    "log": "dans les journaux du service",
    "prefect": "dans la base de Prefect",
}
"""How each kind of place is told (French)."""
_LONGEST_LINE = 2_000
# What a refused cell of the file of contacts says of a person; the rest tells where it comes from.
_REFUSED = "value"
_TABLES = """
SELECT table_name, list(column_name ORDER BY column_index),
    list(column_name ORDER BY column_index) FILTER (contains(data_type, 'VARCHAR'))
FROM duckdb_columns()
JOIN duckdb_tables() USING (database_name, schema_name, table_name)
GROUP BY ALL
ORDER BY ALL
"""


class Holding(BaseModel):
    """One value that is held, and where it stands; what a place has no word for is None.

    A value is a cell of a table, a line of a text, or the fingerprint of a telephone. It is `personal` where
    an erasure takes something from it; a member's rows hold more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    file: str
    sheet: str | None = None
    line: int | None = None
    table: str | None = None
    column: str | None = None
    member: str | None = None
    value: str
    personal: bool = True


def look_into(
    places: Iterable[Place], task: Task, *, whole_rows: bool = False
) -> tuple[tuple[Holding, ...], tuple[str, ...]]:
    """Every value that `places` hold on whom `task` is about, and the files that cannot be read.

    Args:
        places: the files.
        task: who.
        whole_rows: whether all that their rows and their companies say is asked for, personal or not.
    """
    looking = _Looking(task, whole_rows=whole_rows)
    found: list[Holding] = []
    unread: list[str] = []
    for place in places:
        try:
            found += looking.at(place)
        except (*UNREADABLE, NotCleanError, FileNotFoundError, UnicodeError):
            unread.append(str(place.path))
    return tuple(found), tuple(unread)


def places_text(values: Mapping[str, int]) -> str:
    """Such as « 12 dans les exports reçus, 3 dans l'historique »."""
    return ", ".join(f"{number(values[kind])} {where}" for kind, where in WHERE.items() if values.get(kind))


def counted(holdings: Iterable[Holding]) -> dict[str, int]:
    """How many personal values each kind of place holds."""
    return dict(Counter(one.kind for one in holdings if one.personal))


class _Looking:
    """Reads every kind of place for one subject."""

    def __init__(self, task: Task, *, whole_rows: bool) -> None:
        self._task = task
        self._whole_rows = whole_rows
        self._readers: dict[Kind, Callable[[Place], Iterator[Holding]]] = {
            "export": self._listed,
            "workbook": self._listed,
            "contacts": self._contacts,
            "warehouse": self._database,
            "history": self._database,
            "parquet": self._parquet,
            "register": self._register,
            "prefect": self._prefect,
        }

    def at(self, place: Place) -> list[Holding]:
        """What is held at one place."""
        return list(self._readers.get(place.kind, self._text)(place))

    def _listed(self, place: Place) -> Iterator[Holding]:
        data = place.path.read_bytes()
        if place.path.suffix.lower() == ".jsonl" or format_of(data, place.path.name) is None:
            yield from self._text(place)
            return
        for line in lines(data, place.path.name, place.contract):
            personal = self._personal(line)
            whole = self._whole_rows and line.member in self._task.members
            for at in line.cells if whole else sorted(personal):
                yield Holding(
                    kind=place.kind,
                    file=str(place.path),
                    sheet=line.sheet,
                    line=line.number,
                    column=line.headers.get(at) or f"colonne {at}",
                    member=line.member,
                    value=line.cells[at],
                    personal=at in personal,
                )

    def _personal(self, line: Line) -> set[int]:
        changed = set(cleaned_row(line.cells, line.fields, line.member, [self._task.matcher]))
        theirs = line.member in self._task.members and _is_personal(line)
        return changed | {at for at in line.values if at in line.cells and theirs}

    def _contacts(self, place: Place) -> Iterator[Holding]:
        with database.connect(place.path, read_only=True) as con:
            yield from self._published_contacts(con, place)
            yield from self._refused_contacts(con, place)

    def _published_contacts(self, con: duckdb.DuckDBPyConnection, place: Place) -> Iterator[Holding]:
        columns = list(CONTACT_FIELDS)
        query = f"SELECT source || ':' || member_id, {', '.join(columns)} FROM contacts"
        for member, *row in con.execute(query).fetchall():
            cells = {at: text for at, text in enumerate(row) if text}
            fields = dict(enumerate(CONTACT_FIELDS.values()))
            changed = cleaned_row(cells, fields, member, [self._task.matcher])
            whole = self._whole_rows and member in self._task.members
            for at in sorted(cells if whole else changed):
                yield self._in_table(
                    place, "contacts", columns[at], member, cells[at], personal=at in changed
                )

    def _refused_contacts(self, con: duckdb.DuckDBPyConnection, place: Place) -> Iterator[Holding]:
        query = f"SELECT source || ':' || member_id, {_REFUSED} FROM rejected_contacts"
        for member, text in con.execute(query).fetchall():
            if text and (member in self._task.members or self._task.matcher.holds(text, member)):
                yield self._in_table(place, "rejected_contacts", _REFUSED, member, text)

    def _database(self, place: Place) -> Iterator[Holding]:
        with database.connect(place.path, read_only=True) as con:
            theirs = rows_of_members(con, self._task.members)
            for table, columns, texts in con.execute(_TABLES).fetchall():
                yield from self._rows(con, place, table, columns, texts or [], theirs.get(table, "false"))

    def _rows(
        self,
        con: duckdb.DuckDBPyConnection,
        place: Place,
        table: str,
        columns: list[str],
        texts: list[str],
        theirs: str,
    ) -> Iterator[Holding]:
        """The texts of a table that name or reach the person; of their rows, all values if that is asked."""
        keys = [name if name in columns else "NULL" for name in ("source", "member_id")]
        asked = columns if self._whole_rows else texts
        chosen = ", ".join([*keys, f"coalesce(({theirs}), false)", *(f'"{name}"::VARCHAR' for name in asked)])
        for source, member_id, is_theirs, *row in con.execute(f'SELECT {chosen} FROM "{table}"').fetchall():
            member = f"{source}:{member_id}" if source and member_id else None
            for name, text in zip(asked, row, strict=True):
                if not text:
                    continue
                personal = name in texts and self._names(text, whole=is_theirs)
                if personal or (is_theirs and self._whole_rows):
                    yield self._in_table(place, table, name, member, text, personal=personal)

    def _names(self, text: str, *, whole: bool = False) -> bool:
        """Whether a text names or reaches them; in a row of theirs, by a name that others bear too."""
        matcher = self._task.elsewhere
        members: Collection[str | None] = self._task.members if whole else (None,)
        return any(matcher.holds(text, one) for one in members)

    def _in_table(
        self,
        place: Place,
        table: str,
        column: str,
        member: str | None,
        text: str,
        *,
        personal: bool = True,
    ) -> Holding:
        return Holding(
            kind=place.kind,
            file=str(place.path),
            table=table,
            column=column,
            member=member,
            value=text,
            personal=personal,
        )

    def _prefect(self, place: Place) -> Iterator[Holding]:
        with closing(sqlite3.connect(f"file:{place.path}?mode=ro", uri=True, timeout=20)) as con:
            for table, column, text in erasing_prefect.texts(con):
                if self._names(text):
                    yield self._in_table(place, table, column, None, text[:_LONGEST_LINE])

    def _parquet(self, place: Place) -> Iterator[Holding]:
        for name, texts in pq.read_table(place.path).to_pydict().items():
            for text in texts:
                if isinstance(text, str) and self._names(text):
                    yield Holding(kind=place.kind, file=str(place.path), column=name, value=text)

    def _register(self, place: Place) -> Iterator[Holding]:
        """Fingerprints of telephones, which say nothing but that the same one was seen."""
        for at, member, known in self._task.fingerprints_in(place.path):
            for one in known:
                yield Holding(
                    kind=place.kind,
                    file=str(place.path),
                    line=at,
                    column="phone",
                    member=member,
                    value=one,
                )
        yield from self._text(place)

    def _text(self, place: Place) -> Iterator[Holding]:
        require_text(place.path)
        for at, text in text_lines(place.path):
            if self._names(text):
                yield Holding(
                    kind=place.kind, file=str(place.path), line=at, value=text.strip()[:_LONGEST_LINE]
                )


def _is_personal(line: Line) -> bool:
    fields = reference.load("fields")
    return any(fields.get(line.fields.get(at) or "", {}).get("personal") for at in line.values)
