"""What a judgement would do, in plain figures, before it is made: from the published warehouse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict

from flows import evidence, published
from flows.effect_text import sentence
from flows.fate import saying
from transforms.matching.decisions.decision import Record, Verdict
from transforms.matching.decisions.proposals import record_text

_COMPANY = """
SELECT companies.*, fee_scenarios.fee_eur AS grid_eur
FROM companies
LEFT JOIN fee_scenarios USING (company_id)
WHERE company_id = ? AND coalesce(scenario, 'grid') = 'grid'
"""
_MEMBERS = "SELECT source, member_id, is_active, fee_eur FROM memberships WHERE company_id = ? ORDER BY ALL"
_MATCHED = """
SELECT left_source, left_member_id, right_source, right_member_id
FROM match_pairs
WHERE zone = 'match'
    AND list_contains($keys, left_source || ':' || left_member_id)
    AND list_contains($keys, right_source || ':' || right_member_id)
"""
_KINDS = ("exact", "estimated", "unknown")


class Effect(BaseModel):
    """What a judgement on two records would do at the next merge, all else being equal; amounts in euros.

    Attributes:
        verdict: the judgement.
        kind: merge, split, none (nothing changes) or vain (it would not be followed).
        sizes: records of each side: of the two companies that would be one, or of the two parts.
        records: records that would change their company.
        doubles: companies counted in several networks that would come (+1) or go (−1).
        place: the town of the company, where it is known.
        fee_today: what the company or companies pay today, all networks together.
        fee_grid: what they would pay by the common grid as things stand.
        fee_grid_after: what would be paid by it afterwards, once only.
        jobs_twice: jobs that are counted twice today and would be once.
        against: the decisions, or SIREN, that a judgement in vain meets.
        sentence: all this in French.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    kind: Literal["merge", "split", "none", "vain"]
    sizes: tuple[int, int]
    records: int = 0
    doubles: int = 0
    place: str | None = None
    fee_today: float | None = None
    fee_grid: float | None = None
    fee_grid_after: float | None = None
    jobs_twice: float | None = None
    against: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class _Side:
    """A published company and its records."""

    row: Mapping[str, Any]
    active: Mapping[Record, bool] = field(default_factory=dict)

    @property
    def networks(self) -> frozenset[str]:
        """The networks that it is an active member of."""
        return _networks(self.active, self.active)


def effect_of(con: duckdb.DuckDBPyConnection, left: str, right: str, verdict: Verdict) -> Effect:
    """What the judgement `verdict` on two records would do.

    Of a merge the jobs and the fee by the grid are those of the company whose figure of jobs survives: an
    exact one, then the latest, then that of the source that comes first. Of a split that other links oppose
    the parts are not known before the next merge: then all records count as moved.

    Args:
        con: the published file.
        left: a record (`source:member_id`) or a company.
        right: the other one.
        verdict: same, different or unsure.

    Raises:
        InputError: one of them is not published, or both are the same company by its id.
    """
    ends = published.two_records(con, left, right)
    ids = [published.company_of(con, record_text(end)) for end in ends]
    one, other = (_side(con, company_id) for company_id in ids)
    if verdict == "same" and ids[0] != ids[1]:
        found = _merge(con, one, other)
    elif verdict == "different" and ids[0] == ids[1]:
        found = _split(con, one, ends)
    else:
        sizes = (len(one.active), len(other.active) if ids[0] != ids[1] else 0)
        found = Effect(verdict=verdict, kind="none", sizes=sizes)
    return found.model_copy(update={"sentence": sentence(found)})


def _side(con: duckdb.DuckDBPyConnection, company_id: str) -> _Side:
    query = con.execute(_COMPANY, [company_id])
    names = [column[0] for column in query.description or ()]
    (row,) = query.fetchall()
    members = con.execute(_MEMBERS, [company_id]).fetchall()
    active = {(source, member_id): is_active for source, member_id, is_active, _ in members}
    return _Side(dict(zip(names, row, strict=True)), active)


def _merge(con: duckdb.DuckDBPyConnection, one: _Side, other: _Side) -> Effect:
    sizes = (len(one.active), len(other.active))
    if against := _forbidding(con, one, other):
        return Effect(verdict="same", kind="vain", sizes=sizes, against=against)
    survivor, given_up = _by_jobs(con, one, other)
    doubles = [len(networks) > 1 for networks in (one.networks, other.networks)]
    both = len(one.networks | other.networks) > 1
    grid = [side.row["grid_eur"] for side in (one, other)]
    jobs = given_up.row["jobs"] if survivor.networks and given_up.networks else None
    return Effect(
        verdict="same",
        kind="merge",
        sizes=sizes,
        records=sum(sizes),
        doubles=both - sum(doubles),
        place=survivor.row["city"] or given_up.row["city"],
        fee_today=_total(side.row["fee_eur"] for side in (one, other)),
        fee_grid=_total(grid),
        fee_grid_after=_first(survivor.row["grid_eur"], given_up.row["grid_eur"]),
        jobs_twice=jobs if survivor.row["jobs"] is not None else None,
    )


def _forbidding(con: duckdb.DuckDBPyConnection, one: _Side, other: _Side) -> tuple[str, ...]:
    """What would keep two companies apart: two SIREN, or decisions."""
    found = (published.sirens_of(con, [*side.active]) for side in (one, other))
    sirens = dict.fromkeys(siren for side in found for siren in side)
    if len(sirens) > 1:
        return tuple(f"SIREN {siren}" for siren in sirens)
    keys = [record_text(record) for record in [*one.active, *other.active]]
    apart = saying(evidence.decisions(con, keys, both=True), "different")
    between = [
        said.decision_id
        for said in apart
        if len({published.as_record(end) in one.active for end in (said.left, said.right)}) == 2
    ]
    return tuple(between)


def _by_jobs(con: duckdb.DuckDBPyConnection, one: _Side, other: _Side) -> tuple[_Side, _Side]:
    """The company whose figure of jobs survives, and the other: `kind_exact_first, most_recent, priority`."""
    priority = dict(con.execute("SELECT source, priority FROM sources").fetchall())

    def rank(side: _Side) -> tuple[Any, ...]:
        row = side.row
        day = -row["jobs_as_of"].toordinal() if row["jobs_as_of"] else 0
        # The smallest key last, so that the order of the two sides changes nothing.
        return (
            row["jobs"] is None,
            _KINDS.index(row["jobs_kind"]),
            day,
            priority.get(row["jobs_source"], 0),
            row["company_id"],
        )

    survivor, given_up = sorted((one, other), key=rank)
    return survivor, given_up


def _split(con: duckdb.DuckDBPyConnection, company: _Side, ends: Sequence[Record]) -> Effect:
    parts = _parts(con, company, ends)
    doubles = sum(len(_networks(company.active, part)) > 1 for part in parts) - (len(company.networks) > 1)
    sizes = (len(parts[0]), len(parts[1])) if len(parts) == 2 else (len(company.active), 0)
    return Effect(
        verdict="different",
        kind="split",
        sizes=sizes,
        records=min(sizes) if len(parts) == 2 else len(company.active),
        doubles=doubles if len(parts) == 2 else 0,
        place=company.row["city"],
        fee_today=_total([company.row["fee_eur"]]),
    )


def _parts(con: duckdb.DuckDBPyConnection, company: _Side, ends: Sequence[Record]) -> list[set[Record]]:
    """The two parts that the other links leave; one part alone where they still hold the two records."""
    keys = [record_text(record) for record in company.active]
    rows = con.execute(_MATCHED, {"keys": keys}).fetchall()
    pairs = [((row[0], row[1]), (row[2], row[3])) for row in rows]
    pairs += evidence.decided_same(evidence.decisions(con, keys, both=True), set(company.active))
    beside: defaultdict[Record, set[Record]] = defaultdict(set)
    for pair in pairs:
        if set(pair) != set(ends):
            for here, there in (pair, pair[::-1]):
                beside[here].add(there)
    first = _reached(ends[0], beside)
    if ends[1] in first:
        return [set(company.active)]
    return [first, set(company.active) - first]


def _reached(start: Record, beside: Mapping[Record, set[Record]]) -> set[Record]:
    reached, waiting = {start}, [start]
    while waiting:
        for there in beside.get(waiting.pop(), set()) - reached:
            reached.add(there)
            waiting.append(there)
    return reached


def _networks(active: Mapping[Record, bool], records: Iterable[Record]) -> frozenset[str]:
    return frozenset(source for source, number in records if active[source, number])


def _total(amounts: Iterable[Any]) -> float | None:
    known = [float(amount) for amount in amounts if amount is not None]
    return round(sum(known), 2) if known else None


def _first(*amounts: Any) -> float | None:
    return next((float(amount) for amount in amounts if amount is not None), None)
