"""Each kind of place forgets a person, or says that it could not."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows import erasing, erasing_places, erasing_prefect
from flows.access import held_on
from flows.erasing import Installation
from flows.erasing_cleaners import clean_place
from flows.erasing_places import Kind, Place
from flows.erasing_task import Cleaned, Task
from flows.erasing_text import erased_text
from flows.people import asked, subject
from flows.people_rows import Row
from flows.scratch import INSIDE, SCRATCH, scratch_folder
from flows.settings import Settings
from transforms.continuity.traits import phone_fingerprint
from transforms.suppression.log import PENDING, ensure_key
from transforms.suppression.matcher import PASSING_KEY, Identity, Matcher, entries_of
from transforms.warehouse import beside, tables
from transforms.warehouse.database import connect
from transforms.warehouse.register import REGISTER_FILE

NAME, EMAIL = "Zoé Exemplère", "zoe.exemplere@perso.example"
ZOE = Identity(names=frozenset({"EXEMPLERE ZOE"}), emails=frozenset({EMAIL}), phones=frozenset({"639981234"}))
PREFECT = "prefect/prefect.db"
TASK = Task(Matcher(PASSING_KEY, frozenset(entries_of(ZOE, PASSING_KEY))), frozenset())
ASCII = json.dumps({"said": f"vu avec {NAME}", "to": EMAIL}).encode()


def clean(kind: Kind, path: Path) -> Cleaned:
    return clean_place(Place(kind, path), TASK)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A file like Prefect's, held open as the service holds it, with what was deleted on its free pages."""
    (tmp_path / "prefect").mkdir()
    with closing(sqlite3.connect(tmp_path / PREFECT, isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("CREATE TABLE artifact (id INTEGER PRIMARY KEY, data JSON, packed BLOB)")
        con.execute("INSERT INTO artifact VALUES (1, ?, ?)", (ASCII.decode(), ASCII))
        con.execute("INSERT INTO artifact VALUES (2, 'un autre texte', x'00ff')")
        con.executemany("INSERT INTO artifact VALUES (?, ?, '')", [(at, ASCII * 20) for at in range(3, 60)])
        con.execute("DELETE FROM artifact WHERE id > 2")
        yield con


def bytes_of(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(tmp_path.glob(f"{PREFECT}*")))


def test_nothing_is_left_in_prefect_s_base_while_the_service_runs(
    base: sqlite3.Connection, tmp_path: Path
) -> None:
    assert ASCII in bytes_of(tmp_path)
    assert clean("prefect", tmp_path / PREFECT) == Cleaned(2)
    assert b"xempl" not in bytes_of(tmp_path)
    after = '{"said": "vu avec …", "to": "…"}'
    assert base.execute("SELECT * FROM artifact").fetchall() == [
        (1, after, after.encode()),
        (2, "un autre texte", b"\x00\xff"),
    ]


def test_free_pages_are_cleaned_though_no_text_holds_the_person(
    base: sqlite3.Connection, tmp_path: Path
) -> None:
    base.execute("DELETE FROM artifact WHERE id = 1")
    assert clean("prefect", tmp_path / PREFECT) == Cleaned()
    assert b"xempl" not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    "begin", ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM artifact"], ids=["writes", "reads"]
)
def test_a_base_that_the_service_holds_is_told_and_cleaned_later(
    base: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    monkeypatch.setattr(erasing_prefect, "_PATIENCE_S", 0.1)
    for statement in begin.split(";"):
        base.execute(statement).fetchall()
    where = installation(tmp_path)
    done = erasing.erase(where, EMAIL)
    assert (done.receipt, done.held) == (None, (str(tmp_path / PREFECT),))
    assert "n'est pas terminé" in erased_text(done)
    assert "arrêter le service" in erased_text(done)
    assert (where.state / PENDING).exists()
    base.execute("ROLLBACK")
    (told,) = erasing.complete_at_start(where.warehouse, where.state)
    assert "a été terminé" in told.text
    assert b"perso.example" not in bytes_of(tmp_path)


def installation(folder: Path) -> Installation:
    return Installation(
        raw=folder / "raw",
        warehouse=folder / "clean" / "w.duckdb",
        state=folder / "state",
        prefect_home=folder / "prefect",
    )


def test_what_cannot_be_looked_into_is_no_proof(
    base: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database="postgresql://alliage:secret@exemple.example/prefect")
    monkeypatch.setattr(erasing_places, "settings", lambda: settings)
    (tmp_path / "raw").mkdir()
    scan = tmp_path / "raw" / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 packed")
    where = installation(tmp_path)
    assert held_on(where, EMAIL).unread == ("la base PostgreSQL de Prefect", str(scan))
    done = erasing.erase(where, EMAIL)
    assert done.receipt is not None
    receipt = json.loads(done.receipt.read_text())
    assert receipt["not_looked_into"] == ["la base PostgreSQL de Prefect", str(scan)]
    assert "n'a pas pu regarder dans : la base PostgreSQL" in erased_text(done)
    assert "secret" not in done.receipt.read_text() + erased_text(done)


def test_what_a_killed_simulation_left_goes_and_that_of_a_running_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = Path(tempfile.mkdtemp(prefix=SCRATCH))
    (left / INSIDE).mkdir()
    with scratch_folder() as used:
        erasing.erase(installation(tmp_path), EMAIL)
        assert [used.exists(), left.exists()] == [True, True]
        note = tmp_path / "state" / "note.txt"
        note.write_text(EMAIL)
        assert erasing.erase(installation(tmp_path), EMAIL).receipt
        assert [used.exists(), left.exists()] == [True, False]
    assert not used.exists()


@pytest.mark.parametrize(
    ("content", "mask"),
    [
        (ASCII, "…".encode()),
        (ASCII.decode().encode("utf-16"), "…".encode("utf-16-le")),
        (f"vu {NAME}, {EMAIL}".encode("cp1252"), "…".encode("cp1252")),
        (b"\xff\n" + NAME.encode(), "…".encode()),
    ],
    ids=["JSON", "UTF-16", "of Windows", "mixed"],
)
def test_a_text_forgets_in_its_encoding(tmp_path: Path, content: bytes, mask: bytes) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(content)
    assert clean("text", path).cells
    after = path.read_bytes()
    assert b"xempl" not in after.replace(b"\0", b"")
    assert mask in after
    assert clean("text", path) == Cleaned()


@pytest.mark.parametrize("kind", ["text", "log"])
def test_a_letter_that_latin_1_does_not_have_is_forgotten_too(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "note.txt"
    # What the encoding of Windows does not know stays as it is.
    path.write_bytes("vu Zoé Lebœuf ".encode("cp1252") + b"\x81\n")
    known = Identity(names=frozenset({"LEBOEUF ZOE"}))
    task = Task(Matcher(PASSING_KEY, frozenset(entries_of(known, PASSING_KEY))), frozenset())
    assert clean_place(Place(kind, path), task) == Cleaned(1)
    after = path.read_bytes()
    assert after.startswith(b"vu ")
    assert after.endswith(b" \x81\n")
    assert b"Leb" not in after


def test_an_escape_beside_a_person_does_not_count_them_twice(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("06 39 98 12 34 &amp; un autre")
    assert clean("text", path) == Cleaned(1)


def test_a_log_is_as_long_as_before_and_whoever_writes_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    with path.open("ab", buffering=0) as log:
        log.write(f"une ligne\n{NAME} <{EMAIL}> à {NAME}\n".encode() + NAME.encode("latin-1") + b"\n")
        size = path.stat().st_size
        os.utime(path, (1_000_000, 1_000_000))
        assert clean("log", path) == Cleaned(4)
        assert (path.stat().st_size, path.stat().st_mtime) == (size, 1_000_000)
        log.write(b"la suivante\n")
    first, second, third, last = path.read_bytes().decode().splitlines()
    assert (first, third.split(), last) == ("une ligne", ["…"], "la suivante")
    assert second.split() == ["…", "<…", ">", "à", "…"]
    assert clean("log", path) == Cleaned()


def test_a_landline_leaves_the_person_s_rows_of_the_register_and_stays_on_those_of_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "company_ids.csv"
    lines = ["source,member_id,phone\n", 'clustr,"1,2",aaa\n', "clustr,1,aaa\n", "numelink,1,aaa\n"]
    path.write_text("".join([*lines, "numelink,3,bbb\n"]))
    task = Task(
        Matcher(PASSING_KEY, frozenset()), frozenset({"clustr:1"}), frozenset({"bbb"}), frozenset({"aaa"})
    )
    looked = clean_place(Place("register", path), replace(task, only_look=True))
    assert clean_place(Place("register", path), task) == looked == Cleaned(2)
    lines[2] = "clustr,1,\n"
    assert path.read_text() == "".join([*lines, "numelink,3,\n"])


@pytest.mark.parametrize("asked_for", [EMAIL, "+41 (0)22 345 67 89", "0041223456789"])
def test_a_foreign_telephone_leaves_the_register_too(tmp_path: Path, asked_for: str) -> None:
    where = installation(tmp_path)
    for folder in (where.warehouse.parent, where.state):
        folder.mkdir()
    contacts(where.warehouse.parent, ("clustr", "1", "Zoé Exemplère", None, EMAIL, "+41223456789")).rename(
        beside.contacts(where.warehouse)
    )
    key = ensure_key(where.state)
    register = where.state / REGISTER_FILE
    register.write_text(f"source,member_id,phone\nclustr,1,{phone_fingerprint(key, '+41223456789')}\n")
    held = held_on(where, asked_for)
    assert "+41223456789" in {one.value for one in held.holdings}
    assert erasing.erase(where, asked_for).values["register"] == 1
    assert register.read_text() == "source,member_id,phone\nclustr,1,\n"
    assert held_on(where, asked_for).holdings == ()


def test_a_name_that_another_company_bears_goes_from_the_person_s_company_alone(tmp_path: Path) -> None:
    path = tmp_path / "w.duckdb"
    with connect(path) as con:
        con.execute("CREATE TABLE companies (company_id VARCHAR PRIMARY KEY, name VARCHAR)")
        con.execute(
            "INSERT INTO companies VALUES ('E-1', 'ZOE EXEMPLERE EI'), ('E-2', 'Université Zoé Exemplère'), "
            "('E-3', 'ZOE EXEMPLERE EI')"
        )
        con.execute(
            "CREATE TABLE memberships (source VARCHAR, member_id VARCHAR, company_id VARCHAR REFERENCES "
            "companies (company_id), raw_name VARCHAR)"
        )
        con.execute(
            "INSERT INTO memberships VALUES ('clustr', '1', 'E-1', 'Zoé Exemplère (EI)'), "
            "('numelink', '1', 'E-2', 'Univ. Zoé Exemplère')"
        )
        con.execute("CREATE TABLE other (said STRUCT(name VARCHAR)[], company_id VARCHAR)")
        con.execute("INSERT INTO other SELECT [{'name': name}], company_id FROM companies")
    known = Identity(own_names=frozenset({"EXEMPLERE ZOE"}), members=frozenset({"clustr:1"}))
    task = Task(Matcher(PASSING_KEY, frozenset(entries_of(known, PASSING_KEY))), known.members)
    looked = clean_place(Place("warehouse", path), replace(task, only_look=True))
    assert clean_place(Place("warehouse", path), task) == looked == Cleaned(3)
    with connect(path, read_only=True) as con:
        assert con.execute("FROM companies ORDER BY ALL").fetchall() == [
            ("E-1", "… EI"),
            ("E-2", "Université Zoé Exemplère"),
            ("E-3", "ZOE EXEMPLERE EI"),
        ]
        assert con.execute("SELECT raw_name FROM memberships").fetchall() == [
            ("… (EI)",),
            ("Univ. Zoé Exemplère",),
        ]
        assert con.execute("SELECT said[1].name FROM other").fetchall()[0] == ("… EI",)
    assert clean_place(Place("warehouse", path), task) == Cleaned()


TWO = {
    "contact_person": "Jean Duplant / Marie Martinet",
    "email": "j.duplant@a.example ; marie.martinet@a.example",
    "phone": "06 11 11 11 11 / 06 22 22 22 22",
}


def row(member: str, **cells: str) -> Row:
    return Row(member, Path("export.csv"), 2, cells)


@pytest.mark.parametrize("question", ["Jean Duplant", "j.duplant@a.example", "0611111111"])
def test_one_of_two_in_a_cell_goes_and_the_other_stays(tmp_path: Path, question: str) -> None:
    namesake = row("numelink:9", contact_person="Jean Duplant", email="jean@autre.example")
    rows = [row("clustr:1", **TWO), *([namesake] if question != "Jean Duplant" else [])]
    found = subject(asked(question), rows)
    assert (found.identity.members, found.unclear) == ({"clustr:1"}, ())
    stays = [
        ("clustr", "2", "Paul Essai", None, "paul@b.example", None),
        ("numelink", "10", "Marie Martinet", None, "marie.martinet@a.example", "+33622222222"),
        *([("numelink", "9", "Jean Duplant", None, "jean@autre.example", None)] if namesake in rows else []),
    ]
    both = ("clustr", "1", TWO["contact_person"], "Gérance", "j.duplant@a.example", "+33611111111")
    path = contacts(tmp_path, both, *stays)
    task = Task(
        Matcher(PASSING_KEY, frozenset(entries_of(found.identity, PASSING_KEY))), found.identity.members
    )
    assert clean_place(Place("contacts", path), task).cells
    with connect(path, read_only=True) as con:
        left = con.execute("SELECT * EXCLUDE (company_id) FROM contacts").fetchall()
    assert left == [("clustr", "1", "Marie Martinet", None, None, None), *stays]
    assert b"j.duplant" not in path.read_bytes()
    assert clean_place(Place("contacts", path), task) == Cleaned()


def contacts(folder: Path, *rows: tuple[str | None, ...]) -> Path:
    path = folder / "contacts.duckdb"
    with connect(path) as con:
        for table in tables.tables("contacts").values():
            tables.create(con, table)
        con.executemany("INSERT INTO contacts VALUES ('E-1', ?, ?, ?, ?, ?, ?)", rows)
    return path


def test_whose_it_is_that_nothing_tells_stays_and_is_told() -> None:
    shared = TWO | {"email": "contact.general@a.example", "phone": "0611111111"}
    found = subject(asked("Jean Duplant"), [row("clustr:1", **shared)])
    assert found.identity.emails | found.identity.phones | found.identity.own_emails == set()
    assert found.unclear == ("clustr:1",)


def test_a_couple_in_a_cell_is_two_persons() -> None:
    couple = row(
        "clustr:1", contact_person="Jean Martinet et Marie Martinet", phone="0611111111 / 0622222222"
    )
    other = row("numelink:2", contact_person="J. Martinet", phone="0611111111")
    found = subject(asked("0611111111"), [couple, other])
    assert found.identity.own_names == {"JEAN MARTINET", "J MARTINET"}
