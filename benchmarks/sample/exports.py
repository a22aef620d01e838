"""Write a sample as the files that two clusters would send: a CSV, a workbook, and the truth about both."""

import csv
import io
import re
import zipfile
from collections import Counter
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from benchmarks.sample.generate import Sample

CLUSTR_FILE = Path("clustr", "adherents_clustr_2016-10-03.csv")
NUMELINK_FILE = Path("numelink", "adherents_numelink.xlsx")
TRUTH_FILE = Path("verite.csv")

_TITLES = ("NUMELINK - Annuaire des adhérents", "Export du 03/10/2016")
_NOTE = "Fichier d'exemple : toutes les entreprises sont inventées"
_DAY = datetime(2016, 10, 3, 8, 0, 0)
# The only time that every zip tool agrees on: entries know no earlier year.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
# Lines of the CSV that are no record, and after which share of the records they come.
_BLANK_AT, _HEADER_AT = 0.1, 0.5


def write(sample: Sample, folder: Path, truth: Path | None = None) -> Counter[str]:
    """Write both exports below `folder`, and the truth to `truth` or beside their folders.

    Returns:
        How many lines of each kind the files hold that are no record.
    """
    clustr, numelink = folder / CLUSTR_FILE, folder / NUMELINK_FILE
    for path in (clustr, numelink):
        path.parent.mkdir(parents=True, exist_ok=True)
    clustr.write_bytes(clustr_bytes(sample.clustr))
    numelink.write_bytes(numelink_bytes(sample.numelink))
    sample.truth.to_csv(truth or folder / TRUTH_FILE, index=False, lineterminator="\n", encoding="utf-8")
    return Counter(blank_line=1, repeated_header=1, total_line=1, title_rows=len(_TITLES), notes_sheet=1)


def clustr_bytes(records: pd.DataFrame) -> bytes:
    """The records as a French spreadsheet's CSV (`;`, cp1252): a blank line, a repeated header, a TOTAL."""
    header = list(records.columns)
    lines = records.to_numpy(dtype=object).tolist()
    lines.insert(round(len(lines) * _HEADER_AT), header)
    lines.insert(round(len(lines) * _BLANK_AT), [""] * len(header))
    total = ["TOTAL", f"{len(records)} adhérents", *[""] * (len(header) - 2)]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([header, *lines, total])
    return text.getvalue().encode("cp1252")


def numelink_bytes(records: pd.DataFrame) -> bytes:
    """The records as a workbook with titles above the header and a second sheet, always the same bytes."""
    book = Workbook(write_only=True)
    book.properties.creator = "Numelink"
    book.properties.created = _DAY
    sheet = book.create_sheet("Adhérents")
    for title in _TITLES:
        sheet.append([title])
    sheet.append([])
    sheet.append(list(records.columns))
    for row in records.to_numpy(dtype=object).tolist():
        sheet.append([_dated(sheet, value) if isinstance(value, datetime) else value for value in row])
    book.create_sheet("Notes").append([_NOTE])
    saved = io.BytesIO()
    book.save(saved)
    return _timeless(saved)


def _dated(sheet: WriteOnlyWorksheet, value: datetime) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = "dd/mm/yyyy"
    return cell


def _timeless(saved: io.BytesIO) -> bytes:
    """The same workbook without the moment of its writing, which the library puts in whatever it is told."""
    written = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = _CHANGED.sub(rb"\g<1>" + f"{_DAY:%Y-%m-%dT%H:%M:%SZ}".encode(), old.read(name))
            new.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()
