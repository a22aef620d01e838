"""What it takes to win or lose a seat, against the published case of 2020 and against trying it out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_examples import CENSUS_2020, MINNESOTA, NEW_YORK

from transforms.warehouse.board.apportionment import METHODS, Method
from transforms.warehouse.board.closeness import PARTS, Rule, criterion_change, share_change
from transforms.warehouse.board.criteria import Values, combined

HOUSE = Rule("huntington_hill", {"members": 1}, 435, 1)
CENSUS = {"members": CENSUS_2020}


def test_new_york_was_89_people_short_of_one_seat_more() -> None:
    # U.S. Census Bureau, 2020 census, table B1 of runner-up states.
    assert criterion_change(HOUSE, CENSUS, "members", 1, NEW_YORK, 1) == 89


def test_minnesota_would_have_lost_its_last_seat_with_26_people_fewer() -> None:
    # Its 8th quotient is 5,709,752 / √56, that of New York's 27th seat 20,215,751 / √702.
    limit = 20_215_751 * (56 / 702) ** 0.5
    assert criterion_change(HOUSE, CENSUS, "members", 1, MINNESOTA, -1) == int(5_709_752 - limit) + 1


D_HONDT = Rule("dhondt", {"jobs": 1, "members": 1, "fees": 0}, 6, 1)
# Shares of jobs .5 .3 .2, of members .5 .25 .25: weights .5 .275 .225, seats 3 2 1.
VALUES: Values = {"jobs": (50, 30, 20), "members": (10, 5, 5), "fees": (0, 0, 7)}

BY_HAND = {
    # .225 / 2 must beat .275 / 2, which is the last that was served.
    "share to win": (share_change(D_HONDT, [500, 275, 225], 2, 1), 0.2223),
    # .275 / 2 must fall below .5 / 4, the best that waits.
    "share to lose": (share_change(D_HONDT, [500, 275, 225], 1, -1), 0.0910),
    # With 10 more it has as many jobs and members as the second, who comes first; with 11 it has more.
    "jobs to win": (criterion_change(D_HONDT, VALUES, "jobs", 1, 2, 1), 11),
    "a criterion that does not count": (criterion_change(D_HONDT, VALUES, "fees", 1, 2, 1), None),
    "a minimum cannot be lost": (criterion_change(D_HONDT, VALUES, "jobs", 1, 2, -1), None),
    "nor by any share": (share_change(D_HONDT, [500, 275, 225], 2, -1), None),
}


@pytest.mark.parametrize(("found", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_by_hand(found: float | None, expected: float | None) -> None:
    assert found == expected


def test_whoever_has_all_that_may_be_had_wins_no_more() -> None:
    alone = Rule("sainte_lague", {"jobs": 1}, 3, 0)
    assert criterion_change(alone, {"jobs": (5, 0)}, "jobs", 1, 0, 1) is None
    assert share_change(alone, [5, 0], 1, 1) is None


parties = st.integers(2, 6).flatmap(
    lambda number: st.fixed_dictionaries(
        {
            name: st.lists(st.integers(1, 500), min_size=number, max_size=number)
            for name in ("jobs", "members")
        }
    )
)


@given(st.sampled_from(METHODS), parties, st.sampled_from([1, -1]), st.data())
def test_the_change_moves_a_seat_and_one_step_less_does_not(
    method: Method, values: dict[str, tuple[int, ...]], sign: int, data: st.DataObject
) -> None:
    rule = Rule(method, {"jobs": 2, "members": 1}, 13, 1)
    party = data.draw(st.integers(0, len(values["jobs"]) - 1))

    def held(steps: int) -> int:
        jobs = [*values["jobs"]]
        jobs[party] += sign * steps
        weights = combined({**values, "jobs": jobs}, rule.weights)
        assert weights is not None
        return rule.held(weights)[party]

    steps = criterion_change(rule, values, "jobs", 1, party, sign)
    if steps is None:
        assert held(values["jobs"][party] if sign < 0 else 100 * sum(values["jobs"])) == held(0)
    else:
        assert (held(steps) - held(0)) * sign > 0
        assert held(steps - 1) == held(0)


@given(
    st.sampled_from(METHODS), st.lists(st.integers(1, 9999), min_size=2, max_size=6), st.sampled_from([1, -1])
)
def test_so_does_the_change_of_the_share(method: Method, weights: list[int], sign: int) -> None:
    rule = Rule(method, {}, 26, 1)

    def held(change: float) -> int:
        return rule.held(
            [round(weights[0] * PARTS * (1 + sign * change)), *(w * PARTS for w in weights[1:])]
        )[0]

    change = share_change(rule, weights, 0, sign)
    if change is not None:
        assert (held(change) - held(0)) * sign > 0
        assert held(change - 1 / PARTS) == held(0)
