"""The cell of the export that a value was read from, as received or as corrected since."""

import duckdb
import pandas as pd

from transforms import reference
from transforms.golden.rules import Choice
from transforms.text import is_placeholder

_REFUSED = ":refused"
_EMPTY = ":empty"
_LOOK_UP = "@"

# One row a record and one column a field; of two columns of one export read as the same field, the left one.
_CELL_TEXT = """
arg_min(text, position) FILTER (field = '{field}') AS "{field}",
coalesce(bool_or(refused) FILTER (field = '{field}'), false) AS "{field}:refused"
"""
_CELLS = """
WITH refused AS (
    SELECT DISTINCT source, source_row, field FROM standard.rejections WHERE severity <> 'info'
),
cells AS (
    SELECT
        cells.source, cells.source_row, cells.field, position,
        nullif(trim(coalesce(cells.corrected, cells.value)), '') IS NOT NULL AS is_filled,
        CASE WHEN is_filled THEN coalesce(cells.corrected, cells.value) END AS text,
        refused.field IS NOT NULL AS refused
    FROM raw.cells AS cells
    LEFT JOIN refused USING (source, source_row, field)
    WHERE cells.field IS NOT NULL
)
SELECT source, source_row, {columns}
FROM cells
GROUP BY source, source_row
"""


def raw_cells(con: duckdb.DuckDBPyConnection, choices: tuple[Choice, ...]) -> pd.DataFrame:
    """The cells that `choices` can go back to, as received or as corrected since.

    Returns:
        source, source_row; for each field its text, NULL where empty, `<field>:refused`, whether the cell was
        refused; `<field>:empty`, whether it says that there is no value (`reference/placeholders.yml`).
    """
    named = set[str]().union(*(choice.columns for choice in choices))
    named |= {name for (name,) in con.execute("SELECT DISTINCT active_field FROM raw.sources").fetchall()}
    known = reference.load("fields")
    fields = sorted(name for name in named if name in known and not known[name]["personal"])
    columns = ", ".join(_CELL_TEXT.format(field=field) for field in fields)
    cells = con.execute(_CELLS.format(columns=columns)).df().astype(dict.fromkeys(fields, "str"))
    return cells.assign(**{f"{field}{_EMPTY}": _is_placeholder(cells[field]) for field in fields})


def cell_of(field: str, choice: Choice, records: pd.DataFrame, cells: pd.DataFrame) -> "pd.Series[str]":
    """The raw cell from which each record's `field` was read; NULL where it comes from none.

    Args:
        field: a field of `choice`.
        choice: names the columns of the export, in order.
        records: as `survivorship.candidates` gives them, with active_field of the source.
        cells: as `raw_cells` gives them, one row for each of `records`, same index.
    """
    options = [_option(name, records, cells) for name in choice.cells[field]]
    texts = [option["text"] for option in options]
    if len(options) == 1:
        return texts[0]
    stated = [option["text"].mask(option["empty"]) for option in options]
    if field not in choice.judged:
        kept = [text.mask(option["refused"]) for text, option in zip(stated, options, strict=True)]
        stated = [*kept, *stated]
    return _first_filled([*stated, *texts])


def _option(names: str, records: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Text, refused, empty of one column, or of columns that are read together."""
    first, *others = [_named_column(name, records, cells) for name in names.split("+")]
    for other in others:
        here, there = (part["text"].mask(part["refused"] | part["empty"]) for part in (first, other))
        both = _first_filled([here + " " + there, here, there])
        first = pd.DataFrame({"text": both, "refused": False, "empty": False})
    return first


def _named_column(name: str, records: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Text, refused, empty of one column of the export, or of the column that each record itself names."""
    if not name.startswith(_LOOK_UP):
        flags = {"refused": cells[f"{name}{_REFUSED}"].eq(True), "empty": cells[f"{name}{_EMPTY}"].eq(True)}
        return pd.DataFrame({"text": cells[name], **flags})
    column = records[name.removeprefix(_LOOK_UP)]
    found = pd.DataFrame(
        {"text": pd.Series(dtype="str"), "refused": False, "empty": False}, index=records.index
    )
    # A column with personal data is none of `cells`, and stays unseen.
    for field in column[column.isin(cells.columns)].unique():
        found = found.mask(column == field, _named_column(field, records, cells))
    return found


def _first_filled(options: "list[pd.Series[str]]") -> "pd.Series[str]":
    first = options[0]
    for option in options[1:]:
        first = first.where(first.notna(), option)
    return first


def _is_placeholder(texts: "pd.Series[str]") -> "pd.Series[bool]":
    says_nothing = {text: is_placeholder(text) for text in texts.dropna().unique()}
    return texts.map(says_nothing).eq(True)
