"""An invented person planted in the exports of an installation, and looked for in every byte of it."""

import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from pipelines import Places

from benchmarks.sample import exports
from flows.erasing import Installation, erase
from transforms.warehouse.database import connect

NAME = "Élodie Quenneville"
EMAIL = "elodie.quenneville@perso.exemple.fr"
MOBILE = "06 39 98 12 34"
ALL = f"{NAME} {EMAIL} {MOBILE}"
REACHES = re.compile(rb"quenneville@perso|6\D{0,4}39\D?98\D?12\D?34", re.I)
NAMES = re.compile(
    rb"\xc3\x89lodie\W{1,3}quenneville|lodie\W{1,3}quenneville|quenneville\W{1,3}.{0,3}lodie", re.I
)
_CHANGES = ("replace", "rename", "unlink", "fsync", "fchmod", "mkdir")
# The cells that hold other things than texts: a person there makes the cell refused, whatever it was.
_KEPT = ("N° adhérent", "Id")
_CONTACTS = {
    "Contact": f"QUENNEVILLE {NAME.split()[0]}",
    "Interlocuteur": NAME,
    "E-mail": EMAIL,
    "Mail": EMAIL.upper(),
    "Téléphone": MOBILE,
    "Tél": "+33 (0)6.39.98.12.34",
}

# What makes the planted row a company of its own, with the person's name in its cells or without it.
_OWN = {
    "Raison sociale": "Verrerie Kerlan",
    "Enseigne": "Kerlan",
    "Adresse": "7 chemin des Oyats",
    "Ville": "Roanne",
    "Société": "Fonderie Trévidel",
    "Adresse complète": "9 quai des Brumes, 42000 Saint-Étienne",
}


def plant(places: Places) -> None:
    """Put the person into both exports: as a contact, and into every other field of that row."""
    _into_csv(places.raw / exports.CLUSTR_FILE)
    _into_workbook(places.raw / exports.NUMELINK_FILE)


def _cells(header: list[str], row: list[str], number: str, *, everywhere: bool) -> list[str]:
    cells = []
    for title, text in zip(header, row, strict=True):
        planted = _CONTACTS.get(title, f"{_OWN.get(title, '')} {ALL}" if everywhere else text)
        cells.append(number if title in _KEPT else planted)
    return cells


def _into_csv(path: Path) -> None:
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("cp1252")), delimiter=";"))
    header, model, total = rows[0], rows[3], rows.pop()
    rows += [
        _cells(header, model, "CR-9001", everywhere=True),
        _cells(
            header, ["" if at > 1 else text for at, text in enumerate(model)], "CR-9002", everywhere=False
        ),
        total,
    ]
    rows[-2][1] = "Ateliers Brumeval"
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1252"))


def _into_workbook(path: Path) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    lines = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    at = next(number for number, line in enumerate(lines) if line[0] == "Id")
    sheet.append(_cells(lines[at], lines[at + 2], "9001", everywhere=True))
    book.worksheets[1].append([f"Export fait par {NAME} <{EMAIL}>"])
    book.properties.lastModifiedBy = NAME
    book.save(path)


def into_prefect(places: Places) -> None:
    """Let Prefect's database, its write-ahead log and a log of the service name the person."""
    home = places.root / "prefect"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "server.log").write_text(f"avant\n{ALL}\naprès\n")
    with closing(sqlite3.connect(home / "prefect.db")) as con, con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("CREATE TABLE artifact (data JSON)")
        con.executemany("INSERT INTO artifact VALUES (?)", [(json.dumps([ALL] * 9),), (ALL,)])
        con.execute("DELETE FROM artifact WHERE data = ?", (ALL,))


def installation(places: Places, *also: Path) -> Installation:
    """What `alliage erase` works on."""
    return Installation(
        raw=places.raw,
        warehouse=places.warehouse,
        state=places.state,
        prefect_home=places.root / "prefect",
        also=also,
    )


def found(places: Places, pattern: re.Pattern[bytes]) -> set[str]:
    """The files of an installation in which a pattern stands, in name, bytes or what they unpack to."""
    return {
        str(path.relative_to(places.root))
        for path in sorted(places.root.rglob("*"))
        if pattern.search(path.name.encode())
        or (path.is_file() and any(pattern.search(content) for content in _contents(path)))
    }


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    yield data.replace(b"\0", b"")
    yield data.decode("cp1252", "replace").encode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if data.startswith(b"SQLite format 3"):
        yield from _sqlite(path)
    if data.startswith(b"%PDF") and shutil.which("pdftotext"):
        yield subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout
    if data[8:12] == b"DUCK":
        yield from (row.encode() for _, _, row in cells(path))


def _sqlite(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(path)) as con:
        for (table,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            yield from (repr(row).encode() for row in con.execute(f'SELECT * FROM "{table}"'))


def cells(path: Path) -> Iterator[tuple[str, str, str]]:
    """Every value of a DuckDB file as text: table, column, value."""
    with connect(path, read_only=True) as con:
        columns = con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        for schema, table, column in columns:
            query = (
                f'SELECT DISTINCT "{column}"::VARCHAR FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL'
            )
            for (text,) in con.execute(query).fetchall():
                yield table, column, text


def erase_until(step: int, where: Installation) -> None:
    """Erase the person, in a process that SIGKILL ends before its call `step` that changes files."""
    calls = count(1)

    def counted(change: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            if next(calls) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*arguments, **more)

        return call

    for name in _CHANGES:
        setattr(os, name, counted(getattr(os, name)))
    erase(where, NAME)
