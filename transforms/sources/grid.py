"""What both readers hand on: the cells of one sheet as text, with their true line numbers."""

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Grid:
    """One sheet as received.

    Args:
        values: texts, one row a line; the index is the line in the file, the columns are positions (both
            from 1); an empty cell is ''.
        types: the type of each cell (text, number, date, boolean, error), same shape; None when all are text.
        hidden: whether people who open the workbook do not see the sheet.
        notes: what the reader had to do, in French, to be shown as warnings.
    """

    values: pd.DataFrame
    types: pd.DataFrame | None = None
    sheet: str | None = None
    hidden: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[str, ...] = field(default=())


def frame(rows: list[list[str]], lines: list[int]) -> pd.DataFrame:
    """Rows of unequal length as a frame of texts, short rows filled with ''."""
    width = max(map(len, rows), default=0)
    padded = [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]
    index = pd.Index(lines, dtype="int64", name="source_row")
    columns = dict(enumerate(zip(*padded, strict=True), 1))
    return pd.DataFrame(columns, index=index, dtype=object)


def positions(values: pd.DataFrame) -> list[int]:
    """The positions of the columns."""
    return [int(position) for position in values.columns]


def line_numbers(values: pd.DataFrame | pd.Series) -> list[int]:
    """The lines of the file, in order."""
    return [int(line) for line in values.index.to_list()]
