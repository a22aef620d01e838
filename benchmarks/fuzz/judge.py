"""Whether a damaged export was read without loss: what the file holds, and what the intake says of it."""

import re
import string
from collections import Counter
from pathlib import Path

from transforms.errors import AlliageError
from transforms.sources import stage as sources
from transforms.sources.check import check_reading
from transforms.sources.contract import Contract
from transforms.sources.encoding import decode
from transforms.sources.excel_xml import sheet_xml
from transforms.sources.grid import line_numbers
from transforms.sources.reading import Reading, read_export
from transforms.sources.remarks import describe
from transforms.standardise import stage as standard

_SIGNS = frozenset(string.ascii_letters + string.digits)
# A line above the header is a title as long as it fills fewer cells than this share of the header, or holds
# no figures at all, as the torn halves of a header do.
_TITLE = 0.5
_FIGURES = 3


# The content of a cell: a number, the place of a shared text, or a text of its own.
_HELD = re.compile(rb"<c [^<>]*>(?:<v>[^<]+</v>|<is><t>[^<]+</t></is>)</c>")


class LostError(AssertionError):
    """Something of the file is nowhere to be found, and nothing was said."""


def judge(data: bytes, file: str, contract: Contract, build: Path) -> str:
    """Read and standardise one damaged export as a run does.

    Returns:
        « read », or « refused: » and why.

    Raises:
        LostError: a line or a sign of the file is not accounted for.
        Exception: anything that is not an error of the project is a fault of the reader.
    """
    try:
        reading = read_export(data, file, contract)
    except AlliageError as refused:
        if refused.where is None or not (refused.found and refused.expected and refused.next_step):
            raise LostError(f"a refusal does not say everything: {refused.as_dict()}") from refused
        return f"refused: {refused.what}"
    if contract.format == "csv":
        _keep_every_sign(data, reading)
        _keep_every_line(reading)
    else:
        _keep_every_cell(data, reading)
    _keep_every_row(reading)
    check_reading(reading, reading.rejected)
    sources.write(build, [contract], [(reading, data)])
    report = standard.run(build, standard.StandardiseParameters())
    if report.rows_in != len(reading.records):
        raise LostError(f"{len(reading.records)} records read, {report.rows_in} standardised")
    return "read"


def _keep_every_sign(data: bytes, reading: Reading) -> None:
    """Each plain letter and digit of the file stands in a cell, whatever its encoding and its quotes."""
    encoding = reading.grid.encoding or ""
    wide = encoding.startswith(("utf-16", "utf-32"))
    text = decode(data).text if wide else data.decode("latin-1")
    before = Counter(sign for sign in text if sign in _SIGNS)
    after: Counter[str] = Counter()
    for position in reading.grid.values.columns:
        after.update(sign for cell in reading.grid.values[position] for sign in cell if sign in _SIGNS)
    if text.lower().lstrip('"\ufeffï»¿').startswith("sep="):
        before -= Counter(text[: text.lower().index("sep=") + 3])
    if before - after:
        raise LostError(f"signs of the file are in no cell ({encoding}): {before - after}")


def _keep_every_cell(data: bytes, reading: Reading) -> None:
    """Each cell of the sheet's XML that holds a text or a number stands in the grid."""
    cells = len(_HELD.findall(sheet_xml(data, reading.grid.sheet or "")))
    filled = int((reading.grid.values != "").to_numpy().sum())
    if filled < cells:
        raise LostError(f"{cells} cells in the sheet, {filled} in the grid")


def _keep_every_line(reading: Reading) -> None:
    """No row hides inside a cell of another, unless a remark tells so."""
    if any("contient une ligne entière" in note for note in reading.grid.notes):
        return
    delimiter, width = reading.grid.delimiter or ";", len(reading.contract.columns)
    for position in reading.grid.values.columns:
        for line, cell in reading.grid.values[position].items():
            hidden = [inner for inner in cell.split("\n")[1:-1] if inner.count(delimiter) >= width - 1]
            if hidden:
                raise LostError(f"{len(hidden)} rows hide in a cell of line {line}, position {position}")


def _keep_every_row(reading: Reading) -> None:
    """Each filled row of the sheet is a title, the header, or has an outcome."""
    values = reading.grid.values
    told = set(line_numbers(reading.rows))
    header = {reading.header.first_line, reading.header.line}
    most = _TITLE * sum(bool(text[0].strip()) for text in reading.header.variants.values())
    for line, row in zip(line_numbers(values), values.itertuples(index=False, name=None), strict=True):
        filled = sum(bool(text.strip()) for text in row)
        if line in told or line in header or not filled:
            continue
        figures = sum(sum(map(str.isdigit, text)) > 1 for text in row)
        if filled > most and figures >= _FIGURES:
            raise LostError(f"line {line} of {len(values)} has {filled} cells and no outcome")
        if not any("au-dessus de l'en-tête" in remark.text for remark in describe(reading)):
            raise LostError(f"line {line} of {len(values)} is above the header, and nothing tells so")
    outcomes = sum(reading.lines(outcome) for outcome in ("record", "ignored", "rejected"))
    if outcomes != len(reading.rows) or reading.lines("record") != len(reading.records):
        raise LostError(f"{len(reading.rows)} rows, {outcomes} outcomes, {len(reading.records)} records")
