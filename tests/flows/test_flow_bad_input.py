"""All that can be wrong with an export: the file is refused, or one cell of it, and nothing else changes."""

import csv
import fcntl
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import odd_files
import openpyxl
import pytest
from bad_exports import (
    BAD_CELLS,
    GOOD,
    MEMBERS,
    NUMELINK_HEADER,
    ODD_NAMES,
    REFUSED_CSV,
    REFUSED_XLSX,
    member,
    written,
)
from pipelines import Places, fingerprints, installed, rows, run_all

from benchmarks.sample import Sample
from benchmarks.sample.exports import CLUSTR_FILE, NUMELINK_FILE
from flows.runs import Outcome
from transforms import reference
from transforms.errors import AlliageError, InputError, LockError, MachineError
from transforms.sources.stage import IntakeParameters
from transforms.sources.stage import run as take_in
from transforms.warehouse.runs import RunRecord, append_run, read_runs


@dataclass(frozen=True)
class WithExports(Places):
    """An installation that reads its exports from elsewhere."""

    exports: Path

    @property
    def raw(self) -> Path:
        return self.exports


@pytest.fixture(scope="module")
def published(small: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published once; refused runs must leave it as it is."""
    places = installed(tmp_path_factory.mktemp("published"), small)
    run_all(places)
    return places


@pytest.fixture
def exports(published: Places, tmp_path: Path) -> WithExports:
    """The same installation with exports that a test may spoil."""
    return WithExports(published.root, shutil.copytree(published.raw, tmp_path / "raw"))


def refusal(places: Places) -> AlliageError:
    """Why a run is refused, and the proof that it has changed nothing that was published."""
    before = fingerprints(places)
    assert len(before) >= 5
    with pytest.raises(AlliageError) as refused:
        run_all(places)
    assert fingerprints(places) == before
    error = refused.value
    assert error.where is not None
    assert all([error.what, error.where.file, error.found, error.expected, error.next_step])
    return error


@pytest.mark.parametrize("case", REFUSED_CSV)
def test_a_csv_is_refused_and_nothing_changes(case: str, exports: WithExports) -> None:
    data, what, line, column, found = REFUSED_CSV[case]
    path = exports.raw / CLUSTR_FILE
    path.write_bytes(data)
    error = refusal(exports)
    assert isinstance(error, InputError)
    assert what in error.what
    assert found in str(error.found)
    assert error.where is not None
    assert (error.where.file, error.where.column) == (path.name, column)
    assert line is None or error.where.line == line


@pytest.mark.parametrize("case", REFUSED_XLSX)
def test_a_workbook_is_refused_quickly_and_nothing_changes(case: str, exports: WithExports) -> None:
    content, what, found = REFUSED_XLSX[case]
    path = exports.raw / NUMELINK_FILE
    path.write_bytes(content())
    started = time.perf_counter()
    error = refusal(exports)
    assert time.perf_counter() - started < 10
    assert isinstance(error, InputError)
    assert what in error.what
    assert found in str(error.found)
    assert error.where is not None
    assert error.where.file == path.name


def gone(raw: Path) -> None:
    shutil.rmtree(raw)


def without_source(raw: Path) -> None:
    shutil.rmtree(raw / "numelink")


def emptied(raw: Path) -> None:
    (raw / NUMELINK_FILE).unlink()


def a_file(raw: Path) -> None:
    without_source(raw)
    (raw / "numelink").touch()


def another_kind(raw: Path) -> None:
    (raw / NUMELINK_FILE).rename(raw / "numelink" / "liste.doc")


@pytest.mark.parametrize(
    ("spoil", "what", "place", "found"),
    [
        (gone, "Le dossier des exports n'existe pas.", "raw", "aucun dossier"),
        (without_source, "Aucun export de Numelink.", "numelink", "le dossier n'existe pas"),
        (emptied, "Aucun export de Numelink.", "numelink", "un dossier vide"),
        (a_file, "Aucun export de Numelink.", "numelink", "un fichier au lieu d'un dossier"),
        (another_kind, "Aucun export de Numelink.", "numelink", "« liste.doc »"),
    ],
    ids=["no folder", "no folder of a source", "empty folder", "a file for a folder", "another kind of file"],
)
def test_a_missing_export_is_refused(
    spoil: Callable[[Path], None], what: str, place: str, found: str, exports: WithExports
) -> None:
    spoil(exports.raw)
    error = refusal(exports)
    assert (type(error), error.what, error.found) == (InputError, what, found)
    assert error.where is not None
    assert str(error.where.file).endswith(place)


def test_another_run_in_progress(exports: WithExports) -> None:
    with exports.warehouse.with_name(".warehouse.duckdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4321")
        lock.flush()
        error = refusal(exports)
    assert isinstance(error, LockError)
    assert "processus 4321" in str(error.found)


def test_an_export_without_permission(exports: WithExports) -> None:
    path = exports.raw / CLUSTR_FILE
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        error = refusal(exports)
        assert isinstance(error, MachineError)
        assert error.where is not None
        assert error.where.file == path.name
    else:
        pytest.skip("this user may read anything")


@dataclass(frozen=True)
class BadCells:
    """A run over an export with every bad cell and every odd name."""

    places: Places
    outcome: Outcome
    lines: dict[str, int]


@pytest.fixture(scope="module")
def bad_cells(published: Places, tmp_path_factory: pytest.TempPathFactory) -> BadCells:
    places = published.twin(tmp_path_factory.mktemp("cells"))
    records = [*MEMBERS]
    records += [member(f"BAD {case}", **cells) for case, (cells, *_) in BAD_CELLS.items()]
    records += [member(f"ODD {case}", name=name) for case, name in ODD_NAMES.items()]
    records += [member("TWICE", city="Vienne"), member("TWICE", city="")]
    (places.raw / CLUSTR_FILE).write_bytes(written(*records).encode())
    lines: dict[str, int] = {}
    line = 2
    for record in records:
        lines.setdefault(record[0], line)
        line += 1 + sum(cell.count("\n") for cell in record)
    return BadCells(places, run_all(places), lines)


REFUSED = "SELECT * EXCLUDE (rejection_no, sheet, member_id) FROM rejected_rows WHERE source = 'clustr'"


@pytest.mark.parametrize("case", BAD_CELLS)
def test_a_bad_cell_is_refused_alone(case: str, bad_cells: BadCells) -> None:
    cells, column, rule, severity = BAD_CELLS[case]
    line = bad_cells.lines[f"BAD {case}"]
    (refused,) = rows(bad_cells.places.warehouse, f"{REFUSED} AND source_row = ?", line)
    source, file, at, name, value, broken, how_bad, message = refused
    assert (source, file, at, name, broken, how_bad) == (
        "clustr",
        CLUSTR_FILE.name,
        line,
        column,
        rule,
        severity,
    )
    assert " Attendu : " in message
    assert " À faire : " in message
    (given,) = cells.values()
    assert value == ((given if len(given) < 2_000 else f"{given[:200]}…") or None)
    found = rows(bad_cells.places.warehouse, "SELECT 1 FROM memberships WHERE member_id = ?", f"BAD {case}")
    assert len(found) == (severity != "critical")


def test_one_of_two_rows_with_an_identifier_is_refused(bad_cells: BadCells) -> None:
    sql = "SELECT source_row, column_name, value, rule, severity FROM rejected_rows WHERE member_id = 'TWICE'"
    assert rows(bad_cells.places.warehouse, sql) == [
        (bad_cells.lines["TWICE"] + 1, "N° adhérent", "TWICE", "member_id_duplicate", "critical")
    ]


@pytest.mark.parametrize("case", ODD_NAMES)
def test_an_odd_name_is_published(case: str, bad_cells: BadCells) -> None:
    sql = "SELECT company_id, name FROM memberships JOIN companies USING (company_id) WHERE member_id = ?"
    ((company, name),) = rows(bad_cells.places.warehouse, sql, f"ODD {case}")
    assert name
    assert not set(name) & set("\u200b\u200d\ufeff\u202e\u202c\u200f\r\n")
    members = rows(
        bad_cells.places.warehouse, "SELECT member_id FROM memberships WHERE company_id = ?", company
    )
    assert members == [(f"ODD {case}",)]


def test_nothing_else_is_lost(bad_cells: BadCells) -> None:
    report = bad_cells.outcome.stage("intake")
    assert report.rows_in == report.rows_out + report.rejected + report.ignored
    ids = {
        member_id
        for (member_id,) in rows(
            bad_cells.places.warehouse, "SELECT member_id FROM memberships WHERE source = 'clustr'"
        )
    }
    assert ids == set(bad_cells.lines) - {"BAD no name"}


def test_formulas_are_inert_and_come_back_unharmed(bad_cells: BadCells, tmp_path: Path) -> None:
    workbook = bad_cells.places.warehouse.with_name("rejets") / "clustr_a_corriger.xlsx"
    layout = reference.load("correction_workbook")
    keys = [column["key"] for column in layout["columns"]]
    book = openpyxl.load_workbook(workbook)
    sheet = book[layout["sheet"]]
    right = {"turnover": "=183", "headcount": "@12", "postcode": "+69003", "joined_on": "-03/04/2014"}
    given = {
        "=1+1": "turnover",
        "@SUM(1)": "headcount",
        "+cmd|' /C calc'!A0": "postcode",
        "=TODAY()": "joined_on",
    }
    seen = {}
    for cells in sheet.iter_rows(min_row=2):
        row = dict(zip(keys, cells, strict=True))
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        field = given.get(row["value"].value)
        if field is not None:
            row["corrected"].value, row["corrected"].data_type = right[field], "s"
            seen[row["member_id"].value] = field
    assert sorted(seen.values()) == sorted(right)
    raw = shutil.copytree(bad_cells.places.raw, tmp_path / "raw")
    (raw / "clustr" / "corrections").mkdir()
    book.save(raw / "clustr" / "corrections" / "retour.xlsx")
    take_in(tmp_path / "build.duckdb", IntakeParameters(raw=raw))
    for member_id, field in seen.items():
        sql = f"SELECT {field} FROM raw.records WHERE member_id = ?"
        assert rows(tmp_path / "build.duckdb", sql, member_id) == [(right[field],)]


def test_no_text_file_begins_a_cell_with_a_formula(bad_cells: BadCells) -> None:
    files = list(bad_cells.places.state.rglob("*.csv"))
    assert files
    for path in files:
        with path.open(newline="", encoding="utf-8") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_an_export_from_tomorrow_is_said(tmp_path: Path) -> None:
    (tmp_path / "raw" / "clustr").mkdir(parents=True)
    (tmp_path / "raw" / "numelink").mkdir()
    (tmp_path / "raw" / CLUSTR_FILE).write_text(GOOD, encoding="utf-8")
    numelink = [NUMELINK_HEADER, ["1", "Forge", *[""] * 13]]
    (tmp_path / "raw" / NUMELINK_FILE).write_bytes(odd_files.workbook(numelink))  # type: ignore[arg-type]
    parameters = IntakeParameters(raw=tmp_path / "raw", today=datetime(2016, 10, 2, tzinfo=UTC).date())
    said = [remark.text for remark in take_in(tmp_path / "build.duckdb", parameters).remarks]
    assert any("se dit du 03/10/2016, après la date de la machine (02/10/2016)" in text for text in said)


def test_a_clock_set_back_is_said_and_ids_go_on(published: Places, tmp_path: Path) -> None:
    places = Places(shutil.copytree(published.root, tmp_path / "installation"))
    ahead = datetime.now(UTC) + timedelta(days=3)
    last = RunRecord(
        run_id=f"{ahead:%Y%m%dT%H%M%S}-ffffff", started_at=ahead, ended_at=ahead, verdict="failed"
    )
    append_run(places.state, last)
    first, second = run_all(places), run_all(places)
    assert "L'horloge de la machine recule" in " ".join(remark.text for remark in first.remarks)
    ids = [run["run_id"] for run in read_runs(places.state)]
    assert ids[-3:] == [last.run_id, first.run_id, second.run_id]
    assert sorted(ids) == ids
