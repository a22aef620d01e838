"""Weights learned without labels, on small invented lists whose truth is known."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matching_records import table

from transforms.matching.comparisons.text import TextComparison
from transforms.matching.link import Linked, link
from transforms.matching.records import Pairs, Records
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import (
    Patterns,
    chances,
    learn,
    possible_pairs,
    random_pairs,
)

SYLLABLES = ("MER", "TAV", "BRE", "QUO", "ZEP", "KER", "LUP", "VER", "CAL", "ORV")
NAMES = [f"{one}{other}" for one, other in product(SYLLABLES, SYLLABLES)]


def twins(count: int = 200) -> pd.DataFrame:
    """Records of `count` persons in two lists each, the second with gaps and errors."""
    draw = np.random.default_rng(7)
    first, last, year = (
        draw.integers(0, 100, count),
        draw.integers(0, 100, count),
        draw.integers(1930, 2000, count),
    )
    town = np.where(draw.random(count) < 0.5, 0, draw.integers(0, 60, count))
    people = [
        {"first": NAMES[a], "last": NAMES[b], "born": str(c), "town": f"T{d}"}
        for a, b, c, d in zip(first, last, year, town, strict=True)
    ]
    wrong = [
        person
        | ({"first": None} if at % 7 == 0 else {})
        | ({"town": "T99"} if at % 5 == 0 else {})
        | ({"born": "1900"} if at % 9 == 0 else {})
        for at, person in enumerate(people)
    ]
    return table(*people, *wrong)


SPEC = MatchingSpec.model_validate(
    {
        "no_duplicates": "all",
        "blocking": {
            "rules": [
                {"name": "name", "keys": ["first", "last"]},
                {"name": "born", "keys": ["last", "born"]},
            ]
        },
        "comparisons": [
            {"signal": "first", "kind": "text", "columns": ["first"]},
            {"signal": "last", "kind": "text", "columns": ["last"]},
            {"signal": "born", "kind": "text", "columns": ["born"]},
            {"signal": "town", "kind": "text", "columns": ["town"], "shared_from": {"shared": 60}},
        ],
    }
)
LISTS = pd.Series(["north"] * 200 + ["south"] * 200)


@pytest.fixture(scope="module")
def learned() -> Linked:
    return link(twins(), SPEC, LISTS)


def test_who_is_who_is_found_without_labels(learned: Linked) -> None:
    group = learned.groups.to_numpy()
    assert (group[:200] == group[200:]).mean() > 0.95
    wrong = sum(
        one % 200 != other % 200
        for one, other in zip(learned.pairs.left.tolist(), learned.pairs.right.tolist(), strict=True)
        if group[one] == group[other]
    )
    assert wrong <= 2


def test_agreement_weighs_more_than_disagreement_and_missing_nothing(learned: Linked) -> None:
    for comparison, bits in zip(SPEC.comparisons, learned.weights.signals, strict=True):
        weight = dict(zip(comparison.levels, bits, strict=True))
        assert weight["missing"] == 0
        assert weight["different"] < 0 < weight["same"]


def test_a_rare_value_weighs_more_than_a_shared_one(learned: Linked) -> None:
    weight = dict(zip(SPEC.comparisons[3].levels, learned.weights.signals[3], strict=True))
    assert weight["same"] > weight["shared"] + 1


def test_most_pairs_are_none_before_they_are_looked_at(learned: Linked) -> None:
    odds = 2.0**learned.weights.prior
    assert 100 < odds / (1 + odds) * 200 * 200 < 400


def test_the_same_is_learned_each_time(learned: Linked) -> None:
    again = link(twins(), SPEC, LISTS)
    assert again.weights.prior == learned.weights.prior
    for one, other in zip(again.weights.signals, learned.weights.signals, strict=True):
        assert one.tolist() == other.tolist()


def test_the_order_of_records_does_not_change_who_is_who(learned: Linked) -> None:
    order = np.random.default_rng(3).permutation(400)
    shuffled = link(twins().iloc[order], SPEC, LISTS.iloc[order])
    back = np.argsort(order)
    assert pd.factorize(shuffled.groups.to_numpy()[back])[0].tolist() == learned.groups.tolist()


def test_chances_of_equal_values_are_counted_and_not_sampled() -> None:
    records = Records(table(*({"x": value} for value in "AAABBC")))
    comparison = SPEC.comparisons[0].model_copy(update={"columns": ("x",)})
    (found,) = chances([comparison], [np.array([1, 1, 2], dtype=np.int8)], records)
    # Of six records three bear A, two B: 3*2 + 2*1 of 6*5 ordered pairs.
    assert found[-1] == pytest.approx(8 / 30)
    assert found[0] == pytest.approx(2 / 3)


def test_random_pairs_are_the_same_each_time_and_never_within_a_closed_source() -> None:
    records = Records(table(*[{"x": "A"}] * 4))
    closed = pd.Series(["north", "north", None, None], dtype=object)
    one, other = random_pairs(records, closed), random_pairs(records, closed)
    assert one.left.tolist() == other.left.tolist()
    found = {frozenset(ends) for ends in zip(one.left.tolist(), one.right.tolist(), strict=True)}
    assert found == {frozenset(ends) for ends in [(0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]}


@pytest.mark.parametrize(
    ("closed", "pairs"),
    [
        (None, 10),
        (["a", "a", "b", "b", "b"], 6),
        (["a", "a", None, None, None], 9),
        (["a", "a", "a", "a", "a"], 1),
    ],
    ids=["open", "two closed sources", "one closed source", "one source: never none"],
)
def test_possible_pairs(closed: list[str | None] | None, pairs: int) -> None:
    promise = None if closed is None else pd.Series(closed, dtype=object)
    assert possible_pairs(Records(table(*[{"x": "A"}] * 5)), promise) == pairs


def test_patterns_are_told_apart_however_many_signals_there_are() -> None:
    """Forty signals of eight levels: their patterns do not fit one number of 64 bits."""
    levels = [np.array([at % 8, at % 8, (at + (at == 0)) % 8], dtype=np.int8) for at in range(40)]
    patterns = Patterns.of(levels, [8] * 40)
    assert patterns.of_pair[0] == patterns.of_pair[1] != patterns.of_pair[2]
    assert sorted(patterns.counts.tolist()) == [1, 2]
    assert patterns.rows[patterns.of_pair[2]].tolist() == [int(level[2]) for level in levels]


def test_nothing_to_learn_from_leaves_what_was_expected() -> None:
    nothing = [np.zeros(0, dtype=np.int8)]
    weights = learn(nothing, [np.array([0.9, 0.1])], possible=1.0, expected=0.5)
    assert np.isfinite(weights.prior)
    assert weights.signals[0][2] > 0 > weights.signals[0][1]


# Twenty matches among a thousand pairs: they agree on the first signal, and mostly on the second.
SAME = [
    np.array([3] * 20 + [1] * 980, dtype=np.int8),
    np.array([3] * 16 + [2] * 4 + [1] * 900 + [2] * 80, dtype=np.int8),
]
CHANCE = [np.array([0.9799, 0.0001, 0.02]), np.array([0.9, 0.0839, 0.0161])]


def test_what_matches_agree_on_is_no_chance() -> None:
    """The value that only matches share says more than its share of all pairs would."""
    weights = learn(SAME, CHANCE, possible=1_000.0, expected=20)
    assert weights.signals[0][3] > np.log2(1 / 0.02)


def test_no_level_says_more_than_a_better_one_and_a_difference_never_speaks_for_a_match() -> None:
    """The second level of the first signal is next to never seen by chance."""
    weights = learn(SAME, CHANCE, possible=1_000.0, expected=20)
    for signal in weights.signals:
        assert signal[1] <= 0
        assert sorted(signal[1:]) == signal[1:].tolist()


def test_shared_values_may_say_less_than_likeness() -> None:
    """The middle level is of values that many bear: chance shows it often, likeness below it seldom."""
    levels = [np.array([4] * 10 + [3] * 5 + [2] * 5 + [3] * 80 + [1] * 900, dtype=np.int8), *SAME[:1]]
    chance = [np.array([0.9, 0.001, 0.09, 0.009]), CHANCE[0]]
    shared = [np.array([False, False, True, False]), np.zeros(3, dtype=bool)]
    aside = learn(levels, chance, 1_000.0, 20, shared=shared).signals[0]
    assert aside[3] < aside[2] <= aside[4]


def test_a_signal_that_no_random_pair_has_says_nothing() -> None:
    records = Records(table({"x": "A", "y": None}, {"x": "B", "y": "1"}))
    x, y = (TextComparison(signal=name, kind="text", columns=(name,)) for name in ("x", "y"))
    pair = Pairs(records, np.array([0]), np.array([1]))
    levels = [x.compare(pair), y.compare(pair)]
    weights = learn(levels, chances([x, y], levels, records), possible=1.0, expected=0.5)
    assert weights.signals[1].tolist() == [0.0] * len(y.levels)
