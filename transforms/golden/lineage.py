"""Where each golden cell comes from: record, raw cell, rule, and what the other records said."""

from functools import cache

import duckdb
import pandas as pd
import pyarrow as pa
from anyascii import anyascii

from transforms import reference
from transforms.golden.rules import Choice
from transforms.golden.survivorship import Chosen

_REFUSED = ":refused"
_EMPTY = ":empty"
_LOOK_UP = "@"
_KEYS = ("company_id", "source", "member_id", "source_row")

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
_SAID = """{{'field': '{field}', 'value': "{field}", 'raw_value': "{cell}"}}"""
# A total stands over all records: its value is the company's, its raw cell that of one of its terms.
_LINEAGE = """
WITH said AS MATERIALIZED (
    SELECT * FROM (SELECT record, unnest([{said}], recursive := true) FROM _texts) WHERE value IS NOT NULL
),
kept AS (
    SELECT
        winners.company_id, fields.field, winners.record,
        coalesce(fields.mark, winners.rule) AS rule,
        coalesce(totals.value, said.value) AS value,
        said.raw_value
    FROM _winners AS winners
    JOIN _fields AS fields USING (choice)
    LEFT JOIN said ON said.record = winners.record AND said.field = fields.field
    LEFT JOIN _totals AS totals ON totals.company_id = winners.company_id AND totals.field = fields.field
    WHERE coalesce(totals.value, said.value) IS NOT NULL
),
others AS (
    SELECT
        kept.company_id, kept.field,
        list(
            struct_pack(source, member_id, source_row, raw_value := said.raw_value, value := said.value)
            ORDER BY source, member_id
        ) AS alternatives
    FROM kept
    JOIN _texts AS texts USING (company_id)
    JOIN said ON said.record = texts.record AND said.field = kept.field
    WHERE texts.record <> kept.record
    GROUP BY kept.company_id, kept.field
)
SELECT
    kept.company_id, kept.field, kept.value, source, member_id, source_row, raw_value, rule,
    coalesce(alternatives, []) AS alternatives
FROM kept
JOIN _texts AS texts USING (record)
LEFT JOIN others ON others.company_id = kept.company_id AND others.field = kept.field
"""


def raw_cells(con: duckdb.DuckDBPyConnection, choices: tuple[Choice, ...]) -> pd.DataFrame:
    """The cells that `choices` can go back to, as received or as corrected since.

    Returns:
        source, source_row; for each field its text, NULL where empty, `<field>:refused`, whether the cell was
        refused; `<field>:empty`, whether it says that there is no value (`reference/placeholders.yml`).
    """
    named = {name for choice in choices for names in choice.cells.values() for name in names}
    named |= {name for (name,) in con.execute("SELECT DISTINCT active_field FROM raw.sources").fetchall()}
    known = reference.load("fields")
    fields = sorted(name for name in named if name in known and not known[name]["personal"])
    columns = ", ".join(_CELL_TEXT.format(field=field) for field in fields)
    cells = con.execute(_CELLS.format(columns=columns)).df()
    return cells.assign(**{f"{field}{_EMPTY}": _is_placeholder(cells[field]) for field in fields})


def cell_of(field: str, choice: Choice, records: pd.DataFrame, cells: pd.DataFrame) -> "pd.Series[str]":
    """The raw cell from which each record's `field` was read; NULL where it comes from none.

    Args:
        field: a field of `choice`.
        choice: names the columns of the export, in order.
        records: as `survivorship.candidates` gives them, with active_field of the source.
        cells: as `raw_cells` gives them, one row for each of `records`, same index.
    """
    options = [_named_column(name, records, cells) for name in choice.cells[field]]
    texts = [option["text"] for option in options]
    if len(options) == 1:
        return texts[0]
    stated = [option["text"].mask(option["empty"]) for option in options]
    if field not in choice.judged:
        kept = [text.mask(option["refused"]) for text, option in zip(stated, options, strict=True)]
        stated = [*kept, *stated]
    return _first_filled([*stated, *texts])


def text_of(values: pd.Series) -> "pd.Series[str]":
    """Values as lineage writes them: ISO dates, true and false, numbers without idle zeros; NULL stays."""
    plain = values.astype(object)
    return plain.map({value: _written(value) for value in plain.dropna().unique()}).astype("str")


def lineage(
    con: duckdb.DuckDBPyConnection,
    golden: pd.DataFrame,
    records: pd.DataFrame,
    cells: pd.DataFrame,
    chosen: Chosen,
) -> pa.Table:
    """One row for each non-null cell of `golden`, in the columns of the public table lineage.

    Args:
        con: where the rows are put together.
        golden: as `survivorship.companies` gives it.
        records: as `survivorship.candidates` gives them.
        cells: as for `cell_of`.
        chosen: each choice with its `survivorship.chosen_records`.
    """
    choices = [choice for choice, _ in chosen]
    texts, said = _texts(choices, records, cells)
    con.register("_texts", texts)
    con.register("_winners", pd.concat([_winners(choice, rows) for choice, rows in chosen]))
    con.register("_fields", _fields(choices))
    con.register("_totals", _totals(choices, golden))
    rows = con.sql(_LINEAGE.format(said=", ".join(said))).to_arrow_table()
    for name in ("_texts", "_winners", "_fields", "_totals"):
        con.unregister(name)
    return rows


def _texts(
    choices: list[Choice], records: pd.DataFrame, cells: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Each record's keys, its values and raw cells as text; and for each field the SQL that reads them.

    Fields that go back to the same cells share one column.
    """
    columns: dict[str, pd.Series] = {name: records[name] for name in _KEYS}
    said = []
    for choice in choices:
        for field in choice.fields:
            cell = f"{field in choice.judged}:{'|'.join(choice.cells[field])}"
            if cell not in columns:
                columns[cell] = cell_of(field, choice, records, cells)
            said.append(_SAID.format(field=field, cell=cell))
            columns[field] = text_of(records[field])
    return pd.DataFrame(columns).reset_index(names="record"), said


def _winners(choice: Choice, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reset_index().assign(choice=choice.main)


def _fields(choices: list[Choice]) -> pd.DataFrame:
    """The choice that each field belongs to, and what stands in lineage instead of the rule that chose."""
    rows = [
        (choice.main, field, choice.total or choice.marks.get(field))
        for choice in choices
        for field in choice.fields
    ]
    return pd.DataFrame(rows, columns=["choice", "field", "mark"], dtype="str")


def _totals(choices: list[Choice], golden: pd.DataFrame) -> pd.DataFrame:
    """The totals of each company as text: company_id, field, value."""
    parts = [
        pd.DataFrame({"company_id": golden["company_id"], "field": field, "value": text_of(golden[field])})
        for choice in choices
        if choice.total is not None
        for field in choice.fields
    ]
    return pd.concat(parts)


def _named_column(name: str, records: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Text, refused, empty of one column of the export, or of the column that each record itself names."""
    if not name.startswith(_LOOK_UP):
        flags = {"refused": cells[f"{name}{_REFUSED}"].eq(True), "empty": cells[f"{name}{_EMPTY}"].eq(True)}
        return pd.DataFrame({"text": cells[name], **flags})
    column = records[name.removeprefix(_LOOK_UP)]
    found = pd.DataFrame(
        {"text": pd.Series(dtype="str"), "refused": False, "empty": False}, index=records.index
    )
    for field in column.dropna().unique():
        found = found.mask(column == field, _named_column(field, records, cells))
    return found


def _first_filled(options: "list[pd.Series[str]]") -> "pd.Series[str]":
    first = options[0]
    for option in options[1:]:
        first = first.where(first.notna(), option)
    return first


def _is_placeholder(texts: "pd.Series[str]") -> "pd.Series[bool]":
    says_nothing = {text: _says_nothing(text) for text in texts.dropna().unique()}
    return texts.map(says_nothing).eq(True)


def _says_nothing(text: str) -> bool:
    texts, longest = _placeholders()
    folded = " ".join(anyascii(text).upper().split()) if len(text) <= longest else ""
    return folded in texts or not any(char.isalnum() for char in text)


@cache
def _placeholders() -> tuple[frozenset[str], int]:
    """The folded texts, and the length beyond which no cell can fold to one (spaces around it apart)."""
    texts = frozenset(reference.load("placeholders")["texts"])
    return texts, max(map(len, texts)) + 20


def _written(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)
