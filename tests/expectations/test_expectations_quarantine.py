"""Workbooks of refused cells: what they hold, who may read them, and that nothing in them comes alive."""

import os
import shutil
import stat
import subprocess

import pytest
from openpyxl import load_workbook

from expectations import quarantine
from transforms import reference
from transforms.errors import MachineError
from transforms.refusals import refusal
from transforms.spreadsheet import LONGEST_TEXT
from transforms.warehouse import tables
from transforms.warehouse.database import connect

TITLES = {column["key"]: column["title"] for column in reference.load("correction_workbook")["columns"]}
SHEET = reference.load("correction_workbook")["sheet"]
HOSTILE = {
    "leading zero": "0690",
    "telephone": "+33 4 72 00 00 00",
    "formula": '=HYPERLINK("http://exemple.invalid";"x")',
    "at sign": "@SOMME(1;2)",
    "minus": "-1+1",
    "error": "#N/A",
    "rounded": "8,08421E+13",
    "date": "01/02/2020",
    "accents": "Cœur d'œuvre – été à l'Île ☂ 😀",
    "several lines": "12 rue Inventée\nBâtiment B",
    "tabs and spaces": "a\tb  c",
    "boolean": "VRAI",
    "quote": "'0690",
    "markup": "<b>&amp;</b>",
    "long": "é" * 32_767,
}


def rejection(source="alpha", row=2, **changed):
    return {
        "source": source,
        "file": f"{source}.csv",
        "source_row": row,
        "member_id": f"M{row}",
        "column_name": "SIREN",
        "field": "siren",
        "value": "12",
        "rule": "raw_key_known",
        "severity": "warning",
        "message": refusal(changed.get("rule", "raw_key_known")).message,
        "personal": False,
    } | changed


@pytest.fixture
def written(tmp_path, write_build):
    """Writes the workbooks of a build with these rejections, and opens them by source."""

    def write(raw=(), standard=(), quality=(), ours=()):
        build = write_build(raw=list(raw), standard=list(standard))
        with connect(build) as con:
            table = tables.build_table("quality.rejections")
            tables.create(con, table)
            con.execute("INSERT INTO quality.rejections BY NAME SELECT * FROM raw.rejections LIMIT 0")
            for row in quality:
                names = ", ".join(row)
                con.execute(
                    f"INSERT INTO quality.rejections ({names}) VALUES ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
            result = quarantine.write(con, tmp_path / "rejects", ours=ours)
        return result, {path.name.split("_")[0]: load_workbook(path) for path in result.paths}

    return write


def rows(book, sheet=SHEET):
    titles, *lines = book[sheet].iter_rows(values_only=True)
    keys = {title: key for key, title in TITLES.items()} | {"Pour l'éviter la prochaine fois": "fix"}
    return [dict(zip([keys[title] for title in titles], line, strict=True)) for line in lines]


def test_one_workbook_a_source_holds_the_refusals_of_all_stages(written):
    result, books = written(
        raw=[rejection(row=3)],
        standard=[rejection(row=2, value="0690"), rejection("beta", row=2)],
        quality=[rejection(row=4, rule="golden_turnovers_agree", field="turnover", column_name="CA")],
    )
    assert set(books) == {"alpha", "beta"}
    assert result.to_correct == 4
    first, *_ = found = rows(books["alpha"])
    assert [row["source_row"] for row in found] == [2, 3, 4]
    assert first["value"] == "0690"
    assert first["name"].strip() == "Atelier Inventé A1"
    assert first["problem"] == "La fiche n'a pas d'identifiant d'adhérent, ou sa source est inconnue."
    assert first["corrected"] is None


def test_layout_is_ready_for_work(written):
    _, books = written(raw=[rejection()])
    sheet = books["alpha"][SHEET]
    assert books["alpha"].sheetnames == [SHEET, "Mode d'emploi"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:M2"
    last = sheet.cell(row=2, column=len(TITLES))
    assert (sheet.cell(row=1, column=len(TITLES)).value, last.number_format) == (TITLES["corrected"], "@")
    how_to = " ".join(str(cell) for (cell,) in books["alpha"]["Mode d'emploi"].iter_rows(values_only=True))
    assert "corrections" in how_to
    assert reference.load("correction_workbook")["empty_marker"] in how_to


def test_repairs_stand_apart_and_are_no_reason_for_a_workbook(written):
    result, books = written(
        raw=[rejection(), rejection(row=3, severity="info"), rejection("beta", severity="info")]
    )
    assert set(books) == {"alpha"}
    assert result.to_correct == 1
    assert [row["source_row"] for row in rows(books["alpha"])] == [2]
    assert [row["source_row"] for row in rows(books["alpha"], "Pour information")] == [3]


def test_nothing_is_ordered_where_nothing_is_to_be_done(written):
    _, books = written(raw=[rejection(), rejection(row=3, severity="info")])
    titles = [cell.value for cell in books["alpha"]["Pour information"][1]]
    assert "À faire" not in titles
    assert "Pour l'éviter la prochaine fois" in titles


def test_what_is_said_of_the_very_cell_is_in_the_workbook(written):
    message = refusal("golden_turnovers_agree").told("Chez Bêta : 315 €.")
    row = rejection(rule="golden_turnovers_agree", field="turnover", message=message)
    (found,) = rows(written(quality=[row])[1]["alpha"])
    assert found["problem"].endswith("très différents. Chez Bêta : 315 €.")
    assert found["expected"] == "des chiffres d'affaires du même ordre dans toutes les sources"


def test_faults_of_our_own_work_are_left_out(written):
    quality = [rejection(rule="golden_match_status", field="*", column_name=None, value=None)]
    result, _ = written(quality=quality, ours={"golden_match_status"})
    assert result.paths == ()


def test_a_source_without_refusals_loses_its_old_workbook(written, tmp_path):
    written(raw=[rejection()])
    assert (tmp_path / "rejects" / "alpha_a_corriger.xlsx").exists()
    written()
    assert list((tmp_path / "rejects").iterdir()) == []


def test_only_the_owner_may_read(written):
    old = os.umask(0)
    try:
        result, _ = written(raw=[rejection()])
    finally:
        os.umask(old)
    assert stat.S_IMODE(result.paths[0].stat().st_mode) == 0o600


def test_values_stay_inert(written):
    raw = [rejection(row=row, value=value) for row, value in enumerate(HOSTILE.values(), start=2)]
    _, books = written(raw=raw)
    assert [row["value"] for row in rows(books["alpha"])] == list(HOSTILE.values())
    assert {cell.data_type for cell in books["alpha"][SHEET]["H"]} == {"s"}


def test_too_long_a_value_is_cut_and_said(written):
    result, books = written(raw=[rejection(value="x" * 40_000)])
    assert len(rows(books["alpha"])[0]["value"]) == LONGEST_TEXT
    assert [remark.source for remark in result.remarks] == ["alpha"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path, write_build):
    (tmp_path / "taken").write_text("")
    build = write_build(raw=[rejection()])
    with connect(build) as con:
        tables.create(con, tables.build_table("quality.rejections"))
        with pytest.raises(MachineError) as refused:
            quarantine.write(con, tmp_path / "taken" / "rejects")
    assert refused.value.exit_code == 4


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_values_come_back_unharmed_from_libreoffice(written, tmp_path):
    raw = [rejection(row=row, value=value) for row, value in enumerate(HOSTILE.values(), start=2)]
    result, _ = written(raw=raw)
    out = tmp_path / "saved"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(out),
            str(result.paths[0]),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    came_back = rows(load_workbook(out / result.paths[0].name))
    assert [row["value"] for row in came_back] == list(HOSTILE.values())
    assert [row["source_row"] for row in came_back] == list(range(2, 2 + len(HOSTILE)))
