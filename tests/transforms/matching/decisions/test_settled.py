"""Pairs that decisions on other pairs have settled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.decisions.settled import kept_apart

A, B, C, D, E = range(5)
SETTLED = {
    "through one": ([(A, B)], [(A, C)], (B, C), True),
    "either way round": ([(B, A)], [(C, A)], (C, B), True),
    "through both": ([(A, B), (C, D)], [(A, C)], (D, B), True),
    "the pair itself": ([], [(A, C)], (C, A), True),
    "two that differ from a third": ([], [(A, C), (B, C)], (A, B), False),
    "not at all": ([(A, B)], [(A, C)], (B, D), False),
    "no decision": ([], [], (A, B), False),
}


@pytest.mark.parametrize(("same", "different", "pair", "expected"), SETTLED.values(), ids=SETTLED)
def test_settled(
    same: list[tuple[int, int]], different: list[tuple[int, int]], pair: tuple[int, int], expected: bool
) -> None:
    one, other = (np.array([end]) for end in pair)
    assert kept_apart(one, other, same, different, 5).tolist() == [expected]


PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]))


@given(PAIRS, PAIRS)
def test_as_walking_from_record_to_record_says(
    same: list[tuple[int, int]], different: list[tuple[int, int]]
) -> None:
    group = list(range(7))
    for _ in group:
        for one, other in same:
            group[one] = group[other] = min(group[one], group[other])
    apart = {frozenset((group[one], group[other])) for one, other in different}
    every = [(one, other) for one in range(7) for other in range(7)]
    left, right = (np.array(ends) for ends in zip(*every, strict=True))
    found = kept_apart(left, right, same, different, 7)
    assert found.tolist() == [frozenset((group[one], group[other])) in apart for one, other in every]
