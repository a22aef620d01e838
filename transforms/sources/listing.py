"""Every cell of a member list, whichever sheet or line it stands on: its field, and whose row it is in."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from transforms.errors import AlliageError
from transforms.sources.columns import recognise
from transforms.sources.contract import Contract
from transforms.sources.correction_workbook import places
from transforms.sources.csv_reader import read_csv
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import format_of
from transforms.sources.grid import Grid, line_numbers, positions
from transforms.sources.sheets import best_sheet, without_empty_columns
from transforms.sources.text import clean, key


@dataclass(frozen=True)
class Line:
    """One line of a file.

    Attributes:
        sheet: its sheet, None of a CSV.
        number: its line in the file, from 1.
        cells: the texts as received by position, from 1, empty ones left out.
        fields: the field of each column; none where the line is no record.
        headers: the header of each column that has one.
        member: « source:number » of the member it is about.
        values: of a line of a correction workbook, the positions of the refused and of the right value.
    """

    sheet: str | None
    number: int
    cells: dict[int, str]
    fields: dict[int, str | None]
    headers: dict[int, str]
    member: str | None = None
    values: tuple[int, ...] = ()


def lines(data: bytes, file: str, contract: Contract | None) -> Iterator[Line]:
    """Every filled line of an export or of a correction workbook.

    Args:
        data: the bytes of the file.
        file: its name.
        contract: that of its source; without one, no line is about a member.

    Raises:
        InputError: the file is no table.
    """
    grids = [read_csv(data, file)] if format_of(data, file) == "csv" else read_excel(data, file)
    found = _best(grids, contract) if contract else None
    for grid in grids:
        if (titles := places(grid.values)) is not None:
            yield from _corrections(grid, *titles, contract)
        elif found and found[0] is grid:
            yield from _records(grid, *found[1:])
        else:
            yield from _plain(grid, grid.values)


Found = tuple[Grid, pd.DataFrame, dict[int, str | None], dict[int, str], Contract]


def _best(grids: list[Grid], contract: Contract) -> Found | None:
    try:
        grid, header, _ = best_sheet(grids, contract)
        body = without_empty_columns(grid, header)
        entries = recognise(header, body, contract)
    except (AlliageError, ValueError):
        return None
    fields = {entry.position: entry.field for entry in entries}
    shown = {entry.position: entry.label for entry in entries if clean(entry.label)}
    return grid, body, fields, shown, contract


def _records(
    grid: Grid, body: pd.DataFrame, fields: dict[int, str | None], shown: dict[int, str], contract: Contract
) -> Iterator[Line]:
    number = next((at for at, field in fields.items() if field == contract.key_field), None)
    for line, cells in _filled(body):
        member = clean(cells.get(number, "")) if number else ""
        yield Line(grid.sheet, line, cells, fields, shown, f"{contract.source}:{member}" if member else None)
    yield from _plain(grid, grid.values.drop(index=body.index))


def _corrections(grid: Grid, header: int, at: dict[str, int], contract: Contract | None) -> Iterator[Line]:
    """The lines of a correction workbook: its values are of the field that their line names."""
    titles = zip(positions(grid.values), grid.values.loc[header], strict=True)
    headers = {place: text for place, text in titles if text}
    known = {
        key(name): column.field
        for column in (contract.columns if contract else ())
        for name in column.headers
    }
    values = (at["value"], at["corrected"])
    for line, cells in _filled(grid.values):
        if line <= header:
            continue
        source, number = clean(cells.get(at["source"], "")), clean(cells.get(at["member_id"], ""))
        member = f"{source}:{number}" if source and number else None
        field = known.get(key(cells.get(at["column_name"], "")))
        fields: dict[int, str | None] = {
            **dict.fromkeys(values, field),
            at["member_id"]: "member_id",
            at["name"]: "name",
        }
        yield Line(grid.sheet, line, cells, fields, headers, member, values)


def _plain(grid: Grid, values: pd.DataFrame) -> Iterator[Line]:
    for line, cells in _filled(values):
        yield Line(grid.sheet, line, cells, {}, {})


def _filled(values: pd.DataFrame) -> Iterator[tuple[int, dict[int, str]]]:
    places_ = positions(values)
    rows = values.itertuples(index=False, name=None)
    for line, row in zip(line_numbers(values), rows, strict=True):
        cells = {at: text for at, text in zip(places_, row, strict=True) if text}
        if cells:
            yield line, cells
