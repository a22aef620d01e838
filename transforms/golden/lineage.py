"""Lineage of each golden cell: record, raw cell, rule, and what the other records said."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

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

# What a record says in one field, with its raw cell; the rule that chose it, null if another one was chosen.
_SAID = """struct_pack(field := '{field}', "value" := "{field}", raw_value := {cell}, rule := {rule})"""
_LINEAGE = """(
WITH records AS MATERIALIZED (
    SELECT {columns}
    FROM _records
    LEFT JOIN _cells USING (source, source_row)
    LEFT JOIN golden.companies AS companies USING (company_id)
),
-- It is quicker to say it again than to keep two million rows in memory.
said AS NOT MATERIALIZED (
    SELECT {keys}, unnest([{said}], recursive := true)
    FROM records
),
others AS NOT MATERIALIZED (
    SELECT company_id, field, n_records, struct_pack(source, member_id, source_row, raw_value, value) AS other
    FROM said
    WHERE rule IS NULL AND "value" IS NOT NULL AND n_records > 1
),
gathered AS (
    -- Most companies that have several records have two, and lists are slow to gather.
    SELECT company_id, field, [other] AS alternatives FROM others WHERE n_records = 2
    UNION ALL
    -- Structs sort by their first fields, a record's key; list(… ORDER BY …) takes three times as long.
    SELECT company_id, field, list_sort(list(other)) FROM others WHERE n_records > 2 GROUP BY ALL
)
SELECT
    company_id, field, value, source, member_id, source_row, raw_value, rule,
    coalesce(alternatives, []) AS alternatives,
    -- Corrections, which name their steward, are told afterwards.
    NULL AS steward, NULL AS corrected_at
FROM said
LEFT JOIN gathered USING (company_id, field)
WHERE rule IS NOT NULL AND "value" IS NOT NULL
)"""
_KEYS = ("company_id", "source", "member_id", "source_row", "n_records")


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
    columns, said = {name: f"_records.{name}" for name in _KEYS}, []
    for number, choice in enumerate(choices):
        columns[f"rule_{number}"] = f"_records.rule_{number}::VARCHAR"
        for field in choice.fields:
            # Fields that go back to the same cells share one column.
            cell = f"{field in choice.judged}:{'|'.join(choice.cells[field])}"
            columns[cell] = cells.text_of(field, choice)
            if choice.total is not None:
                # The record that stands for a total may have no say in it.
                raw, cell = columns[cell], f"{cell}:{field}"
                columns[cell] = f'CASE WHEN _records."{field}" IS NOT NULL THEN {raw} END'
            columns[field] = _value(field, choice, number, types[field])
            said.append(_SAID.format(field=field, cell=f'"{cell}"', rule=_rule(field, choice, number)))
    named = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    # Arrow shares the texts of the frame; of a frame DuckDB makes a Python object of each.
    con.register("_records", pa.Table.from_pandas(_with_rules(records, chosen), preserve_index=False))
    table = tables.public_table("lineage", schema="golden")
    query = _LINEAGE.format(columns=named, keys=", ".join(_KEYS), said=", ".join(said))
    tables.fill(con, table, query)
    con.unregister("_records")


def _with_rules(records: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """The records with the size of their company, and `rule_<number of the choice>` where they are chosen."""
    rules = {}
    for number, (_, winners) in enumerate(chosen):
        numbers, names = pd.factorize(winners["rule"])
        chosen_by = np.full(len(records), -1)
        chosen_by[winners["record"]] = numbers
        rules[f"rule_{number}"] = pd.Categorical.from_codes(chosen_by, names)
    sizes = records.groupby("company_id")["company_id"].transform("size")
    return records.assign(n_records=sizes, **rules)


def _value(field: str, choice: Choice, number: int, column_type: str) -> str:
    """SQL of what a record says as text; where it stands for a total, the company's total."""
    own = as_text(f'_records."{field}"', column_type)
    if choice.total is None:
        return own
    total = as_text(f'companies."{field}"', column_type)
    return f"CASE WHEN _records.rule_{number} IS NULL THEN {own} ELSE {total} END"


def _rule(field: str, choice: Choice, number: int) -> str:
    """SQL of what lineage shows as the rule: the one that chose, or what the field is instead of a choice."""
    mark = choice.total or choice.marks.get(field)
    return f"rule_{number}" if mark is None else f"CASE WHEN rule_{number} IS NOT NULL THEN '{mark}' END"
