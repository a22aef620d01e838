"""What founders and colleges would hold of the same seats: `board_seats_by_founder`, `..._by_college`."""

from collections.abc import Collection, Iterator, Mapping
from math import lcm
from typing import Any

from transforms.warehouse.board.apportionment import apportion
from transforms.warehouse.board.criteria import combined, whole
from transforms.warehouse.board.electorate import (
    NOTHING,
    SCALE,
    Amounts,
    Electorate,
    grouped,
    summed,
    values_of,
)
from transforms.warehouse.board.parameters import CRITERIA, BoardParameters
from transforms.warehouse.markers import NO_FOUNDER

Row = dict[str, Any]
# Seats and quota of each founder; None where nothing can be shared.
_Held = Mapping[str, tuple[int | None, float | None]]


def board_seats_by_college(voters: Electorate, parameters: BoardParameters) -> list[Row]:
    """One row a college: its criteria, weighted share, quota and seats, without a minimum.

    Columns are those of the public table.
    """
    sums = grouped(voters.counted, lambda group: group.college)
    return list(_rows("college", sums, _shared(sums, parameters), parameters))


def board_seats_by_founder(
    voters: Electorate, seats: Mapping[str, int | None], parameters: BoardParameters
) -> list[Row]:
    """One row a rule and founder (or group of companies): its criteria, quota and seats, without a minimum.

    Rules: `apart` companies of both founders are a group of their own; `shared` they count in equal parts
    for each of their founders, their fees for the one that gets them, those of other networks in equal
    parts; `by_territory` so too, but the `seats` of each territory are shared between its own members;
    `parity` every founder holds as many, and companies of no founder none. All rules share the same fees.
    Columns are those of the public table.
    """
    apart = grouped(
        voters.counted,
        lambda group: "+".join(name for name in voters.founders if name in group.founders) or NO_FOUNDER,
    )
    local, parts = _by_founder(voters)
    founders = summed((founder, amounts) for (_, founder), amounts in local.items())
    rules = {
        "apart": (apart, _shared(apart, parameters), 1),
        "shared": (founders, _shared(founders, parameters), parts),
        "by_territory": (founders, _within(local, seats, parameters), parts),
        "parity": (founders, _parity(voters, founders, parameters), parts),
    }
    return [
        {"rule": rule, **row}
        for rule, (sums, held, units) in rules.items()
        for row in _rows("founder", sums, held, parameters, units)
    ]


def _rows(
    key: str, sums: Mapping[str, Amounts], held: _Held, parameters: BoardParameters, parts: int = 1
) -> Iterator[Row]:
    for name, (seats, quota) in held.items():
        amounts = sums.get(name, NOTHING)
        jobs, members, fees = (
            amount / (SCALE[criterion] * parts) for criterion, amount in zip(CRITERIA, amounts, strict=True)
        )
        share = None if quota is None else quota / parameters.seats
        row = {key: name, "members": members, "jobs": jobs, "fee_eur": fees}
        yield {**row, "weighted_share": share, "quota": quota, "seats": seats}


def _shared(sums: Mapping[str, Amounts], parameters: BoardParameters) -> _Held:
    """What each would hold of the seats, all together."""
    weights = combined(values_of(sums.values()), whole(parameters.weights))
    if weights is None:
        return dict.fromkeys(sums, (None, None))
    return dict(zip(sums, _given(weights, parameters.seats, parameters), strict=True))


def _given(weights: list[int], seats: int, parameters: BoardParameters) -> Iterator[tuple[int, float]]:
    held = apportion(parameters.method, weights, seats).held
    for weight, number in zip(weights, held, strict=True):
        yield number, weight * seats / sum(weights)


def _by_founder(voters: Electorate) -> tuple[dict[tuple[str, str], Amounts], int]:
    """Amounts by territory and founder, in units so small that a company can be parted; how many to one."""
    parts = lcm(*(len(group.founders) or 1 for group in voters.counted))
    parted: list[tuple[tuple[str, str], Amounts]] = []
    for group in voters.counted:
        jobs, members, _ = group.amounts
        number = len(group.founders) or 1
        part = tuple(amount * parts // number for amount in (jobs, members, group.fees_elsewhere))
        parted += [((group.territory, founder), part) for founder in group.founders or (NO_FOUNDER,)]
    sums = summed(sorted(parted))
    paid_to = {key: (0, 0, voters.founder_fees.get(key, 0) * parts) for key in sums}
    return summed([*sums.items(), *paid_to.items()]), parts


def _within(
    local: Mapping[tuple[str, str], Amounts], seats: Mapping[str, int | None], parameters: BoardParameters
) -> _Held:
    """What each founder would hold, when each territory shares its own by the same criteria and method."""
    held: dict[str, tuple[int, float]] = {}
    for territory, number in seats.items():
        own = {founder: amounts for (place, founder), amounts in local.items() if place == territory}
        if number is None:
            return dict.fromkeys(sorted({founder for _, founder in local}), (None, None))
        if not own:
            continue
        values = values_of(own.values())
        # Seats that a territory has by its minimum may be those of members with nothing of what counts.
        weights = combined(values, whole(parameters.weights)) or list(values["members"])
        for founder, (more, quota) in zip(own, _given(weights, number, parameters), strict=True):
            before = held.get(founder, (0, 0.0))
            held[founder] = (before[0] + more, before[1] + quota)
    return held


def _parity(voters: Electorate, present: Collection[str], parameters: BoardParameters) -> _Held:
    """As many for each founder, what is over goes to the first; none for the members of no founder."""
    if not voters.founders:
        return {}
    equal = [1] * len(voters.founders)
    held = dict(zip(voters.founders, _given(equal, parameters.seats, parameters), strict=True))
    return {**held, NO_FOUNDER: (0, 0.0)} if NO_FOUNDER in present else held
