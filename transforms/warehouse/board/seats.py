"""`board_seats`: the seats of each territory, and how firm they are."""

from collections.abc import Iterable
from typing import Any

from transforms.warehouse.board.apportionment import apportion
from transforms.warehouse.board.closeness import Rule, criterion_change, share_change
from transforms.warehouse.board.criteria import Values, combined, shares, whole
from transforms.warehouse.board.electorate import (
    NOTHING,
    SCALE,
    Electorate,
    Group,
    Territory,
    grouped,
    values_of,
)
from transforms.warehouse.board.parameters import BoardParameters

Row = dict[str, Any]
# Criterion -> the column of what it takes, as in jobs_to_win; euros are said in the name.
_TO = {"jobs": "jobs_to_{}", "members": "members_to_{}", "fees": "fee_to_{}_eur"}


def board_seats(voters: Electorate, parameters: BoardParameters) -> list[Row]:
    """One row a territory: criteria, weighted share, quota, seats and what it takes to win or lose one.

    Columns are those of the public table. A territory that holds none has 0 seats and no shares. If nobody
    has anything of any criterion that counts, nothing can be shared and `seats` is empty everywhere.
    """
    sums = grouped(voters.counted, lambda group: group.territory)
    values = values_of(sums[code] for code in voters.seated)
    decided = _decided(values, parameters, voters.seated)
    share_of = {
        f"share_of_{name}": dict(zip(voters.seated, shares(of_all), strict=True))
        for name, of_all in values.items()
    }
    return [
        {
            **_figures(territory, voters.groups),
            "holds_seats": territory.code in parameters.seat_territories,
            **{column: by_code.get(territory.code) for column, by_code in share_of.items()},
            "seats": 0 if decided else None,
            **decided.get(territory.code, {}),
        }
        for territory in voters.territories
    ]


def _figures(territory: Territory, groups: Iterable[Group]) -> Row:
    """The criteria of one territory, which may have no member."""
    own = [group for group in groups if group.territory == territory.code]
    counted = [group for group in own if group.counts]
    jobs, members, fees = grouped(counted, lambda group: group.territory).get(territory.code, NOTHING)
    return {
        "territory": territory.code,
        "territory_name": territory.name,
        "departement": territory.departement,
        "members": members,
        "members_not_counted": sum(group.amounts[1] for group in own if not group.counts),
        "jobs": jobs / SCALE["jobs"],
        "jobs_unknown": sum(group.jobs_unknown for group in counted),
        "jobs_largest_share": max(group.jobs_largest for group in counted) / jobs if jobs else None,
        "fee_eur": fees / SCALE["fees"],
        "fee_unknown": sum(group.fee_unknown for group in counted),
        "fee_largest_share": max(group.fees_largest for group in counted) / fees if fees else None,
    }


def _decided(values: Values, parameters: BoardParameters, territories: tuple[str, ...]) -> dict[str, Row]:
    """Weighted share, quota, seats and their closeness of the territories that hold seats, by code."""
    rule = Rule(parameters.method, whole(parameters.weights), parameters.seats, parameters.minimum)
    weights = combined(values, rule.weights)
    if weights is None:
        return {}
    seats = apportion(rule.method, weights, rule.seats, rule.minimum)
    return {
        territory: {
            "weighted_share": weights[party] / sum(weights),
            "quota": weights[party] * rule.seats / sum(weights),
            "seats": seats.held[party],
            "has_last_seat": party == seats.last,
            "has_next_seat": party == seats.following,
            "settled_by_tie": party in seats.tied,
            **_changes(rule, values, weights, party, "win"),
            **_changes(rule, values, weights, party, "lose"),
        }
        for party, territory in enumerate(territories)
    }


def _changes(rule: Rule, values: Values, weights: list[int], party: int, what: str) -> Row:
    sign = 1 if what == "win" else -1
    changes = {
        column.format(what): criterion_change(rule, values, name, SCALE[name], party, sign)
        for name, column in _TO.items()
    }
    return {f"share_to_{what}": share_change(rule, weights, party, sign), **changes}
