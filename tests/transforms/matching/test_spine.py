"""What holds groups together: those that are too large, and their weakest link."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import table

from transforms.matching.explanation import spanning_links
from transforms.matching.link import Linked
from transforms.matching.records import Pairs, Records
from transforms.matching.spine import oversized
from transforms.matching.training import Weights

Edge = tuple[int, int, float]


def linked(edges: list[Edge], groups: list[int]) -> Linked:
    """Pairs with their log-odds, and the group of each record."""
    left, right, bits = np.array(sorted(edges) or np.empty((0, 3)), dtype=float).T
    records = Records(table(*({"x": at} for at in range(len(groups)))))
    pairs = Pairs(records, left.astype(np.int64), right.astype(np.int64))
    zone = np.full(len(pairs), "match", dtype=object)
    return Linked(pairs, (), Weights(0.0, ()), bits, zone, pd.Series(groups), pd.DataFrame(), ())


def told(found: pd.DataFrame, of: Linked) -> list[tuple[int, int, int]]:
    """Records of each group that is too large, and the two ends of its weakest link."""
    ends = zip(of.pairs.left[found["pair"]], of.pairs.right[found["pair"]], strict=True)
    return [
        (int(count), int(one), int(other)) for count, (one, other) in zip(found["records"], ends, strict=True)
    ]


# Two triangles, and the bridge between 2 and 3.
BRIDGED: list[Edge] = [(0, 1, 9), (0, 2, 8), (1, 2, 7), (3, 4, 9), (3, 5, 8), (4, 5, 7), (2, 3, 2)]
ONE = [0] * 6


def test_the_bridge_is_named_not_the_least_probable_pair() -> None:
    """The pair 0–5 is less probable yet, but holds nothing: cut, it would leave one group."""
    both = linked([*BRIDGED, (0, 5, -3.0)], ONE)
    assert told(oversized(both, 5), both) == [(6, 2, 3)]


def test_a_group_of_as_many_as_allowed_is_none_too_large() -> None:
    assert oversized(linked(BRIDGED, ONE), 6).empty
    assert oversized(linked(BRIDGED, [0, 0, 0, 1, 1, 1]), 3).empty
    assert oversized(linked([], []), 2).empty


def test_each_group_has_its_own() -> None:
    more = [(left + 6, right + 6, bits - 1) for left, right, bits in BRIDGED]
    both = linked([*BRIDGED, *more], [*ONE, *(1 for _ in ONE)])
    assert told(oversized(both, 5), both) == [(6, 2, 3), (6, 8, 9)]


def test_equal_links_are_settled_by_their_place() -> None:
    chain = linked([(0, 1, 3.0), (1, 2, 3.0), (2, 3, 3.0)], [0] * 4)
    assert told(oversized(chain, 3), chain) == [(4, 2, 3)]


@pytest.mark.parametrize("wording", [(2, 3), (3, 2)], ids=["as sorted", "the other way round"])
def test_what_a_person_has_confirmed_counts_as_one_record(wording: tuple[int, int]) -> None:
    both = linked(BRIDGED, ONE)
    assert oversized(both, 5, same=[wording], judged=[wording]).empty
    assert told(oversized(both, 4, same=[wording], judged=[wording]), both) == [(6, 3, 5)]


def test_a_link_that_a_person_was_unsure_of_is_not_asked_again() -> None:
    both = linked(BRIDGED, ONE)
    assert told(oversized(both, 5, judged=[(3, 2)]), both) == [(6, 3, 5)]
    assert oversized(both, 5, judged=[(left, right) for left, right, _ in BRIDGED]).empty


def test_a_decision_may_hold_records_that_were_never_compared() -> None:
    apart = linked([edge for edge in BRIDGED if edge[:2] != (2, 3)], ONE)
    assert told(oversized(apart, 4, same=[(1, 4)]), apart) == [(6, 3, 5)]


BITS = st.dictionaries(
    st.sampled_from(list(combinations(range(7), 2))), st.integers(-4, 9).map(float), min_size=1, max_size=21
)


@given(BITS)
def test_the_weakest_link_is_the_one_that_an_explanation_shows(bits: dict[tuple[int, int], float]) -> None:
    """Two ways to the same: in numbers over all groups, and record by record of one company."""
    chain = {(at, at + 1): bits.get((at, at + 1), -9.0) for at in range(6)}
    held = linked([(*pair, weight) for pair, weight in {**bits, **chain}.items()], [0] * 7)
    members = [("list", str(at)) for at in range(7)]
    links = {(members[one], members[other]): weight for (one, other), weight in {**bits, **chain}.items()}
    *_, weakest = spanning_links(members, links, ())
    assert told(oversized(held, 6), held) == [(7, *(int(number) for _, number in weakest))]
