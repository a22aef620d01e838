"""The queue as a file that people fill in and `alliage review import` takes back."""

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from flows.faces import sayings
from flows.queue import Queue
from flows.review_sheet import COLUMNS, FINGERPRINT, TO_FILL, VERDICTS, Line, line_of
from transforms.errors import InputError, Where
from transforms.spreadsheet import csv_bytes, inert
from transforms.warehouse.files import machine_errors, write_bytes
from transforms.warehouse.reading import opened

_HEADER = PatternFill("solid", fgColor="1F3A5F")
_TO_FILL = PatternFill("solid", fgColor="FFF2CC")
_DIFFERS = PatternFill("solid", fgColor="F8CBAD")
_LONG = frozenset({"pour", "contre", "pourquoi"})


def write_queue(queue: Queue, path: Path) -> Path:
    """Write the pairs to judge, one a line, with empty columns to fill in; where the file lies.

    Raises:
        InputError: another kind of name, no such folder, or a file that is there: it may hold verdicts.
        MachineError: the file cannot be written.
    """
    place = path.resolve()
    write = {".csv": _csv, ".xlsx": _workbook}.get(place.suffix.lower())
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
    content = write(_lines(queue))
    with machine_errors(place):
        write_bytes(place, content)
    return place


def _lines(queue: Queue) -> list[Line]:
    keys = [end for link in queue.pairs for end in (link.left, link.right)]
    with opened(queue.warehouse) as con:
        said = sayings(con, keys)
    return [line_of(link, said) for link in queue.pairs]


def _csv(lines: Sequence[Line]) -> bytes:
    return csv_bytes(list(COLUMNS), [list(line.cells.values()) for line in lines])


def _workbook(lines: Sequence[Line]) -> bytes:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = "À juger"
    _write(sheet, 1, list(COLUMNS))
    for number, line in enumerate(lines, 2):
        _write(sheet, number, list(line.cells.values()))
        for place, column in enumerate(COLUMNS, 1):
            cell = sheet.cell(number, place)
            cell.alignment = Alignment(vertical="top", wrap_text=column in _LONG)
            if column in TO_FILL:
                cell.fill = _TO_FILL
            elif column in line.differing:
                cell.fill = _DIFFERS
    _dress(sheet, len(lines))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _write(sheet: Worksheet, number: int, texts: Sequence[str]) -> None:
    for place, text in enumerate(texts, 1):
        cell = sheet.cell(number, place)
        # As text: a spreadsheet would drop the zeros of a number, or work out a formula.
        cell.value, cell.data_type, cell.number_format = inert(text), "s", "@"


def _dress(sheet: Worksheet, rows: int) -> None:
    for place, (title, width) in enumerate(COLUMNS.items(), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = width
        head = sheet[f"{letter}1"]
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEADER
        if title == "verdict" and rows:
            choice = DataValidation(type="list", formula1=f'"{",".join(VERDICTS)}"', allow_blank=True)
            choice.error, choice.errorTitle = "Choisir dans la liste, ou laisser vide.", "Verdict inconnu"
            choice.add(f"{letter}2:{letter}{rows + 1}")
            sheet.add_data_validation(choice)
        if title == FINGERPRINT:
            sheet.column_dimensions[letter].hidden = True
    sheet.freeze_panes = "F2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{rows + 1}"


def _refused(what: str, place: Path, found: str, expected: str) -> InputError:
    return InputError(
        what,
        where=Where(file=str(place)),
        found=found,
        expected=expected,
        next_step="donner un autre chemin",
    )
