"""An export without a person: the cells meant change, and no other byte does."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from transforms.errors import InputError
from transforms.sources.contract import load_contracts
from transforms.sources.erasing import cleaned_file
from transforms.suppression.matcher import Identity, Matcher, entries_of

KEY = "0" * 32
CLUSTR, NUMELINK = load_contracts()
ZOE = Identity(
    emails=frozenset({"zoe@perso.fr"}),
    names=frozenset({"EXEMPLE ZOE"}),
    members=frozenset({"clustr:CR-2"}),
    own_names=frozenset({"EXEMPLE ZOE"}),
)
MATCHERS = [Matcher(KEY, frozenset(entries_of(ZOE, KEY)))]
HEADER = "N° adhérent;Raison sociale;Adresse;E-mail;Contact"
LINES = (
    'CR-1;"Forge ""du"" Lac";1 rue Haute;a@forge.fr;Paul Essai',
    'CR-2;Ateliers Brumeval;"chez Zoé Exemple\r\n3 rue";zoe@perso.fr;Zoé EXEMPLE',
    "CR-3;Œuvre d’été;2 bis r. Basse;;",
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_csv_keeps_its_encoding_its_quotes_and_its_ends_of_lines(encoding: str, end: str) -> None:
    before = end.join((HEADER, *LINES, ""))
    after = before.replace("Zoé Exemple", "…").replace("zoe@perso.fr;Zoé EXEMPLE", ";")
    found = cleaned_file(before.encode(encoding), "a.csv", CLUSTR, MATCHERS)
    assert found.data == after.encode(encoding)
    assert found.cells == 3
    assert cleaned_file(found.data, "a.csv", CLUSTR, MATCHERS).data == found.data


def test_a_foreign_byte_of_another_line_stays() -> None:
    before = "\n".join((HEADER, *LINES)).encode() + "\nCR-4;Café;;;\n".encode("cp1252")
    after = cleaned_file(before, "a.csv", CLUSTR, MATCHERS).data
    assert after.endswith("\nCR-4;Café;;;\n".encode("cp1252"))
    assert b"zoe@perso" not in after


def test_a_line_above_the_header_is_cut_too() -> None:
    before = "\n".join(("Export fait par Zoé Exemple", HEADER, *LINES)).encode()
    assert cleaned_file(before, "a.csv", CLUSTR, MATCHERS).data.startswith("Export fait par …\n".encode())


@pytest.fixture
def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Id", "Société", "Salariés", "Mail", "Interlocuteur"])
    sheet.append([1, "Forge du Lac", "=2*6", "a@forge.fr", "Paul Essai"])
    sheet.append([2, "Ateliers Brumeval", 4, "zoe@perso.fr", "Zoé Exemple"])
    sheet.append([3, "Œuvre d'été", 7, None, "Zoé & Cie"])
    sheet["B2"].comment = Comment("Vu avec Zoé Exemple", "Zoé Exemple")
    book.create_sheet("Notes").append(["zoe@perso.fr a envoyé la liste"])
    book.properties.creator = "Zoé Exemple"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_a_workbook_loses_the_person_and_nothing_else(workbook: bytes) -> None:
    after = cleaned_file(workbook, "a.xlsx", NUMELINK, MATCHERS).data
    with zipfile.ZipFile(io.BytesIO(after)) as archive, zipfile.ZipFile(io.BytesIO(workbook)) as old:
        assert archive.namelist() == old.namelist()
        texts = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "perso.fr" not in texts
    assert "Zoé Exemple" not in texts
    sheet = load_workbook(io.BytesIO(after)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1] == [1, "Forge du Lac", "=2*6", "a@forge.fr", "Paul Essai"]
    assert cells[2] == [2, "Ateliers Brumeval", 4, None, None]
    assert cells[3] == [3, "Œuvre d'été", 7, None, "Zoé & Cie"]


def test_the_same_workbook_gives_the_same_bytes(workbook: bytes) -> None:
    once = cleaned_file(workbook, "a.xlsx", NUMELINK, MATCHERS).data
    assert cleaned_file(workbook, "a.xlsx", NUMELINK, MATCHERS).data == once
    assert cleaned_file(once, "a.xlsx", NUMELINK, MATCHERS).data == once


def test_a_file_without_the_person_is_not_touched() -> None:
    data = "\n".join((HEADER, LINES[0], LINES[2])).encode()
    assert cleaned_file(data, "a.csv", CLUSTR, MATCHERS).data is data


def test_a_kind_that_cannot_be_changed_is_told(workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    from transforms.sources import erasing

    monkeypatch.setattr(erasing, "_is_xlsx", lambda data: False)
    with pytest.raises(InputError, match="ne peut pas le récrire"):
        cleaned_file(workbook, "a.ods", NUMELINK, MATCHERS)
