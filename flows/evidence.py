"""What the published warehouse says about records: their links, the decisions on them, their company."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from flows import published
from flows.faces import faces
from flows.fate import fate, saying
from transforms.matching import explanation
from transforms.matching.decisions.decision import Pair, Record
from transforms.matching.explanation import Face, Link, Said
from transforms.moments import in_paris

_LINKS = """
WITH asked AS (SELECT unnest($keys) AS key),
sided AS (
    SELECT *,
        left_source || ':' || left_member_id IN (FROM asked) AS left_asked,
        right_source || ':' || right_member_id IN (FROM asked) AS right_asked
    FROM match_pairs
)
SELECT
    sided.left_source, sided.left_member_id, sided.right_source, sided.right_member_id,
    sided.probability, sided.zone, sided.reasons,
    one.company_id = other.company_id AS together,
    queue.priority IS NOT NULL AS queued,
    queue.cause,
    queue.priority
FROM sided
JOIN memberships AS one ON (one.source, one.member_id) = (sided.left_source, sided.left_member_id)
JOIN memberships AS other ON (other.source, other.member_id) = (sided.right_source, sided.right_member_id)
LEFT JOIN review_queue AS queue
    ON (queue.left_source, queue.left_member_id, queue.right_source, queue.right_member_id)
    = (sided.left_source, sided.left_member_id, sided.right_source, sided.right_member_id)
WHERE {condition}
ORDER BY sided.probability DESC, sided.left_source, sided.left_member_id, sided.right_source,
    sided.right_member_id
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
    ends = {f"{row[at]}:{row[at + 1]}" for row in rows for at in (0, 2)}
    known = faces(con, ends)
    on_pair = defaultdict(list)
    for said in decisions(con, sorted(ends), both=True):
        on_pair[frozenset((said.left, said.right))].append(said)
    return {((row[0], row[1]), (row[2], row[3])): _link(row, known, on_pair) for row in rows}


def decisions(con: duckdb.DuckDBPyConnection, keys: list[str], *, both: bool) -> tuple[Said, ...]:
    """The decisions that are not taken back with both ends, or one at least, among the records `keys`."""
    query = con.execute(_DECISIONS.format(both="AND" if both else "OR"), {"keys": keys})
    names = [column[0] for column in query.description or ()]
    rows = (dict(zip(names, row, strict=True)) for row in query.fetchall())
    # Of a member that has left the number may be that of another one by now.
    return tuple(_said(row) for row in rows if not (both and row.get("outcome") == "gone"))


def _link(
    row: tuple[Any, ...], known: Mapping[str, Face], on_pair: Mapping[frozenset[str], Sequence[Said]]
) -> Link:
    left, right = f"{row[0]}:{row[1]}", f"{row[2]}:{row[3]}"
    *_, probability, zone, reasons, together, queued, cause, priority = row
    said = on_pair.get(frozenset((left, right)), ())
    return Link(
        left=left,
        right=right,
        probability=probability,
        zone=zone,
        steps=explanation.steps(reasons),
        queued=queued,
        cause=cause,
        priority=priority,
        fate=fate(zone, said, together=together, queued=queued),
        faces=(known[left], known[right]),
    )


def _said(row: dict[str, Any]) -> Said:
    return Said(
        decision_id=row["decision_id"],
        left=f"{row['left_source']}:{row['left_member_id']}",
        right=f"{row['right_source']}:{row['right_member_id']}",
        verdict=row["verdict"],
        steward=row["steward"],
        decided_on=f"{in_paris(row['decided_at']):%Y-%m-%d}",
        # A version that was published by an earlier Alliage does not say it.
        outcome=row.get("outcome"),
        against=row.get("against"),
        reason=row["reason"],
    )


def decided_same(decisions: Sequence[Said], members: set[Record]) -> set[Pair]:
    """The pairs of `members` that decisions « same » put together."""
    pairs = {ends_of(one) for one in saying(decisions, "same")}
    return {pair for pair in pairs if set(pair) <= members}


def ends_of(one: Said) -> Pair:
    """The pair that a decision is on, the smaller key first."""
    return pair_of(one.left, one.right)


def pair_of(left: str, right: str) -> Pair:
    """The pair of two records as `source:member_id`, the smaller key first."""
    one, other = sorted(map(published.as_record, (left, right)))
    return one, other
