"""The queue as a file that people fill in and `alliage decide --file` takes back."""

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from flows.faces import SOLE_TRADER
from flows.queue import reasons
from transforms.errors import InputError, Where
from transforms.matching.decisions.decision import Verdict
from transforms.matching.decisions.proposals import visible
from transforms.matching.explanation import Face, Link, percent_text
from transforms.spreadsheet import csv_bytes, inert
from transforms.warehouse.files import machine_errors, write_bytes

# Titles of columns that `--file` reads are those of the log; the others are for people.
_TITLES = {
    "left_source": 12,
    "left_member_id": 16,
    "nom_gauche": 34,
    "ville_gauche": 18,
    "siren_gauche": 12,
    "right_source": 12,
    "right_member_id": 16,
    "nom_droite": 34,
    "ville_droite": 18,
    "siren_droite": 12,
    "probabilité": 14,
    "pour": 50,
    "contre": 50,
    "verdict": 14,
    "steward": 12,
    "reason": 40,
}
_TO_FILL = ("verdict", "steward", "reason")
_VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")
_YELLOW = PatternFill("solid", fgColor="FFF2CC")


def write_queue(pairs: Sequence[Link], path: Path) -> Path:
    """Write the pairs, one a line, with empty columns verdict, steward and reason; where the file lies.

    Raises:
        InputError: another kind of name, no such folder, or a file that is there: it may hold verdicts.
        MachineError: the file cannot be written.
    """
    place = path.resolve()
    write = {".csv": csv_bytes, ".xlsx": _workbook}.get(place.suffix.lower())
    if write is None:
        raise _refused("Ce nom n'est pas celui d'un tableau.", place, path.name, "un nom en .xlsx ou .csv")
    if not place.parent.is_dir():
        raise _refused(
            "Le dossier n'existe pas.", place, f"aucun dossier {place.parent}", "un dossier existant"
        )
    if place.exists():
        raise _refused(
            "Ce fichier existe déjà : il peut contenir des verdicts.", place, "un fichier", "un nom nouveau"
        )
    content = write(list(_TITLES), [_cells(link) for link in pairs])
    with machine_errors(place):
        write_bytes(place, content)
    return place


def _cells(link: Link) -> list[str]:
    left, right = link.faces
    told = (" ; ".join(said) for said in reasons(link))
    return [*_side(left), *_side(right), percent_text(link.probability), *told, *[""] * len(_TO_FILL)]


def _side(face: Face) -> list[str]:
    source, _, number = face.record.partition(":")
    return [source, number, *map(visible, (face.name or SOLE_TRADER, face.town or "", face.siren or ""))]


def _workbook(header: list[str], rows: list[list[str]]) -> bytes:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = "À juger"
    for line, cells in enumerate([header, *rows], 1):
        for place, text in enumerate(cells, 1):
            cell = sheet.cell(line, place)
            # As text: a spreadsheet would drop the zeros of a number, or work out a formula.
            cell.value, cell.data_type, cell.number_format = inert(text), "s", "@"
    _dress(sheet, len(rows))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _dress(sheet: Worksheet, rows: int) -> None:
    for place, (title, width) in enumerate(_TITLES.items(), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
        if title in _TO_FILL:
            for line in range(2, rows + 2):
                sheet[f"{letter}{line}"].fill = _YELLOW
        if title == "verdict" and rows:
            choice = DataValidation(type="list", formula1=f'"{",".join(_VERDICTS)}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{rows + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def _refused(what: str, place: Path, found: str, expected: str) -> InputError:
    return InputError(
        what,
        where=Where(file=str(place)),
        found=found,
        expected=expected,
        next_step="donner un autre chemin à --out",
    )
