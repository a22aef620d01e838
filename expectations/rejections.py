"""The rows that fail a quality rule, told in the words of the export: file, line, column, value."""

from collections.abc import Iterable

import duckdb
import pandas as pd

from expectations.rules import Data, Rule
from expectations.runner import Outcome
from transforms.refusals import is_personal, refusal

_PLACE = ["source", "file", "sheet", "source_row", "member_id"]
_WHOLE_ROW = "*"

# A rule may concern several cells of a record; the first one that is filled is the one to correct, in the
# order of the rule's fields, else the first one that the export has a column for.
_RECEIVED = """
WITH candidates AS (
    SELECT
        failing.*,
        columns.header,
        coalesce(cells.corrected, cells.value) AS value,
        columns.position
    FROM failing
    LEFT JOIN raw.columns AS columns
        ON columns.source = failing.source
        AND columns.field = failing.field
    LEFT JOIN raw.cells AS cells
        ON cells.source = columns.source
        AND cells.source_row = failing.source_row
        AND cells.position = columns.position
)

SELECT
    source,
    file,
    sheet,
    source_row,
    member_id,
    header AS column_name,
    field,
    value,
    rule,
    detail
FROM candidates
QUALIFY row_number() OVER (
    PARTITION BY source, source_row, rule
    ORDER BY nullif(value, '') IS NULL, header IS NULL, preference, position
) = 1
"""


def failing_rows(con: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome], data: Data) -> pd.DataFrame:
    """The rows of `quality.rejections`: one for each failing record and rule.

    A company that fails stands with all its records; a failing total has no row to show.
    """
    failing = [_located(outcome, data) for outcome in outcomes if outcome.failed_rows]
    shown = [frame for frame in failing if not frame.empty]
    if not shown:
        return _worded(pd.DataFrame(columns=[*_PLACE, "column_name", "field", "value", "rule", "detail"]))
    con.register("failing", pd.concat(shown, ignore_index=True))
    received = con.execute(_RECEIVED).df()
    con.unregister("failing")
    return _worded(received)


def _located(outcome: Outcome, data: Data) -> pd.DataFrame:
    """Place, rule, and one line for each field that the rule may concern."""
    rule = outcome.rule
    table = data[rule.table]
    rows = table.loc[list(outcome.failed_rows)].assign(detail="")
    if rule.detail is not None:
        rows["detail"] = rule.detail(table, data)[rows.index]
    if rule.table == "golden.companies":
        members = data["golden.memberships"]
        rows = members[members["company_id"].isin(rows["company_id"])].assign(detail="")
    if "source_file" not in rows:
        return pd.DataFrame()
    places = rows.rename(columns={"source_file": "file", "source_sheet": "sheet"})[[*_PLACE, "detail"]]
    fields = pd.DataFrame(enumerate(_fields(rule)), columns=["preference", "field"])
    return places.astype({"sheet": "string"}).merge(fields, how="cross").assign(rule=rule.name)


def _fields(rule: Rule) -> tuple[str, ...]:
    return rule.fields or (_WHOLE_ROW,)


def _worded(received: pd.DataFrame) -> pd.DataFrame:
    texts = {name: refusal(name) for name in received["rule"].unique()}
    messages = [
        texts[rule].told(detail) for rule, detail in zip(received["rule"], received["detail"], strict=True)
    ]
    return received.drop(columns="detail").assign(
        severity=received["rule"].map({name: text.severity for name, text in texts.items()}),
        message=pd.Series(messages, index=received.index, dtype="object"),
        personal=received["field"].map(is_personal).astype(bool),
    )
