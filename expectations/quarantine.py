"""The workbooks of refused cells, one a source, that a cluster corrects and sends back.

Their layout is `reference/correction_workbook.yml`, which the intake reads too. Every text is inert, so that
 "+33 4…", "=…" or "0690" come back as they were.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from transforms import reference
from transforms.refusals import problem_of, refusal
from transforms.report import Remark
from transforms.spreadsheet import LONGEST_TEXT, inert, text_cell
from transforms.warehouse import modes
from transforms.warehouse.beside import WORKBOOK
from transforms.warehouse.files import machine_errors

_INFORMATION = "Pour information"
_NEXT_TIME = "Pour l'éviter la prochaine fois"
_HOW_TO = "Mode d'emploi"
_EXCEL_ROWS = 1_048_575
_HEADER_FONT = Font(bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", fgColor="1F3864")
_EDITABLE_FILL = PatternFill("solid", fgColor="FFF2CC")
_LINE = 13.5  # points
_TALLEST = 400.0  # Excel allows 409
_WRAPPED = Alignment(wrap_text=True, vertical="top")
# A cell in text format keeps what is typed into it: leading zeros, "+33", "10-19".
_AS_TEXT = "@"

# The name as received, not as repaired: the intake may have to find the row by it.
_REFUSED = """
WITH united AS (
    SELECT * FROM raw.rejections
    UNION ALL BY NAME
    SELECT * FROM standard.rejections
    UNION ALL BY NAME
    SELECT * FROM quality.rejections
),

names AS (
    SELECT source, source_row, min(value) AS name
    FROM raw.cells
    WHERE field = 'name'
    GROUP BY ALL
)

SELECT united.*, coalesce(names.name, records.name) AS name
FROM united
LEFT JOIN raw.records AS records USING (source, source_row)
LEFT JOIN names USING (source, source_row)
WHERE NOT list_contains($ours, united.rule)
ORDER BY united.source, united.source_row, united.field, united.rule
"""


@dataclass(frozen=True)
class Workbooks:
    """What was written: the files, how many cells they ask to correct, and what a person should know."""

    paths: tuple[Path, ...] = ()
    to_correct: int = 0
    remarks: tuple[Remark, ...] = ()


def write(con: duckdb.DuckDBPyConnection, folder: Path, *, ours: Collection[str] = ()) -> Workbooks:
    """Write `<folder>/<source>_a_corriger.xlsx` for each source with refusals; remove those without.

    Reads the rejections of all stages; `ours` are the rules that a cluster can do nothing about. Repairs
    (severity info) stand on a sheet of their own, and alone are no reason for a workbook.

    Raises:
        MachineError: the folder or a file cannot be written.
    """
    refused = con.execute(_REFUSED, {"ours": sorted(ours)}).df()
    sources = [name for (name,) in con.execute("SELECT source FROM raw.sources ORDER BY source").fetchall()]
    with machine_errors(folder):
        modes.make_private_folder(folder)
        return _write_all(sources, refused, folder)


def _write_all(sources: Sequence[str], refused: pd.DataFrame, folder: Path) -> Workbooks:
    paths: list[Path] = []
    remarks: list[Remark] = []
    to_correct = 0
    for source in sources:
        rows = refused[refused["source"] == source]
        repaired = rows["severity"] == "info"
        path = folder / f"{source}{WORKBOOK}"
        if repaired.all():
            path.unlink(missing_ok=True)
            continue
        remarks += _remarks(source, rows)
        _replace(path, _workbook(_told(rows[~repaired]), _told(rows[repaired])))
        paths.append(path)
        to_correct += int((~repaired).sum())
    return Workbooks(tuple(paths), to_correct, tuple(remarks))


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the texts of each rule, under the names that the layout uses."""
    texts = {rule: refusal(rule) for rule in rows["rule"].unique()}
    told = {
        part: rows["rule"].map({rule: getattr(text, part) for rule, text in texts.items()})
        for part in ("expected", "fix")
    }
    # What is wrong may name the very figures, which only the message does.
    return rows.assign(**told, problem=rows["message"].map(problem_of), corrected=None)


def _remarks(source: str, rows: pd.DataFrame) -> list[Remark]:
    remarks = []
    cut = int((rows["value"].str.len() > LONGEST_TEXT).sum())
    if cut:
        text = (
            f"Dans le classeur à corriger, {cut} valeur(s) de plus de {LONGEST_TEXT} caractères sont coupées."
        )
        remarks.append(Remark(level="warning", source=source, text=text))
    if len(rows) > _EXCEL_ROWS:
        text = (
            f"Le classeur à corriger s'arrête à {_EXCEL_ROWS} lignes par feuille ; la suite viendra ensuite."
        )
        remarks.append(Remark(level="warning", source=source, text=text))
    return remarks


def _workbook(to_correct: pd.DataFrame, repaired: pd.DataFrame) -> Workbook:
    layout = reference.load("correction_workbook")
    book = Workbook(write_only=True)
    _add_sheet(book, layout["sheet"], layout["columns"], to_correct)
    if not repaired.empty:
        read_only = [_for_information(column) for column in layout["columns"] if not column.get("editable")]
        _add_sheet(book, _INFORMATION, read_only, repaired)
    _add_how_to(book, layout)
    return book


def _add_sheet(book: Workbook, title: str, columns: Sequence[dict[str, Any]], rows: pd.DataFrame) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{min(len(rows), _EXCEL_ROWS) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    widths = [column["width"] for column in columns]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_header(sheet, column["title"]) for column in columns])
    editable = [bool(column.get("editable")) for column in columns]
    keys = [column["key"] for column in columns]
    for line, values in enumerate(rows[keys].head(_EXCEL_ROWS).itertuples(index=False), start=2):
        sheet.row_dimensions[line].height = _height(values, widths)
        sheet.append([_cell(sheet, value, fill) for value, fill in zip(values, editable, strict=True)])


def _for_information(column: dict[str, Any]) -> dict[str, Any]:
    """A column of the sheet on what was repaired: there, nothing has to be done."""
    return {**column, "title": _NEXT_TIME} if column["key"] == "fix" else column


def _height(values: Iterable[str | int | None], widths: Iterable[float]) -> float:
    """Points that the tallest of some wrapped cells needs; programs do not all find it themselves."""
    lines = (
        sum(1 + int(len(line) / width) for line in str(value).split("\n"))
        for value, width in zip(values, widths, strict=True)
        if not pd.isna(value)
    )
    return min(_LINE * max(lines, default=1), _TALLEST)


def _header(sheet: Any, title: str) -> Cell:
    cell = text_cell(sheet, title)
    cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _WRAPPED
    return cell


def _cell(sheet: Any, value: str | int | None, editable: bool) -> Cell:
    if isinstance(value, int):
        cell = Cell(sheet, row=1, column=1, value=value)
    else:
        cell = text_cell(sheet, "" if pd.isna(value) else inert(str(value)))
        cell.number_format = _AS_TEXT
    cell.alignment = _WRAPPED
    if editable:
        cell.fill = _EDITABLE_FILL
    return cell


def _add_how_to(book: Workbook, layout: dict[str, Any]) -> None:
    sheet = book.create_sheet(_HOW_TO)
    sheet.column_dimensions["A"].width = 110
    (corrected,) = (column["title"] for column in layout["columns"] if column.get("editable"))
    for line in _instructions(layout["sheet"], corrected, layout["empty_marker"]):
        cell = text_cell(sheet, line)
        cell.alignment = _WRAPPED
        sheet.append([cell])


def _instructions(sheet: str, corrected: str, empty_marker: str) -> Iterable[str]:
    return (
        "Comment corriger ces données",
        f"1. Sur la feuille « {sheet} », chaque ligne montre une cellule de votre export qui a été refusée, "
        "le motif et ce qui était attendu.",
        f"2. Saisissez la bonne valeur dans la colonne « {corrected} ». Ne changez pas les autres colonnes. "
        "Vous pouvez trier, filtrer, et laisser vides les lignes que vous ne savez pas corriger.",
        "Une ligne sans nom de colonne concerne toute la fiche : corrigez-la dans votre export.",
        f"3. Si la cellule doit rester vide, saisissez {empty_marker}.",
        "4. Enregistrez le classeur au format Excel (.xlsx) sous un nom nouveau : ne remplacez jamais un "
        "classeur déjà déposé, ses corrections seraient perdues.",
        "5. Déposez-le dans le sous-dossier « corrections » du dossier de votre réseau, par exemple "
        "data/raw/clustr/corrections/ ; à la prochaine fusion, les refus corrigés disparaissent.",
        "6. Corrigez aussi la donnée dans votre propre fichier d'adhérents : le prochain export sera juste.",
        f"La feuille « {_INFORMATION} », si elle est là, montre ce qui a été réparé ou pris tel quel : "
        f"rien à y saisir. Sa colonne « {_NEXT_TIME} » dit comment rendre le prochain export plus sûr.",
        "Ce classeur peut contenir des données personnelles : ne le transmettez qu'aux personnes concernées.",
    )


def _replace(path: Path, book: Workbook) -> None:
    """Put `book` at `path` whole or not at all, readable by its owner only from the first byte."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            _save(book, file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _save(book: Workbook, file: IO[bytes]) -> None:
    book.save(file)
    file.flush()
    os.fsync(file.fileno())
