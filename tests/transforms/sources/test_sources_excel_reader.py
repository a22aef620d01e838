import contextlib
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import AlliageError, InputError
from transforms.sources.excel_reader import as_text, read_excel
from transforms.sources.excel_xml import disorder, error_cells


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (64000.0, "64000"),
        (3.5, "3.5"),
        (0.1 + 0.2, "0.3"),
        (12345678901234.0, "12345678901234"),
        (True, "VRAI"),
        (date(2016, 10, 3), "2016-10-03"),
        (datetime(2016, 10, 3), "2016-10-03"),
        (datetime(2016, 10, 3, 9, 30), "2016-10-03 09:30:00"),
        ("0123", "0123"),
    ],
    ids=str,
)
def test_typed_cells_become_text(value, text):
    assert as_text(value) == text


def test_rows_keep_their_numbers_and_cells_their_types(workbook):
    data = workbook(
        Liste=[[], [], ["Id", "Depuis", "Note"], [12, datetime(2016, 10, 3), "x"], [], [13, 2009, None]]
    )
    (grid,) = read_excel(data, "x.xlsx")
    assert grid.sheet == "Liste"
    assert grid.values.loc[4].tolist() == ["12", "2016-10-03", "x"]
    assert grid.values.loc[6].tolist() == ["13", "2009", ""]
    assert grid.types is not None
    assert grid.types.loc[4].tolist() == ["number", "date", "text"]


def test_error_cells_are_seen():
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Id", "CA"])
    sheet.append([1, "#DIV/0!"])
    sheet["B2"].data_type = "e"
    buffer = io.BytesIO()
    book.save(buffer)
    (grid,) = read_excel(buffer.getvalue(), "x.xlsx")
    assert grid.types is not None
    assert (grid.values.at[2, 2], grid.types.at[2, 2]) == ("#DIV/0!", "error")


def test_empty_sheets_are_passed_over(workbook):
    grids = read_excel(workbook(Vide=[], Liste=[["a"]]), "x.xlsx")
    assert [grid.sheet for grid in grids] == ["Liste"]


def small() -> bytes:
    book = openpyxl.Workbook()
    for row in range(20):
        book.worksheets[0].append([row, "x"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WHOLE = small()


def locked() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(lambda data: data[: len(data) // 2], "abîmé ou incomplet", id="cut short"),
        pytest.param(lambda data: b"PK\x03\x04" + bytes(50), "abîmé ou incomplet", id="no archive"),
        pytest.param(lambda data: locked(), "mot de passe", id="locked"),
        pytest.param(lambda data: bytes(40), "abîmé ou incomplet", id="zeros"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(workbook, damage, words):
    with pytest.raises(InputError, match=words):
        read_excel(damage(workbook(Liste=[["a", "b"]] * 50)), "x.xlsx")


def test_a_workbook_without_a_filled_cell_is_refused(workbook):
    with pytest.raises(InputError, match="vide"):
        read_excel(workbook(Vide=[]), "x.xlsx")


def test_another_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError):
        read_excel(buffer.getvalue(), "x.xlsx")


@given(st.binary(max_size=200), st.integers(0, 4000))
def test_a_damaged_workbook_never_raises_another_error(noise, at):
    data = WHOLE[:at] + noise + WHOLE[at + len(noise) :]
    with contextlib.suppress(AlliageError):
        assert read_excel(data, "x.xlsx")


def far(place: str) -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Id", "Nom"])
    book.worksheets[0][place] = "x"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("place", ["XFD1048576", "B1048576", "XFD2000"], ids=["corner", "bottom", "right"])
def test_a_stray_cell_far_away_is_refused_before_it_is_laid_out(place):
    with pytest.raises(InputError, match=f"la cellule {place}"):
        read_excel(far(place), "x.xlsx")


def test_formats_far_away_are_no_cells():
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Id", "Nom"])
    book.worksheets[0]["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    buffer = io.BytesIO()
    book.save(buffer)
    (grid,) = read_excel(buffer.getvalue(), "x.xlsx")
    assert grid.values.shape == (1, 2)


def test_a_formula_that_gives_an_empty_text_is_a_value():
    empty = b'<c r="A1" t="str"><f>IF(B1="","","x")</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c>'
    lost = b'<c r="C1" s="1"><f t="shared" si="0"/></c><c r="D1"><f>A1&amp;B1</f><v/></c><c r="E1"/>'
    assert error_cells(empty) == {}
    assert error_cells(lost) == {(1, 3): "=", (1, 4): "=A1&B1"}


def sheet_with(*cells: str) -> bytes:
    """A workbook with an XML of its own: each cell is a place; those of a new line open a row."""
    rows: dict[str, list[str]] = {}
    for place in cells:
        rows.setdefault(place.lstrip("ABC"), []).append(place)
    xml = "".join(
        f'<row r="{line}">' + "".join(f'<c r="{place}"><v>1</v></c>' for place in places) + "</row>"
        for line, places in rows.items()
    )
    return xml.encode()


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        pytest.param(sheet_with("A1", "B1", "A2", "C9"), None, id="in order"),
        pytest.param(sheet_with("A1", "A3", "A2"), 2, id="a line too late"),
        pytest.param(sheet_with("A1", "A2") + sheet_with("A2"), 2, id="a line twice"),
        pytest.param(sheet_with("A1", "B4", "A4"), 4, id="a cell too late"),
        pytest.param(sheet_with("A1", "B4", "B4"), 4, id="a cell twice"),
        pytest.param(b"", None, id="no sheet"),
    ],
)
def test_lines_and_cells_that_would_be_dropped_are_seen(xml, line):
    assert disorder(xml) == line


def test_a_sheet_whose_lines_come_twice_is_refused(workbook):
    data = workbook(Liste=[["Id", "Nom"], [1, "x"]])
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<row r="2"', b'<row r="1"'))
    with pytest.raises(InputError, match="ses lignes ne se suivent pas") as refused:
        read_excel(damaged.getvalue(), "x.xlsx")
    assert refused.value.where is not None
    assert (refused.value.where.file, refused.value.where.line) == ("x.xlsx", 1)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (
            "xl/worksheets/sheet1.xml",
            b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</c></row></sheetData>',
        ),
        ("xl/sharedStrings.xml", b"<sst><si><t>Forge</si></sst>"),
    ],
    ids=["sheet", "shared texts"],
)
def test_a_part_whose_elements_do_not_close_is_refused(workbook, part, content):
    data = workbook(Liste=[["Id", "Nom"], [1, "x"]])
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    with pytest.raises(InputError, match="abîmé ou incomplet"):
        read_excel(damaged.getvalue(), "x.xlsx")
