"""Refused cells go out as a workbook, are corrected in LibreOffice, come back, and are taken."""

import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook
from pipelines import Places, rows, run_all
from stdnum import luhn

from flows.outcome import Outcome
from transforms import reference

SOFFICE = shutil.which("soffice")
LAYOUT = reference.load("correction_workbook")
RIGHT: dict[str, Any] = {
    "Date d'adhésion": "15/03/2012",
    "Effectif": 12,
    "CA (k€)": "183,5",
    "Téléphone": "+33 4 65 71 00 12",
    "E-mail": "accueil@brindezingue.fr",
    "Code postal": "01000",
    "Code APE": "62.01Z",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]


class Line(NamedTuple):
    """One refused cell as the workbook shows it, with what the cluster typed."""

    source_row: int
    member_id: str
    column: str
    rule: str
    value: str
    corrected: str


class Corrected(NamedTuple):
    places: Places
    outcome: Outcome
    lines: list[Line]


def right_siret(number: int) -> str:
    siren = _checked(f"99{number:06}")
    return _checked(f"{siren}0001")


def _checked(stem: str) -> str:
    return stem + luhn.calc_check_digit(stem)


def fill_in(workbook: Path, target: Path) -> list[Line]:
    """Type a right value for each refused cell."""
    book = load_workbook(workbook)
    sheet = book[LAYOUT["sheet"]]
    keys = [column["key"] for column in LAYOUT["columns"]]
    lines = []
    for number, cells in enumerate(sheet.iter_rows(min_row=2)):
        row = dict(zip(keys, cells, strict=True))
        column = row["column_name"].value
        corrected = right_siret(number) if column == "SIRET" else RIGHT.get(column, LAYOUT["empty_marker"])
        row["corrected"].value = corrected
        told = (row[key].value for key in ("source_row", "member_id", "column_name", "rule", "value"))
        lines.append(Line(*told, corrected=str(corrected)))
    book.save(target)
    return lines


def pass_through_libreoffice(workbook: Path, folder: Path, profile: Path) -> None:
    """Let LibreOffice open the workbook and save it into `folder`."""
    folder.mkdir(parents=True)
    command = [
        str(SOFFICE),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    assert b"LibreOffice" in _application(folder / workbook.name)


def _application(workbook: Path) -> bytes:
    with zipfile.ZipFile(workbook) as parts:
        return parts.read("docProps/app.xml")


@pytest.fixture(scope="module")
def corrected(published: Places, tmp_path_factory: pytest.TempPathFactory) -> Corrected:
    """A second run, with the first network's corrections in place."""
    root = tmp_path_factory.mktemp("corrected")
    places = published.twin(root)
    shutil.copytree(published.state, places.state)
    filled = root / "clustr_corrigé.xlsx"
    lines = fill_in(published.warehouse.with_name("rejets") / "clustr_a_corriger.xlsx", filled)
    pass_through_libreoffice(filled, places.raw / "clustr" / "corrections", root / "profile")
    return Corrected(places, run_all(places), lines)


def refused(places: Places, source: str) -> list[tuple[Any, ...]]:
    """The refused cells of a source; what no single cell is to blame for is not the cluster's to correct."""
    sql = """
        SELECT member_id, column_name, rule
        FROM rejected_rows
        WHERE severity <> 'info' AND column_name IS NOT NULL AND source = ?
        ORDER BY ALL
    """
    return rows(places.warehouse, sql, source)


def test_the_refusals_are_gone(corrected: Corrected, published: Places) -> None:
    assert len(corrected.lines) > 20
    assert len(refused(published, "clustr")) == len(corrected.lines)
    assert refused(corrected.places, "clustr") == []
    assert not (corrected.places.warehouse.with_name("rejets") / "clustr_a_corriger.xlsx").exists()
    assert corrected.outcome.stage("intake").counts["corrections"] == len(corrected.lines)


def test_the_other_network_s_refusals_stay(corrected: Corrected, published: Places) -> None:
    assert refused(corrected.places, "numelink") == refused(published, "numelink") != []
    assert (corrected.places.warehouse.with_name("rejets") / "numelink_a_corriger.xlsx").exists()


@pytest.mark.parametrize(
    ("column", "field", "value"),
    [
        ("Date d'adhésion", "joined_on", date(2012, 3, 15)),
        ("Effectif", "jobs", 12),
        ("CA (k€)", "turnover_eur", 183_500),
        ("Code postal", "postcode", "01000"),
        ("Téléphone", "phone", "+33465710012"),
        ("E-mail", "email", "accueil@brindezingue.fr"),
    ],
)
def test_the_right_values_are_taken(corrected: Corrected, column: str, field: str, value: object) -> None:
    members = [line.member_id for line in corrected.lines if line.column == column]
    assert members
    sql = (
        f"SELECT DISTINCT {field} FROM standard.records "
        "WHERE source = 'clustr' AND member_id IN (SELECT unnest(?))"
    )
    assert rows(corrected.places.build, sql, members) == [(value,)]


def test_right_identifiers_are_taken(corrected: Corrected) -> None:
    wanted = {line.member_id: line.corrected for line in corrected.lines if line.column == "SIRET"}
    assert len(wanted) > 3
    sql = "SELECT member_id, siret FROM standard.records WHERE source = 'clustr'"
    found = dict(rows(corrected.places.build, sql))
    assert {member: found[member] for member in wanted} == wanted


def test_lineage_shows_the_right_value_and_raw_keeps_the_received_one(corrected: Corrected) -> None:
    of_date = [line for line in corrected.lines if line.column == "Date d'adhésion"]
    for line in of_date:
        received = rows(
            corrected.places.build,
            "SELECT value, corrected FROM raw.cells "
            "WHERE source = 'clustr' AND source_row = ? AND field = 'joined_on'",
            line.source_row,
        )
        assert received == [(line.value, "15/03/2012")]
    shown = rows(
        corrected.places.warehouse,
        "SELECT DISTINCT raw_value FROM lineage WHERE field = 'member_since' AND source = 'clustr' "
        "AND source_row IN (SELECT unnest(?))",
        [line.source_row for line in of_date],
    )
    assert shown == [("15/03/2012",)]
