"""The cell of the export that a value was read from, as received or as corrected since, as SQL."""

from dataclasses import dataclass

import duckdb

from transforms import reference
from transforms.golden.rules import Choice
from transforms.text import is_placeholder, longest_placeholder

_LOOK_UP = "@"

_TEXTS = """
SELECT
    cells.source, cells.source_row, cells.field, cells.position,
    coalesce(cells.corrected, cells.value) AS text
FROM raw.cells AS cells
WHERE cells.field IN ({fields}) AND trim(text) <> ''
"""
# Only these can be placeholders; is_placeholder decides.
_SHORT_OR_BLANK = """
SELECT DISTINCT text FROM ({texts}) WHERE length(text) <= {longest} OR NOT regexp_matches(text, '[[:alnum:]]')
"""
# One row a record and one column a field; of two columns of one export read as the same field, the left one.
_CELLS = """
CREATE OR REPLACE TEMP TABLE _cells AS
WITH refused AS (
    SELECT DISTINCT source, source_row, field FROM standard.rejections WHERE severity <> 'info'
),
cells AS (
    SELECT
        texts.*,
        struct_pack(text, refused := refused.field IS NOT NULL, empty := nothing.said IS NOT NULL) AS cell
    FROM ({texts}) AS texts
    LEFT JOIN refused USING (source, source_row, field)
    LEFT JOIN (SELECT unnest($says_nothing) AS said) AS nothing ON nothing.said = texts.text
)
SELECT source, source_row, {columns}
FROM cells
GROUP BY source, source_row
"""


@dataclass(frozen=True)
class _Option:
    """SQL of a column of the export, or of columns read together: text, whether refused, whether empty."""

    text: str
    refused: str = "false"
    empty: str = "false"

    @property
    def stated(self) -> str:
        """The text unless it says that there is no value."""
        return f"CASE WHEN NOT {self.empty} THEN {self.text} END"

    @property
    def kept(self) -> str:
        """The text unless it says so or was refused."""
        return f"CASE WHEN NOT ({self.empty} OR {self.refused}) THEN {self.text} END"


class RawCells:
    """The cells that choices can go back to: the temporary table `_cells`, a row each (source, source_row).

    Each field is a struct: its text, whether the cell was refused, and whether it says that there is no value
    (`reference/placeholders.yml`). Columns with personal data are none of them.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, choices: tuple[Choice, ...]) -> None:
        named = set[str]().union(*(choice.columns for choice in choices))
        named |= {name for (name,) in con.execute("SELECT DISTINCT active_field FROM raw.sources").fetchall()}
        known = reference.load("fields")
        self._fields = sorted(name for name in named if name in known and not known[name]["personal"])
        texts = _TEXTS.format(fields=", ".join(f"'{field}'" for field in self._fields))
        found = con.execute(_SHORT_OR_BLANK.format(texts=texts, longest=longest_placeholder())).fetchall()
        columns = ", ".join(
            f"arg_min(cell, position) FILTER (field = '{field}') AS \"{field}\"" for field in self._fields
        )
        says_nothing = [text for (text,) in found if is_placeholder(text)]
        con.execute(_CELLS.format(texts=texts, columns=columns), {"says_nothing": says_nothing})

    def text_of(self, field: str, choice: Choice) -> str:
        """SQL of the raw cell from which a record's `field` was read; null where it comes from none.

        It stands where `_records` (`survivorship.candidates`, with active_field of the source) and `_cells`
        are joined: `choice` may name a column of the one that names a column of the other.
        """
        options = [self._option(names) for names in choice.cells[field]]
        if len(options) == 1:
            return options[0].text
        preferred = [one.stated for one in options]
        if field not in choice.judged:
            preferred = [*(one.kept for one in options), *preferred]
        return f"coalesce({', '.join([*preferred, *(one.text for one in options)])})"

    def _option(self, names: str) -> _Option:
        first, *others = [self._column(name) for name in names.split("+")]
        for other in others:
            here, there = first.kept, other.kept
            first = _Option(f"coalesce({here} || ' ' || {there}, {here}, {there})")
        return first

    def _column(self, name: str) -> _Option:
        """One column of the export, or the one that each record itself names."""
        cell = f'_cells."{name}"'
        if name.startswith(_LOOK_UP):
            cases = " ".join(f"WHEN '{field}' THEN _cells.\"{field}\"" for field in self._fields)
            cell = f"(CASE _records.{name.removeprefix(_LOOK_UP)} {cases} END)"
        return _Option(f"{cell}.text", f"coalesce({cell}.refused, false)", f"coalesce({cell}.empty, false)")
