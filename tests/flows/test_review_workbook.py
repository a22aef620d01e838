"""The queue as a workbook: through LibreOffice and back, sorted, extended, changed since, dropped."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flow_commands import Command
from openpyxl.worksheet.worksheet import Worksheet
from pipelines import Places, rows

from flows.decide import decide_file
from flows.dropped_decisions import FOLDER, LEDGER, remarks, remember, take_dropped
from flows.queue import read_queue
from flows.queue_file import write_queue
from flows.review_sheet import COLUMNS, VERDICTS
from transforms.errors import InputError
from transforms.matching.decisions.log import read_log
from transforms.matching.decisions.recording import revoke
from transforms.warehouse.database import connect

ENDS = ("gauche_réseau", "gauche_numéro", "droite_réseau", "droite_numéro")


def exported(places: Places, path: Path) -> Path:
    return write_queue(read_queue(places.warehouse, places.state), path)


def column(sheet: Worksheet, title: str) -> int:
    return 1 + [cell.value for cell in sheet[1]].index(title)


def ends_of(sheet: Worksheet, line: int) -> set[tuple[str, str]]:
    source, number, other_source, other_number = (
        str(sheet.cell(line, column(sheet, title)).value) for title in ENDS
    )
    return {(source, number), (other_source, other_number)}


def judged(path: Path, verdicts: Sequence[str], steward: str = "st-1") -> None:
    """Fill in the first lines, as a person does."""
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    for line, verdict in enumerate(verdicts, 2):
        sheet.cell(line, column(sheet, "verdict")).value = verdict
        sheet.cell(line, column(sheet, "pseudonyme")).value = steward
    book.save(path)


def kept(places: Places) -> set[tuple[Any, ...]]:
    return {(one.pair, one.verdict, one.steward, one.reason) for one in read_log(places.state).decisions}


def test_the_sheet_helps_to_judge(places: Places, tmp_path: Path) -> None:
    (sheet,) = openpyxl.load_workbook(exported(places, tmp_path / "q.xlsx")).worksheets
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert (sheet.freeze_panes, sheet.auto_filter.ref is not None) == ("F2", True)
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == f'"{",".join(VERDICTS)}"'
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value)
    left, right = (column(sheet, f"nom_{side}") for side in ("gauche", "droite"))
    for row in sheet.iter_rows(min_row=2):
        same = str(row[left - 1].value).casefold() == str(row[right - 1].value).casefold()
        coloured = row[left - 1].fill.fgColor.rgb == "00F8CBAD"
        assert not (same and coloured)
    assert any(row[left - 1].fill.fgColor.rgb == "00F8CBAD" for row in sheet.iter_rows(min_row=2))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_what_libreoffice_saves_gives_identical_decisions(
    places: Places, asking: Command, tmp_path: Path
) -> None:
    workbook = exported(places, tmp_path / "q.xlsx")
    judged(workbook, ["même entreprise", "entreprises différentes", "ne sait pas"])
    twin = Places(shutil.copytree(places.root, tmp_path / "twin"))
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, str(workbook)], check=True, capture_output=True, timeout=120)
    assert asking("review", "import", tmp_path / "saved" / "q.xlsx", "--steward", "st-9").code == 0
    decide_file(workbook, steward="st-9", warehouse=twin.warehouse, state=twin.state)
    assert kept(places) == kept(twin)
    assert len(kept(places)) == 3


def test_sorted_filtered_and_extended_it_says_the_same(
    places: Places, asking: Command, tmp_path: Path
) -> None:
    path = exported(places, tmp_path / "q.xlsx")
    judged(path, ["même entreprise", "ne sait pas"])
    twin = Places(shutil.copytree(places.root, tmp_path / "twin"))
    decide_file(path, steward=None, warehouse=twin.warehouse, state=twin.state)
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    changed = openpyxl.Workbook()
    changed.worksheets[0].append(["notes", "d'une réunion"])
    other = changed.create_sheet("Feuille triée")
    other.append(["Vu en comité"])
    # A column of their own in front, the columns turned round, the lines too, a line of remarks below.
    other.append(["à revoir", *reversed(lines[0])])
    for line in reversed(lines[1:]):
        other.append(["oui", *reversed(line)])
    other.append(["relu en entier"])
    other.row_dimensions[3].hidden = True
    changed.save(tmp_path / "changed.xlsx")
    assert asking("review", "import", tmp_path / "changed.xlsx").code == 0
    assert kept(places) == kept(twin)


def test_lines_whose_records_changed_since_are_refused_one_by_one(
    places: Places, asking: Command, tmp_path: Path
) -> None:
    path = exported(places, tmp_path / "q.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    lines = range(2, sheet.max_row + 1)
    judged(path, ["ne sait pas"] * len(lines))
    company = {
        (source, number): company_id
        for source, number, company_id in rows(
            places.warehouse, "SELECT source, member_id, company_id FROM memberships"
        )
    }
    source, number = sorted(ends_of(sheet, 2))[0]
    with connect(places.warehouse) as con:
        con.execute(
            """
            UPDATE lineage
            SET value = 'Autre nom', source = $source, member_id = $number, alternatives = []
            FROM memberships AS own
            WHERE field = 'name' AND lineage.company_id = own.company_id
                AND (own.source, own.member_id) = ($source, $number)
            """,
            {"source": source, "number": number},
        )
    changed = {
        line for line in lines if company[source, number] in {company[end] for end in ends_of(sheet, line)}
    }
    said = asking("review", "import", path, "--json")
    refused = {one["line"] for one in said.json["results"] if one["status"] == "refused"}
    assert (said.code, refused) == (2, changed)
    assert "ont changé" in said.json["results"][0]["message"]
    assert len(kept(places)) == len(lines) - len(changed) > 0


def dropped(places: Places, name: str, content: str) -> None:
    (places.raw / FOLDER).mkdir(exist_ok=True)
    (places.raw / FOLDER / name).write_text(content, encoding="utf-8")


def take(places: Places) -> list[tuple[str, str]]:
    found = take_dropped(places.raw, places.warehouse, places.state)
    return [(remark.level, remark.text) for remark in remarks(found)]


def test_a_dropped_file_is_taken_exactly_once(places: Places, pair: tuple[str, str]) -> None:
    left, right = (end.split(":") for end in pair)
    title = "left_source;left_member_id;right_source;right_member_id;verdict;steward\n"
    first = title + ";".join([*left, *right, "same", "st-1"]) + "\n"
    dropped(places, "semaine.csv", first)
    assert take(places) == [("info", "Fichier de décisions « semaine.csv » : 1 décision enregistrée.")]
    assert take(places) == []
    # Under another name, and longer by a line on a record to come: what was taken stays taken.
    revoke(places.state, "D-0001", "st-2")
    unknown = ";".join([*left, "numelink", "à-venir", "same", "st-1"])
    dropped(places, "semaine.csv", first + unknown + "\n")
    dropped(places, "copie.csv", first)
    (level, text), *_ = take(places)[1:]
    assert (level, "ligne 3" in text, "n'est pas dans l'entrepôt" in text) == ("warning", True, True)
    assert len(read_log(places.state).decisions) == 1
    # A refused line is told again until it can be taken.
    assert any("ligne 3" in text for _, text in take(places))
    assert (places.state / LEDGER).exists()


def test_a_file_that_a_form_has_taken_is_not_taken_again(places: Places, pair: tuple[str, str]) -> None:
    left, right = (end.split(":") for end in pair)
    title = "left_source;left_member_id;right_source;right_member_id;verdict\n"
    dropped(places, "d.csv", title + ";".join([*left, *right, "same"]) + "\n")
    file = places.raw / FOLDER / "d.csv"
    where: dict[str, Any] = {"warehouse": places.warehouse, "state": places.state}
    decided = decide_file(file, steward="st-1", **where)
    remember(file, decided, steward="st-1", reason=None, **where)
    assert take(places) == []
    assert len(read_log(places.state).decisions) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("vide.csv", "a;b\n1;2\n", "Il manque des colonnes"),
        (
            "muet.csv",
            "left_source;left_member_id;right_source;right_member_id;verdict\na;1;b;2;same\n",
            "Qui décide",
        ),
        ("photo.png", "x", "pas une liste de décisions"),
    ],
)
def test_a_refused_file_is_told_and_stays(places: Places, name: str, content: str, told: str) -> None:
    dropped(places, name, content)
    for _ in range(2):
        ((level, text),) = take(places)
        assert (level, told in text, name in text) == ("warning", True, True)
    assert (places.raw / FOLDER / name).exists()
    assert not (places.state / "decisions.jsonl").exists()


def test_a_damaged_list_of_taken_files_stops(places: Places, pair: tuple[str, str]) -> None:
    dropped(places, "d.csv", "x")
    (places.state / LEDGER).write_text("{}\n", encoding="utf-8")
    with pytest.raises(InputError, match="fichiers de décisions est abîmé"):
        take(places)
