"""Columns of records as numbers, and both ends of pairs: known, same, and how many bear a value."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from matching_records import pairs_of, table

from transforms.matching.records import NONE, Ends, Records, distinct, kept_once

SITES = table({"web": "a.fr", "mail": "b.fr"}, {"web": None, "mail": "c.fr"}, {"web": "b.fr", "mail": None})


def test_columns_numbered_together_share_their_numbers_and_missing_has_none() -> None:
    both = Records(SITES).numbered("web", "mail")
    assert [codes.tolist() for codes in both.codes] == [[0, NONE, 1], [1, 2, NONE]]
    assert both.values.tolist() == ["a.fr", "b.fr", "c.fr"]


def test_missing_is_never_the_same_nor_known() -> None:
    ends = Ends(np.array([0, NONE, NONE, 0, 0]), np.array([0, NONE, 0, 1, 2]))
    assert ends.known.tolist() == [True, False, False, True, True]
    assert ends.same.tolist() == [True, False, False, False, False]


def test_columns_meet_crosswise() -> None:
    crossed = pairs_of(SITES, (0, 2)).crossed("web", "mail")
    assert [ends.same.tolist() for ends in crossed] == [[False], [False], [True], [False]]


def test_a_column_without_values() -> None:
    pairs = pairs_of(table({"x": None}, {"x": None}))
    assert not pairs.column("x").known.any()
    assert pairs.records.numbered("x").bearers.tolist() == [0]


COLUMN = st.lists(st.sampled_from(["A", "B", "C", "", None]), min_size=6, max_size=6)


@given(COLUMN, COLUMN, st.permutations(range(6)))
def test_texts_that_are_kept_once_are_numbered_like_others(
    one: list[str | None], other: list[str | None], order: list[int]
) -> None:
    """In the order of the records, whichever the records had when their texts were numbered."""
    plain = pd.DataFrame({"one": one, "other": other}, dtype="str")
    once = plain.apply(kept_once)
    for columns in (("one",), ("one", "other")):
        expected, found = (Records(frame.iloc[order]).numbered(*columns) for frame in (plain, once))
        assert [codes.tolist() for codes in found.codes] == [codes.tolist() for codes in expected.codes]
        assert found.values.tolist() == found.texts.to_pylist() == expected.values.tolist()
    assert Records(once).texts("one").equals(plain["one"])


def test_quantities_are_left_as_they_are() -> None:
    quantities = pd.Series([1.5, None, 1.5])
    assert kept_once(quantities) is quantities


def test_a_record_bears_a_value_once() -> None:
    frame = table({"name": "A", "sign": "A"}, {"name": "B", "sign": None}, {"name": "B", "sign": "A"})
    assert Records(frame).numbered("name", "sign").bearers.tolist() == [2, 2, 0]
    assert Records(frame).numbered("name").bearers.tolist() == [1, 2, 0]


def test_any_index_will_do() -> None:
    frame = pd.DataFrame({"x": ["A", "B", "A"]}, index=[7, 7, 3])
    assert pairs_of(frame, (0, 2), (0, 1)).column("x").same.tolist() == [True, False]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_distinct_pairs_stand_for_all(ends: list[tuple[int, int]]) -> None:
    left, right = np.array(ends, dtype=np.int64).reshape(-1, 2).T
    low, high, at = distinct(left, right, 10)
    assert len({*zip(low.tolist(), high.tolist(), strict=True)}) == len(low)
    assert list(zip(low[at].tolist(), high[at].tolist(), strict=True)) == [tuple(sorted(end)) for end in ends]
