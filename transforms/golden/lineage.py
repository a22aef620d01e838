"""Lineage of each golden cell: record, raw cell, rule, and what the other records said."""

import duckdb
import pandas as pd

from transforms.golden.raw_cells import RawCells
from transforms.golden.rules import Choice
from transforms.golden.survivorship import Chosen
from transforms.warehouse import tables

# How lineage writes a value: ISO dates, numbers without idle zeros; anything else as DuckDB does.
_WRITTEN = {
    "DATE": "{}::DATE::VARCHAR",
    "DOUBLE": "CASE WHEN {0} = trunc({0}) THEN {0}::BIGINT::VARCHAR ELSE {0}::DOUBLE::VARCHAR END",
}
_DECIMAL = "DECIMAL"

_SAID = """{{'field': '{field}', 'value': {value}, 'raw_value': {cell}}}"""
# A total stands over all records: its value is the company's, its raw cell that of one of its terms.
_LINEAGE = """(
WITH said AS MATERIALIZED (
    SELECT * FROM (
        SELECT record, company_id, n_records, unnest([{said}], recursive := true)
        FROM _records
        LEFT JOIN _cells USING (source, source_row)
    )
    WHERE value IS NOT NULL
),
kept AS MATERIALIZED (
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
    FROM said
    JOIN kept ON kept.company_id = said.company_id AND kept.field = said.field
    JOIN _records ON _records.record = said.record
    WHERE said.n_records > 1 AND said.record <> kept.record
    GROUP BY ALL
)
SELECT
    kept.company_id, kept.field, kept.value, source, member_id, source_row, raw_value, rule,
    coalesce(alternatives, []) AS alternatives
FROM kept
JOIN _records USING (record)
LEFT JOIN others ON others.company_id = kept.company_id AND others.field = kept.field
)"""


def as_text(column: str, column_type: str) -> str:
    """SQL of `column` as lineage writes it: ISO dates, numbers without idle zeros; null stays null."""
    kind = "DOUBLE" if column_type.startswith(_DECIMAL) else column_type
    return _WRITTEN.get(kind, "{}::VARCHAR").format(column)


def write_lineage(
    con: duckdb.DuckDBPyConnection, companies: tables.Table, records: pd.DataFrame, chosen: Chosen
) -> None:
    """Write `golden.lineage`: one row for each non-null cell of `golden.companies` that `chosen` gives.

    Args:
        con: where `golden.companies` is written already.
        companies: its definition, which says how each column is written as text.
        records: as `survivorship.candidates` gives them, with active_field of the source.
        chosen: each choice with its `survivorship.chosen_records`.
    """
    choices = tuple(choice for choice, _ in chosen)
    cells = RawCells(con, choices)
    types = {column.name: column.type for column in companies.columns}
    said = [
        _SAID.format(
            field=field,
            value=as_text(f'_records."{field}"', types[field]),
            cell=cells.text_of(field, choice),
        )
        for choice in choices
        for field in choice.fields
    ]
    sizes = records.groupby("company_id")["company_id"].transform("size")
    frames = {
        "_records": records.assign(n_records=sizes).reset_index(names="record"),
        "_winners": pd.concat([rows.reset_index().assign(choice=choice.main) for choice, rows in chosen]),
        "_fields": _fields(choices),
    }
    for name, frame in frames.items():
        con.register(name, frame)
    con.execute(f"CREATE OR REPLACE TEMP VIEW _totals AS {_totals(choices, types)}")
    tables.fill(con, tables.public_table("lineage", schema="golden"), _LINEAGE.format(said=", ".join(said)))
    for name in frames:
        con.unregister(name)


def _fields(choices: tuple[Choice, ...]) -> pd.DataFrame:
    """The choice that each field belongs to, and what stands in lineage instead of the rule that chose."""
    rows = [
        (choice.main, field, choice.total or choice.marks.get(field))
        for choice in choices
        for field in choice.fields
    ]
    return pd.DataFrame(rows, columns=["choice", "field", "mark"], dtype="str")


def _totals(choices: tuple[Choice, ...], types: dict[str, str]) -> str:
    """SQL of the totals of each company as text: company_id, field, value."""
    fields = [field for choice in choices if choice.total is not None for field in choice.fields]
    said = {field: as_text(field, types[field]) for field in fields}
    return " UNION ALL ".join(
        f"SELECT company_id, '{field}' AS field, {text} AS value FROM golden.companies"
        for field, text in said.items()
    )
