"""Lineage of corrected cells: who gave the value and when; what the records say is kept beside it."""

import duckdb
import pandas as pd

from transforms.stewards.correction import MARK

_BEFORE = """
CREATE OR REPLACE TEMP TABLE _before AS
SELECT lineage.* FROM golden.lineage AS lineage SEMI JOIN _corrected USING (company_id, field)
"""
_AWAY = """
DELETE FROM golden.lineage USING _corrected
WHERE (lineage.company_id, lineage.field) = (_corrected.company_id, _corrected.field)
"""
# What the chosen record said stands with the others, as one of them.
_NOW = f"""
INSERT INTO golden.lineage BY NAME
SELECT
    _corrected.company_id, _corrected.field, _corrected.value,
    '{MARK}' AS source, _corrected.correction_id AS member_id, NULL AS source_row,
    _corrected.raw_value, '{MARK}' AS rule,
    CASE
        WHEN _before.value IS NULL THEN []
        ELSE list_sort(
            list_append(
                _before.alternatives,
                struct_pack(
                    source := _before.source,
                    member_id := _before.member_id,
                    source_row := _before.source_row,
                    raw_value := _before.raw_value,
                    "value" := _before.value
                )
            )
        )
    END AS alternatives,
    _corrected.steward, _corrected.corrected_at
FROM _corrected
LEFT JOIN _before USING (company_id, field)
WHERE _corrected.value IS NOT NULL
"""


def write_lineage(con: duckdb.DuckDBPyConnection, cells: pd.DataFrame, corrections: pd.DataFrame) -> None:
    """Tell in `golden.lineage` of `cells`, as `effect.changed_cells` gives them, that stewards gave them.

    Args:
        con: where the lineage of the sources is written already.
        cells: the cells that corrections give.
        corrections: those that they come from, whose value stands as the raw one.
    """
    written = cells["value"].map(_text).astype("str").where(cells["value"].notna(), None)
    said = corrections[["correction_id", "steward", "corrected_at", "value"]]
    said = said.rename(columns={"value": "raw_value"})
    named = cells.assign(value=written).merge(said, on="correction_id")
    con.register("_corrected", named.astype({"value": object}))
    for statement in (_BEFORE, _AWAY, _NOW):
        con.execute(statement)
    con.unregister("_corrected")


def _text(value: object) -> str:
    """As lineage writes it: of a mark true or false."""
    return str(value).lower() if isinstance(value, bool) else str(value)
