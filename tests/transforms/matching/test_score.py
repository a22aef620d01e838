"""Levels to probability, zones and reasons that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.score import ScoreParameters, Weights, reasons, score, shipped_weights, zones

WEIGHTS = shipped_weights()
PATTERNS = st.fixed_dictionaries(
    {signal: st.sampled_from(sorted(levels)) for signal, levels in WEIGHTS.signals.items()}
)


@given(st.lists(PATTERNS, min_size=1, max_size=6))
def test_reasons_add_up_to_the_probability(patterns: list[dict[str, str]]) -> None:
    levels = pd.DataFrame(patterns)
    probability = score(levels, WEIGHTS)
    for given_probability, said in zip(probability, reasons(levels, WEIGHTS).to_pylist(), strict=True):
        bits = sum(reason["weight"] for reason in said)
        assert given_probability == pytest.approx(1 / (1 + 2.0**-bits), abs=1e-6)


def test_heaviest_reason_first_and_silence_left_out() -> None:
    weights = Weights(prior=-1, signals={"a": {"yes": 2, "no": 0}, "b": {"yes": -5, "no": 0}})
    levels = pd.DataFrame({"a": ["yes", "no", "yes"], "b": ["yes", "no", "yes"]})
    said = [[reason["signal"] for reason in one] for one in reasons(levels, weights).to_pylist()]
    assert said == [["prior", "b", "a"], ["prior"], ["prior", "b", "a"]]


def test_zones_begin_where_the_parameters_say() -> None:
    found = zones(pd.Series([0.1, 0.2, 0.79, 0.8]), ScoreParameters(match_from=0.8, review_from=0.2))
    assert found.tolist() == ["distinct", "review", "review", "match"]


def test_an_unknown_level_is_an_error() -> None:
    levels = pd.DataFrame([dict.fromkeys(WEIGHTS.signals, "missing") | {"name": "unheard of"}])
    with pytest.raises(KeyError):
        score(levels, WEIGHTS)


def test_no_weight_lets_two_siren_be_one_company() -> None:
    best = {
        signal: max(levels, key=lambda level: levels[level]) for signal, levels in WEIGHTS.signals.items()
    }
    probability = score(pd.DataFrame([best | {"identifier": "different"}]), WEIGHTS)
    assert np.all(probability < 0.05)
