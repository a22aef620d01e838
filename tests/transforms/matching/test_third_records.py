"""What a third record says against a pair: named examples, and the definition applied one by one."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import table
from pydantic import ValidationError

from transforms.matching.comparisons.third_record import DOUBTED, OPPOSED, ThirdRecordComparison
from transforms.matching.link import link
from transforms.matching.records import Pairs, Records
from transforms.matching.spec import MatchingSpec
from transforms.matching.third_records import third_records

COMPARISON = ThirdRecordComparison(
    signal="third_record", kind="third_record", weights={DOUBTED: -1.0, OPPOSED: -4.0}
)
Told = dict[tuple[int, int], float]


def said(told: Told, size: int = 6) -> dict[tuple[int, int], str]:
    """The pairs against which a third record speaks, of records 0 to `size` - 1."""
    records = Records(table(*({"name": str(at)} for at in range(size))))
    left, right = (np.array([pair[end] for pair in told], dtype=np.int64) for end in (0, 1))
    levels = third_records(
        Pairs(records, left, right), np.array(list(told.values()), dtype=float), COMPARISON
    )
    names = [COMPARISON.levels[level] for level in levels]
    return {pair: name for pair, name in zip(told, names, strict=True) if name != "missing"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({(0, 1): 5.0, (0, 2): 0.5}, {(0, 2): OPPOSED}),
        ({(0, 1): 5.0, (0, 2): 0.5, (1, 2): -6.0}, {(0, 2): OPPOSED}),
        ({(0, 1): 5.0, (0, 2): 0.5, (1, 2): -2.0}, {(0, 2): DOUBTED}),
        ({(0, 1): 5.0, (0, 2): 0.5, (1, 2): -0.5}, {}),
        ({(0, 1): 5.0, (0, 2): 0.5, (1, 2): 4.0}, {}),
        ({(0, 1): 1.5, (0, 2): 0.5, (1, 2): -6.0}, {(0, 2): DOUBTED}),
        ({(0, 1): 0.5, (0, 2): 0.5, (1, 2): -6.0}, {}),
        ({(0, 1): 5.0, (0, 2): 4.0, (1, 2): -6.0}, {(0, 1): OPPOSED, (0, 2): OPPOSED}),
        ({(0, 1): 5.0, (2, 3): 5.0}, {}),
        ({}, {}),
    ],
    ids=[
        *("never proposed", "surely another", "perhaps another", "nobody knows", "one of the three"),
        *("hardly linked", "not linked", "torn between two", "elsewhere", "no pair"),
    ],
)
def test_a_record_that_goes_with_one_of_the_two_only(
    told: Told, expected: dict[tuple[int, int], str]
) -> None:
    assert said(told) == expected


PAIRS = st.dictionaries(
    st.sampled_from(list(combinations(range(6), 2))), st.integers(-8, 8).map(float), min_size=1
)


def by_definition(told: Told, pair: tuple[int, int]) -> str:
    def bits(one: int, other: int) -> float:
        return told.get((min(one, other), max(one, other)), -10.0)

    against = max(
        min(bits(third, end), -bits(third, other))
        for end, other in (pair, pair[::-1])
        for third in set(range(6)) - set(pair)
    )
    return OPPOSED if against >= 3 else DOUBTED if against >= 1 else "missing"


@given(PAIRS)
def test_it_is_the_strongest_of_all_third_records(told: Told) -> None:
    expected = {pair: by_definition(told, pair) for pair in told}
    assert said(told) == {pair: level for pair, level in expected.items() if level != "missing"}


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_ends_and_further_records_change_nothing(told: Told, random) -> None:
    turned = [(pair if random.random() < 0.5 else pair[::-1], bits) for pair, bits in told.items()]
    random.shuffle(turned)
    found = said(dict(turned), size=9)
    assert {(min(pair), max(pair)): level for pair, level in found.items()} == said(told)


def spec(*more: dict[str, Any]) -> MatchingSpec:
    """Names and telephones."""
    name = {
        "signal": "name",
        "kind": "text",
        "columns": ["name"],
        "weights": {"same": 6.0, "different": -1.5},
    }
    phone = {"signal": "phone", "kind": "text", "columns": ["phone"]}
    rules = [{"name": "phone", "keys": ["phone"]}, {"name": "name", "keys": ["name"]}]
    return MatchingSpec.model_validate(
        {
            "blocking": {"rules": rules},
            "comparisons": [name, phone | {"weights": {"same": 3.0, "different": -1.0}}, *more],
            "prior": -2.0,
        }
    )


def test_the_record_that_bears_her_name_tells_a_neighbour_apart() -> None:
    """Two at one telephone; that one of them goes with a third, elsewhere, takes the doubt away."""
    frame = table(
        {"name": "MERIDON", "phone": "01"},
        {"name": "MERIDON", "phone": "02"},
        {"name": "TAVIOL", "phone": "01"},
    )
    assert link(frame, spec()).bits.tolist() == [3.0, -0.5]
    heard = link(frame, spec(COMPARISON.model_dump()))
    assert heard.bits.tolist() == [3.0, -4.5]
    assert heard.groups.tolist() == [0, 0, 1]


def test_weights_are_not_learned() -> None:
    with pytest.raises(ValidationError, match="weights à donner"):
        ThirdRecordComparison(signal="third_record", kind="third_record")
