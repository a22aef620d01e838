"""Texts: the same, shared by many, alike letter by letter, different; frequencies counted."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import members, pairs_of, said, signal, table

from transforms.matching.comparisons.text import TextComparison
from transforms.matching.records import Records


def text(**more: object) -> TextComparison:
    return TextComparison.model_validate({"signal": "s", "kind": "text", "columns": ["a"], **more})


def of(comparison: TextComparison, *values: str | None) -> str:
    """The level of the first two values."""
    return said(comparison, pairs_of(table(*({"a": value} for value in values))))[0]


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("+33465710001", "+33465710001", "same"),
        ("+33465710001", "+33465710002", "different"),
        ("+33465710001", None, "missing"),
        (None, None, "missing"),
    ],
    ids=["same phone", "other phone", "phone missing", "both missing"],
)
def test_levels_of_members_telephones(left: str | None, right: str | None, level: str) -> None:
    assert said(signal("phone"), pairs_of(members({"phone": left}, {"phone": right}))) == [level]


def test_a_switchboard_loses_its_meaning() -> None:
    shared = {"phone": "+33465710001"}
    assert said(signal("phone"), pairs_of(members(*[shared] * 5))) == ["same"]
    assert said(signal("phone"), pairs_of(members(*[shared] * 6))) == ["shared"]


def test_levels_go_from_the_least_agreement_to_the_most_however_they_are_given() -> None:
    given_in_disorder = text(
        alike={"close": 0.9, "far": 0.5, "near": 0.7}, shared_from={"frequent": 4, "common": 20}
    )
    assert given_in_disorder.levels == (
        *("missing", "different", "far", "near", "close"),
        *("common", "frequent", "same"),
    )


@pytest.mark.parametrize(
    ("other", "level"),
    [
        pytest.param("MARGUERITE", "same", id="same"),
        pytest.param("MARGUERITTE", "close", id="one letter more"),
        pytest.param("MARGEURITE", "close", id="two letters in each other's place"),
        pytest.param("MARGUARIDE", "near", id="two letters off"),
        pytest.param("QUOLVINDA", "different", id="another"),
        pytest.param(None, "missing", id="missing"),
    ],
)
def test_alike_by_edits(other: str | None, level: str) -> None:
    assert of(text(alike={"near": 0.7, "close": 0.85}), "MARGUERITE", other) == level


@pytest.mark.parametrize(
    ("measure", "level"), [("edits", "different"), ("letters", "different"), ("beginnings", "close")]
)
def test_each_measure_looks_at_something_else(measure: str, level: str) -> None:
    assert of(text(measure=measure, alike={"close": 0.8}), "MERIDONNE", "MERIDI") == level


@pytest.mark.parametrize(
    ("bearers", "level"), [(2, "same"), (3, "frequent"), (4, "frequent"), (5, "common"), (9, "common")]
)
def test_equal_values_by_the_records_that_bear_them(bearers: int, level: str) -> None:
    comparison = text(shared_from={"frequent": 3, "common": 5})
    assert of(comparison, *["MERIDON"] * bearers, "TAVIOL", None) == level


def test_columns_are_compared_crosswise_and_the_best_counts() -> None:
    crossed = text(columns=["a", "b"], alike={"near": 0.7})
    frame = table(
        {"a": "MERIDON", "b": "QUORVEX"},
        {"a": "TAVIOL", "b": "MERIDON"},
        {"a": "QUORVEY", "b": None},
        {"a": None, "b": "BRENUS"},
        {"a": None, "b": None},
    )
    found = said(crossed, pairs_of(frame, (0, 1), (0, 2), (0, 3), (0, 4)))
    assert found == ["same", "near", "different", "missing"]


def test_a_record_bears_a_value_once_in_whichever_columns() -> None:
    crossed = text(columns=["a", "b"], shared_from={"shared": 3})
    twice = {"a": "MERIDON", "b": "MERIDON"}
    assert said(crossed, pairs_of(table(twice, twice))) == ["same"]
    assert said(crossed, pairs_of(table(twice, twice, twice))) == ["shared"]


@given(st.lists(st.sampled_from(["A", "B", "C", "D", None]), min_size=2, max_size=12))
def test_chances_count_the_pairs_that_bear_one_value(values: list[str | None]) -> None:
    comparison = text(shared_from={"frequent": 3, "common": 5})
    known = [value for value in values if value is not None]
    bearers = Counter(known)
    bands = {"same": range(3), "frequent": range(3, 5), "common": range(5, 99)}
    pairs = list(permutations(known, 2))
    expected = {
        level: sum(one == other and bearers[one] in band for one, other in pairs) / max(1, len(pairs))
        for level, band in bands.items()
    }
    found = comparison.chances(Records(table(*({"a": value} for value in values))))
    assert found == pytest.approx(expected)
