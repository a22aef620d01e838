"""What the published warehouse says about records: their links, the decisions on them, their company."""

from collections.abc import Sequence
from typing import Any

import duckdb

from flows import published
from transforms.matching import explanation
from transforms.matching.decisions.decision import Pair, Record
from transforms.matching.explanation import Link, Said

_LINKS = """
WITH asked AS (SELECT unnest($keys) AS key),
sided AS (
    SELECT *,
        left_source || ':' || left_member_id IN (FROM asked) AS left_asked,
        right_source || ':' || right_member_id IN (FROM asked) AS right_asked
    FROM match_pairs
)
SELECT left_source, left_member_id, right_source, right_member_id, probability, zone, reasons
FROM sided
WHERE {condition}
ORDER BY probability DESC, left_source, left_member_id, right_source, right_member_id
{limit}
"""
_DECISIONS = """
WITH asked AS (SELECT unnest($keys) AS key)
SELECT *
FROM decisions
WHERE revoked_at IS NULL
    AND (
        left_source || ':' || left_member_id IN (FROM asked)
        {both} right_source || ':' || right_member_id IN (FROM asked)
    )
ORDER BY decided_at, decision_id
"""
_MEMBERS = """
SELECT source, member_id, source_file, source_row, match_status, probability
FROM memberships
WHERE company_id = ?
ORDER BY source, member_id
"""


def members(con: duckdb.DuckDBPyConnection, company_id: str) -> list[tuple[Any, ...]]:
    """Source, number, file, line, match_status, probability of each record of a company, by key."""
    return con.execute(_MEMBERS, [company_id]).fetchall()


def links(
    con: duckdb.DuckDBPyConnection, keys: list[str], condition: str, limit: str = ""
) -> dict[Pair, Link]:
    """The kept pairs of the records `keys`, the most probable first.

    Args:
        con: the published file.
        keys: records as `source:member_id`.
        condition: on `left_asked` and `right_asked`, whether an end is among them.
        limit: a LIMIT clause, or nothing.
    """
    rows = con.execute(_LINKS.format(condition=condition, limit=limit), {"keys": keys}).fetchall()
    return {
        ((row[0], row[1]), (row[2], row[3])): Link(
            left=f"{row[0]}:{row[1]}",
            right=f"{row[2]}:{row[3]}",
            probability=row[4],
            zone=row[5],
            steps=explanation.steps(row[6]),
        )
        for row in rows
    }


def decisions(con: duckdb.DuckDBPyConnection, keys: list[str], *, both: bool) -> tuple[Said, ...]:
    """The decisions that are not taken back with both ends, or one at least, among the records `keys`."""
    query = con.execute(_DECISIONS.format(both="AND" if both else "OR"), {"keys": keys})
    names = [column[0] for column in query.description or ()]
    return tuple(_said(dict(zip(names, row, strict=True))) for row in query.fetchall())


def _said(row: dict[str, Any]) -> Said:
    return Said(
        decision_id=row["decision_id"],
        left=f"{row['left_source']}:{row['left_member_id']}",
        right=f"{row['right_source']}:{row['right_member_id']}",
        verdict=row["verdict"],
        steward=row["steward"],
        decided_on=f"{row['decided_at']:%Y-%m-%d}",
        # A version that was published by an earlier Alliage does not say it.
        outcome=row.get("outcome"),
        reason=row["reason"],
    )


def decided_same(decisions: Sequence[Said], members: set[Record]) -> set[Pair]:
    """The pairs of `members` that decisions « same » put together."""
    pairs = {
        (min(ends), max(ends))
        for one in decisions
        if one.verdict == "same"
        for ends in [[published.as_record(one.left), published.as_record(one.right)]]
    }
    return {pair for pair in pairs if set(pair) <= members}
