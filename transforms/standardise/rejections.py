"""From the rules that the rooms found to the cells that are refused: as received, with where and why."""

from collections.abc import Iterable

import duckdb
import pandas as pd

from transforms import reference
from transforms.personal import contains_contact
from transforms.refusals import is_personal, refusal
from transforms.report import Remark

_AS_RECEIVED = """
WITH fields AS (
    SELECT source, field, min(position) AS position, arg_min(header, position) AS header
    FROM raw.columns
    WHERE field IS NOT NULL
    GROUP BY source, field
)
SELECT
    found.source,
    records.source_file AS file,
    records.source_sheet AS sheet,
    records.source_row,
    found.member_id,
    fields.header AS column_name,
    found.field,
    coalesce(cells.corrected, cells.value) AS value,
    found.rule
FROM _found AS found
JOIN raw.records USING (source, member_id)
LEFT JOIN fields USING (source, field)
LEFT JOIN raw.cells AS cells
    ON cells.source = records.source
    AND cells.source_row = records.source_row
    AND cells.position = fields.position
ORDER BY found.source, records.source_row, found.field, found.rule
"""


def refused_cells(
    con: duckdb.DuckDBPyConnection, records: pd.DataFrame, rules: Iterable[tuple[str, pd.Series]]
) -> pd.DataFrame:
    """One row of `standard.rejections` for each refused cell.

    Args:
        con: the build database, with `raw.records`, `raw.columns` and `raw.cells`.
        records: `source` and `member_id` of each record.
        rules: fields, each with the rule that its cells break (None where fine), index as `records`.

    Raises:
        KeyError: a rule is not in `reference/refusals.yml`.
    """
    keys = records[["source", "member_id"]]
    found = [
        keys[rule.notna()].assign(field=field, rule=rule[rule.notna()].astype(str)) for field, rule in rules
    ]
    con.register("_found", pd.concat(found).astype(str))
    frame = con.execute(_AS_RECEIVED).df()
    con.unregister("_found")
    return frame.assign(
        severity=[refusal(rule).severity for rule in frame["rule"]],
        message=[refusal(rule).message for rule in frame["rule"]],
        personal=[
            is_personal(field) or (isinstance(value, str) and contains_contact(value))
            for field, value in zip(frame["field"], frame["value"], strict=True)
        ],
    )


def remarks(rejections: pd.DataFrame) -> tuple[Remark, ...]:
    """One remark for each source, field and rule, in French, without any value."""
    counted = rejections.groupby(["source", "field", "rule"], as_index=False, sort=True).size()
    return tuple(
        _remark(source, field, rule, cells)
        for source, field, rule, cells in counted.itertuples(index=False, name=None)
    )


def _remark(source: str, field: str, rule: str, cells: int) -> Remark:
    refused = refusal(rule)
    plural = "s" if cells > 1 else ""
    kept = refused.severity == "info"
    outcome = f"cellule{plural} à vérifier" if kept else f"cellule{plural} refusée{plural}"
    label = reference.load("fields")[field]["label"]
    text = f"{label} : {cells} {outcome} ({rule}). {refused.problem}"
    return Remark(level="info" if kept else "warning", source=source, text=text)
