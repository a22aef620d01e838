"""Reading the sheets of a workbook (xlsx, xlsm, xls, ods): typed cells become text, true row numbers stay."""

import io
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from transforms.errors import InputError, Where
from transforms.sources.archive import refuse_bomb
from transforms.sources.excel_xml import (
    disorder,
    error_cells,
    require_well_formed,
    shared_texts,
    sheet_xml,
    stray_cell,
)
from transforms.sources.grid import Grid, frame
from transforms.sources.text import counted
from transforms.wording import number

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES: dict[type, str] = {float: "number", int: "number", bool: "boolean", date: "date", datetime: "date"}

Cell = int | float | str | bool | time | date | datetime | timedelta


def read_excel(data: bytes, file: str) -> list[Grid]:
    """The non-empty sheets of a workbook, visible ones first.

    Raises:
        InputError: it is protected by a password, cut short, not a workbook, or empty.
    """
    _refuse_locked(data, file)
    try:
        refuse_bomb(data, file)
        require_well_formed(shared_texts(data))
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            _grid(workbook, metadata, _checked_xml(data, metadata.name, file))
            for metadata in sorted(workbook.sheets_metadata, key=_hidden)
            if metadata.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except InputError:
        raise
    except calamine.PasswordError as error:
        raise _locked(file) from error
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader's own crashes are not Exceptions
        raise InputError(
            "Ce classeur est illisible : il est abîmé ou incomplet.",
            where=Where(file=file),
            found=f"un fichier de {number(len(data))} octets que rien ne permet de lire comme un classeur",
            expected="un classeur Excel entier (.xlsx, .xls ou .ods)",
            next_step="l'ouvrir dans Excel ou LibreOffice, l'enregistrer de nouveau, ou le redemander",
        ) from error
    filled = [sheet for sheet in sheets if len(sheet.values)]
    if not filled:
        raise InputError(
            "Ce classeur est vide.",
            where=Where(file=file),
            found=f"{counted(len(sheets), 'feuille')} sans une cellule remplie",
            expected="une ligne d'en-têtes, puis une ligne par adhérent",
            next_step="refaire l'export",
        )
    return filled


def as_text(value: Cell) -> str:
    """A cell's value as text: 64000.0 → « 64000 », a date → « 2016-10-03 », true → « VRAI »."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float) -> str:
    # Fifteen digits are what a spreadsheet keeps and shows; 0.1 + 0.2 is 0.3 there.
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def _grid(workbook: calamine.CalamineWorkbook, metadata: calamine.SheetMetadata, xml: bytes) -> Grid:
    rows = workbook.get_sheet_by_name(metadata.name).to_python(skip_empty_area=False)
    while rows and not any(str(cell).strip() for cell in rows[-1]):
        rows.pop()
    texts = [list(map(as_text, row)) for row in rows]
    types = [[_TYPES.get(type(cell), "text") for cell in row] for row in rows]
    for (line, position), shown in error_cells(xml).items():
        if line <= len(rows) and position <= len(rows[line - 1]):
            texts[line - 1][position - 1] = shown
            types[line - 1][position - 1] = "error"
    lines = list(range(1, len(rows) + 1))
    return Grid(frame(texts, lines), types=frame(types, lines), sheet=metadata.name, hidden=_hidden(metadata))


def _checked_xml(data: bytes, sheet: str, file: str) -> bytes:
    """The XML of a sheet before the reader sees it: laying out an absurd area would end the process."""
    xml = sheet_xml(data, sheet)
    require_well_formed(xml)
    stray = stray_cell(xml)
    if stray is None:
        _refuse_disorder(xml, sheet, file)
        return xml
    raise InputError(
        "Cette feuille est démesurée : une cellule est remplie très loin de la liste.",
        where=Where(file=file, sheet=sheet),
        found=f"la cellule {stray}",
        expected="une liste d'un seul tenant, en haut à gauche de la feuille",
        next_step="effacer cette cellule (la zone « Nom » d'Excel y mène), ou copier la seule liste "
        "dans un nouveau classeur",
    )


def _refuse_disorder(xml: bytes, sheet: str, file: str) -> None:
    line = disorder(xml)
    if line is None:
        return
    raise InputError(
        "Cette feuille est abîmée : ses lignes ne se suivent pas, et certaines se perdraient à la lecture.",
        where=Where(file=file, sheet=sheet, line=line),
        found=f"la ligne {line} deux fois, ou au mauvais endroit",
        expected="des lignes numérotées dans l'ordre",
        next_step="l'ouvrir dans Excel ou LibreOffice, l'enregistrer de nouveau, ou le redemander",
    )


def _hidden(metadata: calamine.SheetMetadata) -> bool:
    return bool(metadata.visible != calamine.SheetVisibleEnum.Visible)


def _refuse_locked(data: bytes, file: str) -> None:
    if data.startswith(_OLE2) and _ENCRYPTED in data:
        raise _locked(file)


def _locked(file: str) -> InputError:
    return InputError(
        "Ce classeur est protégé par un mot de passe.",
        where=Where(file=file),
        found="un classeur chiffré",
        expected="un classeur sans mot de passe",
        next_step="l'ouvrir avec son mot de passe et l'enregistrer sans (Fichier, Informations, Protéger)",
    )
