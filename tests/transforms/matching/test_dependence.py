"""Signals that follow from others: which stay, and that the order of rows has no say."""

import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.matching.blocking import Blocking, BlockingRule
from transforms.matching.comparisons.text import TextComparison
from transforms.matching.dependence import independent
from transforms.matching.records import Records
from transforms.matching.spec import MatchingSpec

TOWNS = [f"{number:02d}{number * 7 % 100:02d}0" for number in range(40)]


def things(count: int = 300, *, faithful: float = 1.0) -> pd.DataFrame:
    """Invented things: the town follows from the postcode, the colour from nothing."""
    draw = random.Random(3)
    postcodes = [draw.choice(TOWNS) for _ in range(count)]
    towns = [
        f"TOWN {code}" if draw.random() < faithful else f"TOWN {draw.choice(TOWNS)}" for code in postcodes
    ]
    return pd.DataFrame(
        {
            "postcode": postcodes,
            "town": towns,
            "name": [f"THING {number} {draw.randrange(10**6)}" for number in range(count)],
            "phone": [str(draw.randrange(10**9)) for _ in range(count)],
            "colour": [draw.choice(["RED", "BLUE", "GREEN"]) for _ in range(count)],
        },
        dtype="str",
    )


def kept(frame: pd.DataFrame) -> list[str]:
    comparisons = tuple(TextComparison(signal=name, kind="text", columns=(name,)) for name in frame.columns)
    blocking = Blocking(rules=(BlockingRule(name="phone", keys=("phone",)),))
    spec = independent(MatchingSpec(blocking=blocking, comparisons=comparisons), Records(frame))
    return [one.signal for one in spec.comparisons]


def test_what_follows_is_left_out() -> None:
    assert kept(things()) == ["postcode", "name", "phone", "colour"]


def test_what_mostly_follows_is_left_out_too() -> None:
    assert len({"postcode", "town"} & set(kept(things(faithful=0.92)))) == 1


def test_what_seldom_follows_stays() -> None:
    assert kept(things(faithful=0.3)) == ["postcode", "town", "name", "phone", "colour"]


def test_of_equal_columns_one_stays() -> None:
    frame = things().assign(again=lambda one: one["postcode"])
    assert len({"postcode", "again"} & set(kept(frame))) == 1


def test_records_of_one_thing_do_not_make_their_columns_follow() -> None:
    """Copies agree on everything: that is what matching is after."""
    frame = things(faithful=0.0).drop(columns="colour")
    assert kept(pd.concat([frame] * 4, ignore_index=True)) == ["postcode", "town", "name", "phone"]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_records_are_no_evidence(count: int) -> None:
    assert kept(things(count)) == ["postcode", "town", "name", "phone", "colour"]


def test_two_columns_alone_stay() -> None:
    assert kept(things()[["postcode", "town"]]) == ["postcode", "town"]


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_has_no_say(shuffled: random.Random) -> None:
    frame = things(faithful=0.8)
    rows = list(range(len(frame)))
    shuffled.shuffle(rows)
    assert kept(frame.iloc[rows].reset_index(drop=True)) == kept(frame)
