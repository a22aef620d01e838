import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from transforms import reference
from transforms.sources.corrections import read_corrections
from transforms.sources.reading import read_export

LAYOUT = reference.load("correction_workbook")
EXPORT = """N° adhérent;Raison sociale;SIRET;Ville;E-mail;CA (k€);Date d'adhésion
A1;Atelier Bleu;123;Lyon;bleu@exemple.fr;120;03/10/2016
A2;Forge du Nord;;Vienne;;80;2012
;Studio Lune;;Bourg;;45;
A4;Papeterie Rouge;;Annecy;;NC;2012
A4;Librairie Verte;;Annecy;;;
A5;;;Lyon;;;
"""


def workbook(folder: Path, *lines: dict[str, object], name: str = "corrections.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = LAYOUT["sheet"]
    sheet.append([column["title"] for column in LAYOUT["columns"]])
    for line in lines:
        sheet.append([line.get(column["key"]) for column in LAYOUT["columns"]])
    folder.mkdir(exist_ok=True)
    book.save(folder / name)
    return folder / name


def line(
    member_id: str, column_name: str, value: object, corrected: object, **more: object
) -> dict[str, object]:
    said = {"source": "essai", "member_id": member_id, "column_name": column_name}
    return {**said, "value": value, "corrected": corrected, **more}


def taken(tmp_path: Path, contract, *lines: dict[str, object], export: str = EXPORT):
    workbook(tmp_path / "corrections", *lines)
    corrections, _ = read_corrections(tmp_path / "corrections", "essai")
    return read_export(export.encode(), "essai.csv", contract, tuple(corrections))


def value(reading, member_id: str, field: str) -> object:
    records = reading.records
    return records.loc[records["member_id"] == member_id, field].iloc[0]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("10000000100014", "10000000100014"),
        (10000000100014, "10000000100014"),
        ("+33 4 00 00 00 00", "+33 4 00 00 00 00"),
        ("'t Hof", "'t Hof"),
        (date(2016, 10, 3), "2016-10-03"),
        ("00123", "00123"),
        ("(vide)", None),
    ],
    ids=["text", "number", "plus", "apostrophe", "date", "zeros", "emptied"],
)
def test_a_typed_value_replaces_the_cell(tmp_path, contract, typed, text):
    reading = taken(tmp_path, contract, line("A1", "SIRET", "123", typed))
    assert value(reading, "A1", "siret") == text
    assert reading.body.loc[2, 3] == "123"
    assert reading.corrections == 1


def test_an_empty_right_value_is_nothing_to_do(tmp_path, contract):
    reading = taken(tmp_path, contract, line("A1", "SIRET", "123", None), line("A2", "SIRET", None, "  "))
    assert (reading.corrections, reading.corrected, reading.remarks) == (0, {}, ())


def test_a_missing_identifier_is_given_by_line(tmp_path, contract):
    correction = line("", "N° adhérent", None, "A3", source_row=4, name="Studio Lune")
    assert value(taken(tmp_path, contract, correction), "A3", "name") == "Studio Lune"


def test_a_row_that_moved_is_found_by_its_name(tmp_path, contract):
    correction = line("", "N° adhérent", None, "A3", source_row=4, name="Studio Lune")
    lines = EXPORT.splitlines(keepends=True)
    moved = "".join([lines[0], lines[3], *lines[1:3], *lines[4:]])
    assert value(taken(tmp_path, contract, correction, export=moved), "A3", "name") == "Studio Lune"


def test_a_duplicate_identifier_is_put_right(tmp_path, contract):
    before = read_export(EXPORT.encode(), "essai.csv", contract)
    assert before.rejected["rule"].tolist().count("member_id_duplicate") == 1
    correction = line("A4", "N° adhérent", "A4", "A6", source_row=6, name="Librairie Verte")
    reading = taken(tmp_path, contract, correction)
    assert value(reading, "A6", "name") == "Librairie Verte"
    assert value(reading, "A4", "name") == "Papeterie Rouge"
    assert "member_id_duplicate" not in reading.rejected["rule"].tolist()


def test_a_missing_name_is_given(tmp_path, contract):
    reading = taken(tmp_path, contract, line("A5", "Raison sociale", "", "Menuiserie Jaune"))
    assert value(reading, "A5", "name") == "Menuiserie Jaune"


def test_a_new_identifier_and_a_correction_under_it(tmp_path, contract):
    reading = taken(
        tmp_path,
        contract,
        line("A3", "CA (k€)", "45", "54"),
        line("", "N° adhérent", "", "A3", source_row=4),
    )
    assert value(reading, "A3", "turnover") == "54"


def test_a_later_workbook_corrects_an_earlier_one(tmp_path, contract):
    workbook(tmp_path / "corrections", line("A1", "SIRET", "123", "456"), name="1.xlsx")
    workbook(tmp_path / "corrections", line("A1", "SIRET", "456", "789"), name="2.xlsx")
    corrections, _ = read_corrections(tmp_path / "corrections", "essai")
    reading = read_export(EXPORT.encode(), "essai.csv", contract, tuple(corrections))
    assert value(reading, "A1", "siret") == "789"


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (line("A1", "SIRET", "999", "456"), "a changé (ligne 2"),
        (line("Z9", "SIRET", "123", "456"), "aucune ligne"),
        (line("A1", "Fax", "123", "456"), "pas de colonne « Fax »"),
        (line("A1", "SIRET", "123", "456", source="autre"), "autre source"),
        (line("", "N° adhérent", "", "A3", source_row=4, name="Autre Nom"), "aucune ligne"),
    ],
    ids=["changed", "gone", "no column", "other source", "another company"],
)
def test_what_no_longer_fits_is_said_and_the_rest_is_taken(tmp_path, contract, correction, words):
    reading = taken(tmp_path, contract, correction, line("A2", "Ville", "Vienne", "Lyon"))
    warnings = [remark.text for remark in reading.remarks if remark.level == "warning"]
    assert len(warnings) == 1
    assert words in warnings[0]
    assert "ligne 2)" in warnings[0]
    assert value(reading, "A2", "city") == "Lyon"


def test_no_folder_means_no_correction(tmp_path):
    assert read_corrections(tmp_path / "corrections", "essai") == ([], [])


def test_an_unreadable_workbook_is_a_remark(tmp_path):
    folder = tmp_path / "corrections"
    workbook(folder, line("A1", "SIRET", "123", "456"), name="good.xlsx")
    (folder / "bad.xlsx").write_bytes(b"no workbook")
    (folder / "~$good.xlsx").write_bytes(b"lock")
    other = openpyxl.Workbook()
    other.worksheets[0].append(["something", "else"])
    other.save(folder / "other.xlsx")
    corrections, remarks = read_corrections(folder, "essai")
    assert [correction.corrected for correction in corrections] == ["456"]
    assert ["bad.xlsx" in remarks[0].text, "Valeur corrigée" in remarks[1].text] == [True, True]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_comes_back_unharmed(tmp_path, contract):
    written = workbook(
        tmp_path,
        line("A1", "SIRET", "123", "00123456789012"),
        line("A2", "Ville", "Vienne", "+33 4 00"),
        line("A4", "Ville", "Annecy", "'t Hof", source_row=5, name="Papeterie Rouge"),
    )
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "corrections"),
    ]
    subprocess.run([*command, str(written)], check=True, capture_output=True, timeout=120)
    corrections, _ = read_corrections(tmp_path / "corrections", "essai")
    reading = read_export(EXPORT.encode(), "essai.csv", contract, tuple(corrections))
    assert value(reading, "A1", "siret") == "00123456789012"
    assert value(reading, "A2", "city") == "+33 4 00"
    assert value(reading, "A4", "city") == "'t Hof"


def test_every_kind_of_workbook_is_read_and_other_files_are_said(tmp_path):
    folder = tmp_path / "corrections"
    workbook(folder, line("A1", "SIRET", "123", "456"), name="RETOUR.XLSX")
    (folder / "retour.ODS").write_bytes(ods(folder / "RETOUR.XLSX"))
    (folder / "note.pdf").write_bytes(b"%PDF")
    (folder / ".~lock.retour.ods#").write_bytes(b"lock")
    corrections, remarks = read_corrections(folder, "essai")
    assert [(one.file, one.corrected) for one in corrections] == [
        ("RETOUR.XLSX", "456"),
        ("retour.ODS", "456"),
    ]
    assert [remark.text for remark in remarks] == [
        "Corrections « note.pdf » non lues : ce n'est pas un classeur (.xlsx ou .ods)."
    ]


def ods(xlsx: Path) -> bytes:
    """The first sheet of a workbook as a bare OpenDocument one."""
    rows = openpyxl.load_workbook(xlsx).worksheets[0].iter_rows(values_only=True)
    cells = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Feuille1">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return buffer.getvalue()


def ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
