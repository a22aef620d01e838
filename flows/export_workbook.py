"""The workbook of an export: what it is, the summary, and one sheet a territory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from transforms.moments import moment_text
from transforms.spreadsheet import inert, text_cell
from transforms.warehouse import handed_out
from transforms.warehouse.handed_out import Handout
from transforms.wording import plural

_UNKNOWN = "inconnu"
_ABOUT = "À lire"
_SUMMARY = "Synthèse"
_BOLD = Font(bold=True)
_WIDTHS = {"name": 36, "address": 34, "website": 32, "trade_name": 24, "city": 22, "territory_name": 30}
_WIDTH = 14
# Excel's limits for a sheet's name.
_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_AS_DATE, _AS_SHARE = "dd/mm/yyyy", "0.0%"


@dataclass(frozen=True)
class Origin:
    """Where the figures of a workbook come from.

    Attributes:
        warehouse: name of the published file.
        run_id: the run that published it.
        exports: title and date of each export that it read.
        kept_back: active companies that are not in the workbook.
        written_at: now.
    """

    warehouse: str
    run_id: str | None
    exports: tuple[tuple[str, date | None], ...]
    kept_back: int
    written_at: datetime


def workbook(companies: Handout, summary: Handout, territories: dict[str, str], origin: Origin) -> Workbook:
    """One sheet for each of `territories` (names by code) that has companies, in order of code."""
    book = Workbook(write_only=True)
    _add_about(book, companies, origin)
    _add_sheet(book, _SUMMARY, summary, summary.told)
    place = companies.rows.column_names.index("territory")
    by_territory: dict[str, list[tuple[Any, ...]]] = {code: [] for code in territories}
    for row in companies.told:
        by_territory[str(row[place] or _UNKNOWN)].append(row)
    for code, rows in by_territory.items():
        if rows:
            _add_sheet(book, _sheet_name(code, territories[code]), companies, rows)
    return book


def _add_about(book: Workbook, companies: Handout, origin: Origin) -> None:
    sheet = book.create_sheet(_ABOUT)
    sheet.column_dimensions["A"].width = 110
    for line in _about(companies, origin):
        sheet.append([text_cell(sheet, inert(line))])


def _about(companies: Handout, origin: Origin) -> Iterator[str]:
    yield "Entreprises membres actives, par territoire"
    yield ""
    yield f"Écrit le {moment_text(origin.written_at)} d'après {origin.warehouse}, exécution {origin.run_id}."
    for title, day in origin.exports:
        yield f"{title} : export du {day:%d/%m/%Y}." if day else f"{title} : export sans date."
    yield f"{plural(companies.rows.num_rows, 'entreprise', 'entreprises')} dans ce classeur."
    if origin.kept_back:
        persons = plural(
            origin.kept_back, "entrepreneur individuel actif", "entrepreneurs individuels actifs"
        )
        yield f"Sans {persons} : une telle fiche nomme une personne."
        yield f"La feuille « {_SUMMARY} » compte toutes les entreprises actives."
    yield ""
    yield "Emplois : « estimé » est le milieu d'une tranche (10-19 donne 14,5) ; vide est inconnu, non zéro."
    yield "La Métropole de Lyon est à part du reste du Rhône. « Territoire inconnu » : sans adresse lisible."
    yield "Colonnes qui ne sont pas transmises (entre parenthèses, leur nom dans l'entrepôt), et pourquoi :"
    rule = handed_out.rules()["companies"]
    for reason in dict.fromkeys(rule.kept.values()):
        columns = ", ".join(
            f"{rule.labels[name]} ({name})" for name, why in rule.kept.items() if why == reason
        )
        yield f"  - {columns} : {reason}"


def _add_sheet(book: Workbook, name: str, handout: Handout, rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    columns = handout.rows.column_names
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, _WIDTH)
    sheet.append([_heading(sheet, heading) for heading in handout.headings])
    shares = ["share" in column for column in columns]
    for row in rows:
        sheet.append([_cell(sheet, value, share) for value, share in zip(row, shares, strict=True)])


def _heading(sheet: Any, text: str) -> Cell:
    cell = text_cell(sheet, inert(text))
    cell.font = _BOLD
    return cell


def _cell(sheet: Any, value: Any, share: bool) -> Any:
    if isinstance(value, str):
        return text_cell(sheet, inert(value))
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None or not (share or isinstance(value, date)):
        return value
    cell = Cell(sheet, row=1, column=1, value=value)
    cell.number_format = _AS_SHARE if share else _AS_DATE
    return cell


def _sheet_name(code: str, name: str) -> str:
    """A name that Excel takes; the code keeps it unique where a long name is cut."""
    text = name if code in (name, _UNKNOWN) else f"{code} {name}"
    return text.translate(_FORBIDDEN)[:_LONGEST_NAME]
