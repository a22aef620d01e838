"""Levels to probability, zones and reasons that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import pairs_of, table

from transforms.matching.link import Linked
from transforms.matching.members import members_spec
from transforms.matching.reasons import reasons
from transforms.matching.spec import MatchingSpec, Thresholds
from transforms.matching.training import Weights
from transforms.matching.zones import probability, zones

SPEC = members_spec()
SHIPPED = Weights(
    SPEC.prior or 0.0,
    tuple(
        np.array([(one.weights or {}).get(level, 0.0) for level in one.levels]) for one in SPEC.comparisons
    ),
)
PATTERNS = st.tuples(*(st.integers(0, len(one.levels) - 1) for one in SPEC.comparisons))


def linked(patterns: list[tuple[int, ...]], weights: Weights) -> Linked:
    """As many pairs as there are patterns of levels."""
    levels = tuple(np.array(column, dtype=np.int8) for column in zip(*patterns, strict=True))
    bits = weights.bits(levels)
    frame = table(*[{"x": "1"}] * (len(patterns) + 1))
    pairs = pairs_of(frame, *((0, at + 1) for at in range(len(patterns))))
    groups = pd.Series(np.arange(len(frame)))
    return Linked(pairs, levels, weights, bits, zones(bits, SPEC.thresholds), groups, pd.DataFrame(), ())


@given(st.lists(PATTERNS, min_size=1, max_size=6))
def test_reasons_add_up_to_the_probability(patterns: list[tuple[int, ...]]) -> None:
    found = linked(patterns, SHIPPED)
    told = reasons(found, SPEC, np.ones(len(patterns), dtype=bool)).to_pylist()
    for given_probability, said in zip(found.probability, told, strict=True):
        bits = sum(reason["weight"] for reason in said)
        assert given_probability == pytest.approx(1 / (1 + 2.0**-bits), abs=1e-12)


TWO_SIGNALS = MatchingSpec.model_validate(
    {
        "blocking": {"rules": [{"name": "x", "keys": ["x"]}]},
        "comparisons": [
            {"signal": "a", "kind": "text", "columns": ["x"]},
            {"signal": "b", "kind": "text", "columns": ["x"]},
        ],
    }
)
YES, NO = 2, 0


def test_heaviest_reason_first_and_silence_left_out() -> None:
    weights = Weights(-1.0, (np.array([0.0, 0.0, 2.0]), np.array([0.0, 0.0, -5.0])))
    found = linked([(YES, YES), (NO, NO), (YES, YES)], weights)
    told = reasons(found, TWO_SIGNALS, np.ones(3, dtype=bool)).to_pylist()
    assert [[reason["signal"] for reason in one] for one in told] == [
        ["prior", "b", "a"],
        ["prior"],
        ["prior", "b", "a"],
    ]
    assert told[0][1] == {"signal": "b", "level": "same", "weight": -5.0}


def test_only_the_pairs_that_are_kept_are_told() -> None:
    weights = Weights(-1.0, (np.array([0.0, 0.0, 2.0]), np.array([0.0, 0.0, -5.0])))
    found = linked([(YES, NO), (NO, NO), (NO, YES)], weights)
    told = reasons(found, TWO_SIGNALS, np.array([False, True, True])).to_pylist()
    assert [[reason["signal"] for reason in one] for one in told] == [["prior"], ["prior", "b"]]


def test_zones_begin_where_the_thresholds_say() -> None:
    found = zones(np.array([-2.1, -2.0, -0.1, 0.0]), Thresholds(match_from=0.5, review_from=0.2))
    assert found.tolist() == ["distinct", "review", "review", "match"]


@given(st.floats(-1e4, 1e4))
def test_a_probability_lies_strictly_between_0_and_1(bits: float) -> None:
    assert 0 < probability(np.array([bits]))[0] < 1


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_more_bits_are_no_less_probable(one: float, other: float) -> None:
    low, high = probability(np.array(sorted([one, other])))
    assert low <= high
