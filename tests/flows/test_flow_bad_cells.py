"""All that can be wrong within an export: one cell or row is refused, and nothing else is lost."""

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from bad_exports import BAD_CELLS, FORMULA_IDS, MEMBERS, ODD_NAMES, member, written
from pipelines import Places, rows, run_all

from benchmarks.sample.exports import CLUSTR_FILE
from flows.outcome import Outcome
from transforms import reference
from transforms.sources.stage import IntakeParameters
from transforms.sources.stage import run as take_in
from transforms.warehouse.register import read_register


@dataclass(frozen=True)
class BadCells:
    """A run over an export with every bad cell and every odd name."""

    places: Places
    outcome: Outcome
    lines: dict[str, int]


@pytest.fixture(scope="module")
def bad_cells(small_published: Places, tmp_path_factory: pytest.TempPathFactory) -> BadCells:
    places = small_published.twin(tmp_path_factory.mktemp("cells"))
    records = [*MEMBERS]
    records += [member(f"BAD {case}", **cells) for case, (cells, *_) in BAD_CELLS.items()]
    records += [member(f"ODD {case}", name=name) for case, name in ODD_NAMES.items()]
    records += [member(number) for number in FORMULA_IDS]
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
    assert set(FORMULA_IDS) <= set(read_register(bad_cells.places.state)["member_id"])
