"""Lineage of each golden cell: record, raw cell, rule, and what the other records said."""

import duckdb
import pandas as pd
import pyarrow as pa

from transforms.golden.raw_cells import cell_of
from transforms.golden.rules import Choice
from transforms.golden.survivorship import Chosen
from transforms.personal import mask_values

_KEYS = ("company_id", "source", "member_id", "source_row")

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
        cells: as for `raw_cells.cell_of`.
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

    Fields that go back to the same cells share one column. Contacts in raw cells are masked.
    """
    columns: dict[str, pd.Series] = {name: records[name] for name in _KEYS}
    said = []
    for choice in choices:
        for field in choice.fields:
            cell = f"{field in choice.judged}:{'|'.join(choice.cells[field])}"
            if cell not in columns:
                columns[cell] = mask_values(cell_of(field, choice, records, cells))
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


def _written(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(float(value))
    return str(value)
