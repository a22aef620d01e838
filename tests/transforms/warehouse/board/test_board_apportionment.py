"""The methods of apportionment: published examples, small cases by hand, laws."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_examples import CENSUS_2020, EXAMPLES, MINNESOTA, NEW_YORK, Example

from transforms.warehouse.board.apportionment import METHODS, Method, apportion

DIVISORS: tuple[Method, ...] = ("sainte_lague", "dhondt", "huntington_hill")

methods = st.sampled_from(METHODS)
divisor_methods = st.sampled_from(DIVISORS)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=13).filter(any)
positive = st.lists(st.integers(1, 10_000), min_size=1, max_size=13)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_published_example(example: Example) -> None:
    found = apportion(example.method, example.weights, sum(example.seats), example.minimum)
    assert found.held == example.seats


def test_the_last_seat_of_the_house_of_2020_was_minnesotas_and_new_york_was_next() -> None:
    found = apportion("huntington_hill", CENSUS_2020, 435, 1)
    assert (found.last, found.following) == (MINNESOTA, NEW_YORK)


@pytest.mark.parametrize(("seats", "expected"), [(10, (4, 4, 2)), (11, (5, 5, 1))])
def test_one_seat_more_may_cost_one_by_the_largest_remainder(seats: int, expected: tuple[int, ...]) -> None:
    # The "Alabama paradox", with the numbers of Wikipedia, "Apportionment paradox".
    assert apportion("largest_remainder", (6, 6, 2), seats).held == expected


MINIMA: dict[str, tuple[Method, tuple[int, ...], int, int, tuple[int, ...]]] = {
    # Quotients 90/3, 90/5 beat 9/3: both seats that are left go to the large one.
    "the small keep theirs": ("sainte_lague", (90, 9, 1), 5, 1, (3, 1, 1)),
    "all seats are minima": ("dhondt", (5, 3, 1), 6, 2, (2, 2, 2)),
    "a weight of nothing": ("huntington_hill", (8, 0, 2), 4, 1, (2, 1, 1)),
    "no minimum, no weight": ("huntington_hill", (8, 0, 2), 4, 0, (3, 0, 1)),
    # Quotas 8.1, 0.9, 1.0 of 10: the second leaves with 1; of 9 seats 8.01 and 0.99: the third leaves too.
    "leaving lowers the quotas": ("largest_remainder", (81, 9, 10), 10, 1, (8, 1, 1)),
    # Quotas 4.5, 3.6, 1.8, 0.1 of 10: 1 for the last; of 9 seats 4.09, 3.27, 1.64 for the others.
    "the rest by remainders": ("largest_remainder", (45, 36, 18, 1), 10, 1, (4, 3, 2, 1)),
}


@pytest.mark.parametrize("case", MINIMA.values(), ids=MINIMA)
def test_a_minimum(case: tuple[Method, tuple[int, ...], int, int, tuple[int, ...]]) -> None:
    method, given_weights, seats, minimum, expected = case
    assert apportion(method, given_weights, seats, minimum).held == expected


def test_of_fewer_seats_than_parties_the_largest_have_one() -> None:
    assert apportion("huntington_hill", (5, 9, 7), 2).held == (0, 1, 1)


TIES: dict[str, tuple[Method, tuple[int, ...], int, tuple[int, ...], set[int]]] = {
    # 6/3 and 2/1 are equal: the larger weight has the third seat.
    "the larger weight": ("sainte_lague", (2, 6), 2, (0, 2), {0, 1}),
    "then the earlier": ("dhondt", (4, 4, 4), 2, (1, 1, 0), {0, 1, 2}),
    "equal remainders": ("largest_remainder", (1, 3), 2, (0, 2), {0, 1}),
    "a tie before the last seat is none": ("dhondt", (4, 4, 1), 2, (1, 1, 0), set()),
    "first seats to equals": ("huntington_hill", (3, 3, 5), 2, (1, 0, 1), {0, 1}),
    "whoever weighs nothing ties with nobody": ("huntington_hill", (4, 0, 4), 3, (2, 0, 1), {0, 2}),
    "whole quotas leave nothing to claim": ("largest_remainder", (2, 4), 3, (1, 2), set()),
}


@pytest.mark.parametrize("case", TIES.values(), ids=TIES)
def test_a_tie(case: tuple[Method, tuple[int, ...], int, tuple[int, ...], set[int]]) -> None:
    method, given_weights, seats, expected, tied = case
    found = apportion(method, given_weights, seats)
    assert (found.held, set(found.tied)) == (expected, tied)


@pytest.mark.parametrize(
    ("given_weights", "seats", "minimum"),
    [((1, -1), 2, 0), ((0, 0), 2, 0), ((), 2, 0), ((1, 1), 3, 2), ((1, 1), 2, -1)],
    ids=["negative", "all zero", "nobody", "minima beyond the seats", "negative minimum"],
)
@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_shared_is_refused(
    method: Method, given_weights: tuple[int, ...], seats: int, minimum: int
) -> None:
    with pytest.raises(ValueError, match=r"weights must not|are not to be had"):
        apportion(method, given_weights, seats, minimum)


@given(methods, weights, st.integers(0, 60), st.integers(0, 3))
def test_every_seat_is_given_and_every_minimum_held(
    method: Method, given_weights: list[int], more: int, minimum: int
) -> None:
    seats = minimum * len(given_weights) + more
    held = apportion(method, given_weights, seats, minimum).held
    assert sum(held) == seats
    assert min(held) >= minimum


@given(divisor_methods, weights, st.integers(0, 60), st.integers(0, 2))
def test_one_seat_more_takes_none_away(
    method: Method, given_weights: list[int], more: int, minimum: int
) -> None:
    seats = minimum * len(given_weights) + more
    before = apportion(method, given_weights, seats, minimum)
    after = apportion(method, given_weights, seats + 1, minimum)
    gained = [now - then for then, now in zip(before.held, after.held, strict=True)]
    assert sorted(gained) == [0] * (len(gained) - 1) + [1]
    assert gained.index(1) == before.following == after.last


@given(methods, weights, st.integers(0, 60), st.integers(0, 2))
def test_who_is_next_is_the_only_one_whom_one_seat_more_changes(
    method: Method, given_weights: list[int], more: int, minimum: int
) -> None:
    seats = minimum * len(given_weights) + more
    before = apportion(method, given_weights, seats, minimum)
    after = apportion(method, given_weights, seats + 1, minimum).held
    changed = [party for party, now in enumerate(after) if now != before.held[party]]
    assert before.following == (changed[0] if len(changed) == 1 else None)


NEXT: dict[str, tuple[tuple[int, ...], int, int | None]] = {
    # Quotas .45 and 18.55 of 19: the first waits with its .45; of 20 they are .48 and 19.52.
    "not the next remainder": ((1, 41), 19, 1),
    "after whole quotas": ((2, 4), 3, 1),
    "nobody, where one would lose": ((6, 6, 2), 10, None),
}


@pytest.mark.parametrize(("given_weights", "seats", "following"), NEXT.values(), ids=NEXT)
def test_who_is_next_by_the_largest_remainder(
    given_weights: tuple[int, ...], seats: int, following: int | None
) -> None:
    assert apportion("largest_remainder", given_weights, seats).following == following


@given(methods, st.lists(st.integers(1, 10_000), min_size=2, max_size=13, unique=True), st.data())
def test_the_order_of_the_parties_does_not_matter(
    method: Method, given_weights: list[int], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(given_weights))
    one, other = (apportion(method, order, 26, 1).held for order in (given_weights, shuffled))
    assert dict(zip(given_weights, one, strict=True)) == dict(zip(shuffled, other, strict=True))


@given(methods, weights, st.integers(2, 1000))
def test_only_proportions_matter(method: Method, given_weights: list[int], factor: int) -> None:
    scaled = [weight * factor for weight in given_weights]
    assert apportion(method, scaled, 26) == apportion(method, given_weights, 26)


@given(methods, positive, st.data())
def test_who_grows_alone_loses_nothing(method: Method, given_weights: list[int], data: st.DataObject) -> None:
    party = data.draw(st.integers(0, len(given_weights) - 1))
    grown = list(given_weights)
    grown[party] += data.draw(st.integers(1, 10_000))
    before, after = (apportion(method, each, 26, 1).held[party] for each in (given_weights, grown))
    assert after >= before


@given(weights, st.integers(1, 60))
def test_the_largest_remainder_stays_within_the_quota(given_weights: list[int], seats: int) -> None:
    held = apportion("largest_remainder", given_weights, seats).held
    total = sum(given_weights)
    assert all(
        abs(own * total - weight * seats) < total for weight, own in zip(given_weights, held, strict=True)
    )


@given(divisor_methods, positive, st.integers(1, 60), st.integers(0, 2))
def test_nobody_who_waits_has_a_better_claim_than_one_who_was_served(
    method: Method, given_weights: list[int], more: int, minimum: int
) -> None:
    seats = minimum * len(given_weights) + more
    held = apportion(method, given_weights, seats, minimum).held
    served = [
        _priority(method, w, own - 1) for w, own in zip(given_weights, held, strict=True) if own > minimum
    ]
    waiting = [_priority(method, w, own) for w, own in zip(given_weights, held, strict=True)]
    assert min(served) >= max(waiting)


def _priority(method: Method, weight: int, held: int) -> tuple[bool, Fraction]:
    """The square of weight over the published divisor; whoever has no seat comes first by Huntington-Hill."""
    if method == "huntington_hill":
        first = held == 0
        return first, Fraction(weight**2, 1 if first else held * (held + 1))
    divisor = held + 1 if method == "dhondt" else Fraction(2 * held + 1, 2)
    return False, (weight / Fraction(divisor)) ** 2


def test_each_party_is_served_by_its_quotients_in_their_order() -> None:
    totals: Sequence[tuple[int, ...]] = [apportion("dhondt", (53, 24, 23), seats).held for seats in range(8)]
    steps = [[now - then for then, now in zip(*pair, strict=True)].index(1) for pair in pairwise(totals)]
    # 53, 26.5, 24, 23, 17.7, 13.25, 12
    assert steps == [0, 0, 1, 2, 0, 0, 1]
