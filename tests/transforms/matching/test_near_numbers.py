"""Candidate pairs by quantities that are near each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import table
from pydantic import ValidationError

from transforms.matching.blocking import Blocking, candidate_pairs
from transforms.matching.near_numbers import NearNumbers
from transforms.matching.records import Records
from transforms.matching.spec import MatchingSpec

RULE = {"name": "name", "keys": ["name"]}


def near(*points: tuple[float | None, float | None], cap: int = 60, **within: float) -> list[tuple[int, int]]:
    frame = pd.DataFrame(list(points), columns=["x", "y"], dtype=float)
    pairs, _ = NearNumbers(within=within or {"x": 1.0, "y": 2.0}, cap=cap).pairs(Records(frame))
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def test_all_of_the_columns_have_to_be_near() -> None:
    assert near((0, 0), (1, 2), (0, 2.5), (5, 0)) == [(0, 1), (1, 2)]


def test_what_is_missing_is_near_to_nothing() -> None:
    assert near((0, None), (0, None), (None, None)) == []
    assert near() == []


def test_numbers_that_too_many_have_are_left_aside_and_counted() -> None:
    points = [(0.0, 0.0)] * 4 + [(0.5, 0.0), (0.6, 0.0)]
    assert near(*points, cap=3) == [(4, 5)]
    frame = pd.DataFrame(points, columns=["x", "y"])
    assert NearNumbers(within={"x": 1.0, "y": 1.0}, cap=3).pairs(Records(frame))[1] == 1


# Three near each other, two near each other, and one alone; widths are 1.
CROWDED = [0.0, 0.5, 1.0, 10.0, 10.5, 20.0]


@pytest.mark.parametrize(
    ("most_pairs", "pairs", "aside"),
    [
        (None, [(0, 1), (0, 2), (1, 2), (3, 4)], 0),
        (4, [(0, 1), (0, 2), (1, 2), (3, 4)], 0),
        (3, [(3, 4)], 3),
        (0, [], 5),
    ],
    ids=["any number", "all of them", "the crowd is left aside", "none"],
)
def test_numbers_that_most_are_near_to_are_left_aside_where_pairs_are_too_many(
    most_pairs: int | None, pairs: list[tuple[int, int]], aside: int
) -> None:
    records = Records(pd.DataFrame({"x": CROWDED}))
    found, counted = NearNumbers(within={"x": 1.0}).pairs(records, most_pairs)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == pairs
    assert counted == aside


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(0, 60))
def test_there_are_never_more_pairs_than_that(numbers: list[int], most_pairs: int) -> None:
    records = Records(pd.DataFrame({"x": numbers}, dtype=float))
    assert len(NearNumbers(within={"x": 1.0}).pairs(records, most_pairs)[0]) <= most_pairs


def test_the_spec_bounds_them_and_the_report_counts_what_is_left_aside() -> None:
    frame = table(*({"name": f"N{at}"} for at in range(len(CROWDED)))).assign(x=CROWDED)
    told = {"rules": [RULE], "most_pairs": 3, "near_numbers": [{"within": {"x": 1.0}}]}
    pairs, report = candidate_pairs(Records(frame), Blocking.model_validate(told))
    assert len(pairs) == 1
    assert report.set_index("rule").loc["near_x"].tolist() == [1, 3]


def test_numbers_too_large_for_a_width_are_near_to_nothing() -> None:
    assert near((1e308, 0), (1e308, 0), (0, 0), (0, 0), x=1e-6) == [(2, 3)]


@given(st.lists(st.integers(-20, 20), max_size=30), st.integers(1, 9))
def test_pairs_are_those_that_a_look_at_each_two_would_find(numbers: list[int], width: int) -> None:
    found = near(*((float(one), 0.0) for one in numbers), x=float(width))
    each = [(one, two) for two in range(len(numbers)) for one in range(two)]
    assert sorted(found) == sorted(pair for pair in each if abs(numbers[pair[0]] - numbers[pair[1]]) <= width)


def test_they_join_the_pairs_of_the_rules_and_stay_across_sources() -> None:
    frame = table(*({"name": "TAVIOL"} if at < 2 else {"name": f"N{at}"} for at in range(4)))
    records = Records(frame.assign(x=[0.0, 9.0, 9.1, 9.2]))
    blocking = Blocking.model_validate({"rules": [RULE], "near_numbers": [{"within": {"x": 0.5}}]})
    closed = pd.Series(["north", "south", "south", "north"])
    pairs, report = candidate_pairs(records, blocking, closed)
    assert np.stack([pairs.left, pairs.right], axis=1).tolist() == [[0, 1], [1, 3], [2, 3]]
    assert report.set_index("rule")["pairs"].to_dict() == {"name": 1, "near_x": 2}


def test_only_columns_that_are_read_as_numbers_can_be_near() -> None:
    spec = {
        "columns": {"name": {}, "x": {"read": "text"}},
        "blocking": {"rules": [RULE], "near_numbers": [{"within": {"x": 0.5}}]},
        "comparisons": [{"signal": "name", "kind": "text", "columns": ["name"]}],
    }
    with pytest.raises(ValidationError, match="near_numbers"):
        MatchingSpec.model_validate(spec)
    spec["columns"] = {"name": {}, "x": {"read": "number"}}
    assert MatchingSpec.model_validate(spec).used_columns == ("name", "x")
