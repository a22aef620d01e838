"""The active companies that seats are shared by, summed into the groups that every table starts from."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb

from transforms.warehouse.board.criteria import Values
from transforms.warehouse.board.parameters import CRITERIA, BoardParameters

_FOLDER = Path(__file__).parent
Key = TypeVar("Key")

# Hundredths of a job and cents of a euro to one.
SCALE = {"jobs": 100, "members": 1, "fees": 100}

# Jobs (hundredths), members, fees (cents): the criteria, in their order.
Amounts = tuple[int, ...]
NOTHING: Amounts = (0,) * len(CRITERIA)


class Group(NamedTuple):
    """Active companies of one territory, founders, college, that all count or do not; see `groups.sql`."""

    territory: str
    founders: tuple[str, ...]
    college: str
    counts: bool
    amounts: Amounts
    jobs_unknown: int
    fee_unknown: int
    jobs_largest: int
    fees_largest: int
    fees_elsewhere: int


class Territory(NamedTuple):
    """A territory as it is listed."""

    code: str
    name: str
    departement: str | None


@dataclass(frozen=True)
class Electorate:
    """Who counts, by group.

    Args:
        groups: all active companies.
        founder_fees: by territory and founder, the cents that those who count pay to that founder.
        founders: the founding networks, by priority.
        territories: all territories, the unknown one too, by code.
        seated: codes of the territories that may hold seats and have a member who counts.
    """

    groups: tuple[Group, ...]
    founder_fees: dict[tuple[str, str], int]
    founders: tuple[str, ...]
    territories: tuple[Territory, ...]
    seated: tuple[str, ...]

    @property
    def counted(self) -> list[Group]:
        """The groups that share in seats: those that count, in territories that hold some."""
        return [group for group in self.groups if group.counts and group.territory in self.seated]


def electorate(con: duckdb.DuckDBPyConnection, parameters: BoardParameters) -> Electorate:
    """Sum `active_members` of the current database; the queries beside this module say how."""
    con.execute(
        """
        CREATE TEMP TABLE board_members AS
        SELECT *, len($voting) = 0 OR len(colleges) = 0 OR list_has_any(colleges, $voting) AS counts
        FROM active_members
        """,
        {"voting": list(parameters.voting_colleges)},
    )
    groups = tuple(_group(*row) for row in con.execute(_query("groups")).fetchall())
    paid = con.execute(_query("founder_fees")).fetchall()
    con.execute("DROP TABLE temp.board_members")
    founders = con.execute("SELECT source FROM sources WHERE founder ORDER BY priority, source").fetchall()
    listed = con.execute("SELECT territory, territory_name, departement FROM territory_names ORDER BY ALL")
    present = {group.territory for group in groups if group.counts}
    return Electorate(
        groups=groups,
        founder_fees={(territory, founder): fees for territory, founder, fees in paid},
        founders=tuple(name for (name,) in founders),
        territories=tuple(Territory(*row) for row in listed.fetchall()),
        seated=tuple(code for code in parameters.seat_territories if code in present),
    )


def summed(parts: Iterable[tuple[Key, Amounts]]) -> dict[Key, Amounts]:
    """The amounts of each key, in the order of the keys' first appearance."""
    sums: defaultdict[Key, Amounts] = defaultdict(lambda: NOTHING)
    for key, amounts in parts:
        sums[key] = tuple(map(add, sums[key], amounts))
    return dict(sums)


def grouped(groups: Iterable[Group], key: Callable[[Group], Key]) -> dict[Key, Amounts]:
    """The amounts of the groups by `key`."""
    return summed((key(group), group.amounts) for group in groups)


def values_of(amounts: Iterable[Amounts]) -> Values:
    """The criteria of parties, each in their order."""
    rows = list(amounts)
    return {name: [row[number] for row in rows] for number, name in enumerate(CRITERIA)}


def _group(territory: str, founders: list[str], college: str, counts: bool, *numbers: int) -> Group:
    criteria = len(CRITERIA)
    return Group(territory, tuple(founders), college, counts, numbers[:criteria], *numbers[criteria:])


def _query(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
