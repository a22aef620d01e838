"""How quantities of unseen columns are compared."""

import numpy as np
import pandas as pd
import pytest

from transforms.matching.auto_numbers import near_numbers, number_comparison
from transforms.matching.records import Records

DRAW = np.random.default_rng(5)
PLACES = pd.Series(DRAW.normal(47.2, 0.2, 400).round(5).astype(str), dtype=object)
PRICES = pd.Series(DRAW.lognormal(4, 1.2, 400).round(2).astype(str), dtype=object)


def test_each_level_is_of_differences_that_chance_shows_less_often() -> None:
    found = number_comparison("lat", PLACES)
    numbers = PLACES.astype(float).to_numpy()
    apart = np.abs(numbers[:, None] - numbers)[np.triu_indices(len(numbers), 1)]
    shares = [float((apart <= width).mean()) for width in found.within.values()]
    assert shares == pytest.approx([0.1, 0.02, 0.004, 0.0008], rel=0.35)
    assert found.levels == ("missing", "different", "far", "near", "close", "closest", "same")


def test_the_unit_does_not_matter() -> None:
    metres = pd.Series((PLACES.astype(float) * 1_000).round(2).astype(str), dtype=object)
    found, scaled = (number_comparison("lat", values).within for values in (PLACES, metres))
    assert {name: width * 1_000 for name, width in found.items()} == pytest.approx(scaled, rel=0.06)


def test_amounts_of_all_sizes_differ_by_shares_and_places_do_not() -> None:
    assert number_comparison("prix", PRICES).relative
    assert not number_comparison("lat", PLACES).relative
    assert max(number_comparison("prix", PRICES).within.values()) < 1


def test_values_that_are_mostly_equal_have_no_nearness_below_that() -> None:
    values = pd.Series(["9.99"] * 350 + ["19.5"] * 50, dtype=object)
    assert number_comparison("prix", values).within == {}
    assert list(near_numbers({"prix": values})) == []


def test_candidates_by_two_columns_together_or_by_the_only_one() -> None:
    columns = {"lat": PLACES, "lon": PLACES.sample(frac=1, random_state=1, ignore_index=True)}
    (both,) = near_numbers(columns)
    (alone,) = near_numbers({"lat": PLACES})
    assert set(both.within) == {"lat", "lon"}
    assert both.within["lat"] > alone.within["lat"]


def near_pairs(columns: dict[str, pd.Series]) -> int:
    (proposed,) = near_numbers(columns)
    frame = pd.DataFrame({name: values.astype(float) for name, values in columns.items()})
    return len(proposed.pairs(Records(frame))[0])


WITH_TAX = (PRICES.astype(float) * 1.2).round(2).astype(str).astype(object)
TWO_RATES = (PRICES.astype(float) * DRAW.choice([1.055, 1.2], 400)).round(2).astype(str).astype(object)


@pytest.mark.parametrize("other", [PLACES, WITH_TAX, TWO_RATES], ids=["no", "yes", "nearly"])
def test_as_many_pairs_are_near_whether_the_columns_go_together_or_not(other: pd.Series) -> None:
    assert 4 < near_pairs({"prix": PRICES, "autre": other}) / len(PRICES) < 6


def test_records_that_lack_one_of_two_quantities_are_left_out() -> None:
    halves = {"lat": PLACES.where(PLACES.index < 200), "lon": PLACES.where(PLACES.index >= 200)}
    assert list(near_numbers(halves)) == []
    half = PLACES.where(PLACES.index < 200)
    assert 8 < near_pairs({"lat": PLACES, "prix": PRICES.where(half.notna())}) / 100 < 12


def test_two_columns_proposed_together_do_not_depend_on_the_order_of_records() -> None:
    columns = pd.DataFrame({"prix": PRICES, "lat": PLACES})
    shuffled = columns.sample(frac=1, random_state=2)
    one, other = (list(near_numbers({name: each[name] for name in each})) for each in (columns, shuffled))
    assert one == other


def test_what_is_proposed_does_not_depend_on_the_order_of_records() -> None:
    shuffled = PLACES.sample(frac=1, random_state=2)
    assert number_comparison("lat", shuffled) == number_comparison("lat", PLACES)
