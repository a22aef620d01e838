"""Why two records are one company or not, as steps that add up, and what holds a company together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from transforms.matching import labels
from transforms.matching.decisions.decision import Pair, Record
from transforms.matching.decisions.outcomes import FOLLOWED

_MINUS = "\u2212"
_NARROW_SPACE = "\u202f"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Part):
    """One signal of a pair.

    Attributes:
        signal: its name in the matching spec; `prior` is where every pair begins.
        level: the level that the comparison gave.
        label: the signal in French.
        finding: the level in French.
        weight: bits of log-odds that it adds.
        total: bits so far.
        probability: that the two are one company, so far.
    """

    signal: str
    level: str
    label: str
    finding: str
    weight: float
    total: float
    probability: float


class Face(_Part):
    """What a record says of its company; `name` is None for a sole trader, whose name is a person's."""

    record: str
    company_id: str
    name: str | None
    town: str | None = None
    siren: str | None = None


class Link(_Part):
    """A compared pair that was kept: its ends as `source:member_id`, its probability and what makes it up.

    `zone` is what the probability alone leads to, `queued` whether a person is asked, `cause` why and
    `priority` how much the answer is worth (both None of other pairs), `fate` what became of
    the pair, decisions included, and `words` which words of its names decided (French).
    """

    left: str
    right: str
    probability: float
    zone: str
    steps: tuple[Step, ...]
    queued: bool = False
    cause: str | None = None
    priority: float | None = None
    fate: str | None = None
    words: str | None = None
    faces: tuple[Face, ...] = ()

    @property
    def told_fate(self) -> str:
        """What became of the pair; where nothing but its probability is known, what that leads to."""
        return self.fate or labels.zone(self.zone)


class Said(_Part):
    """A decision on a pair, and what became of it."""

    decision_id: str
    left: str
    right: str
    verdict: str
    steward: str
    decided_on: str
    outcome: str | None = None
    against: str | None = None
    reason: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it is followed; a version of an earlier Alliage does not say it, and is believed."""
        return self.outcome in (None, *FOLLOWED)


class PairExplanation(_Part):
    """Two records: where they are today, what was compared, what was decided, and the short of it in French.

    `link` is None where the pair was not kept. `path` names the records that lead from the one to the other
    where they are in one company without a link of their own that would put them there.
    """

    left: str
    right: str
    left_company: str
    right_company: str
    conclusion: str
    link: Link | None
    decisions: tuple[Said, ...]
    path: tuple[str, ...] = ()
    faces: tuple[Face, ...] = ()


class MemberReason(_Part):
    """Why a record is in its company: `match_status` as in memberships, its best link, decisions « same »."""

    record: str
    source_file: str
    source_row: int
    match_status: str
    best: str | None
    probability: float | None
    decisions: tuple[str, ...]


class CompanyExplanation(_Part):
    """A company: its records, the weakest link that holds it together, and the nearest pairs left outside.

    `name` is None for a sole trader, whose name is a person's. `weakest` is that of the links of the machine;
    `held_by` are the decisions that hold the company together beside them.
    """

    company_id: str
    asked: str
    retired: str | None
    name: str | None
    confidence: float
    members: tuple[MemberReason, ...]
    weakest: Link | None
    held_by: tuple[Said, ...] = ()
    outside: tuple[Link, ...]
    decisions: tuple[Said, ...]


def steps(reasons: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The reasons of a pair (signal, level, weight in bits), in their order, with running totals."""
    total = 0.0
    found = []
    for reason in reasons:
        total += reason["weight"]
        found.append(
            Step(
                signal=reason["signal"],
                level=reason["level"],
                label=labels.signal(reason["signal"]),
                finding=labels.finding(reason["signal"], reason["level"]),
                weight=reason["weight"],
                total=total,
                probability=probability_of(total),
            )
        )
    return tuple(found)


def probability_of(bits: float) -> float:
    """The probability whose log-odds are `bits`; far away it is a hair inside 0 and 1."""
    within = max(-60.0, min(60.0, bits))
    return float(1 / (1 + 2.0**-within))


def spanning_links(
    members: Sequence[Record], links: Mapping[Pair, float], decided: Iterable[Pair]
) -> tuple[Pair, ...]:
    """The strongest links that are enough to hold `members` together, the strongest first.

    Decisions hold whatever their probability, so they come first; then links by probability, ties by key.
    Records that nothing links stay apart.
    """
    group = {record: record for record in members}
    by_strength = sorted(links, key=lambda pair: (-links[pair], pair))
    kept = []
    for pair in [*sorted(set(decided)), *by_strength]:
        one, other = (_root(group, end) for end in pair)
        if one != other:
            group[other] = one
            kept.append(pair)
    return tuple(kept)


def path(pairs: Iterable[Pair], start: Record, end: Record) -> tuple[Record, ...]:
    """The records from `start` to `end` along `pairs` that form a tree; nothing where no way leads there."""
    beside: dict[Record, list[Record]] = {}
    for left, right in pairs:
        beside.setdefault(left, []).append(right)
        beside.setdefault(right, []).append(left)
    ways: list[tuple[Record, ...]] = [(start,)]
    while ways:
        way = ways.pop()
        if way[-1] == end:
            return way
        ways += [(*way, there) for there in beside.get(way[-1], []) if there not in way]
    return ()


def bits_text(bits: float) -> str:
    """Bits as French readers write them: +4,3 or −0,9."""
    rounded = round(bits, 1)
    return f"{'+' if rounded >= 0 else _MINUS}{abs(rounded):.1f}".replace(".", ",")


def percent_text(probability: float) -> str:
    """A probability as French readers write it; one that rounds to 0 or 1 is not said to be it."""
    if probability > 0.999:
        return f"plus de 99,9{_NARROW_SPACE}%"
    if probability < 0.001:
        return f"moins de 0,1{_NARROW_SPACE}%"
    return f"{probability * 100:.1f}{_NARROW_SPACE}%".replace(".", ",")


def _root(group: dict[Record, Record], record: Record) -> Record:
    while group[record] != record:
        group[record] = group[group[record]]
        record = group[record]
    return record
