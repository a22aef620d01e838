"""Groups under constraints: what is merged, what is kept apart, and laws."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.clusters import cluster


def pairs(*rows: tuple[int, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["left", "right", "probability"])
    return frame.assign(zone=frame["probability"].ge(0.65).map({True: "match", False: "distinct"}))


def sirens(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype=object)


def test_a_match_makes_a_group_and_the_rest_stays_alone() -> None:
    assert cluster(sirens(None, None, None), pairs((0, 2, 0.9))).tolist() == [0, 1, 0]


def test_two_siren_never_meet_not_even_through_a_third_record() -> None:
    found = cluster(sirens("732829320", None, "443061841"), pairs((0, 1, 0.99), (1, 2, 0.95)))
    assert found.tolist() == [0, 0, 1]


def test_one_wrong_pair_does_not_chain_two_companies() -> None:
    """Two dense groups with a single bridge between them stay two."""
    inside = [(0, 1, 0.99), (0, 2, 0.99), (1, 2, 0.99), (3, 4, 0.99), (3, 5, 0.99), (4, 5, 0.99)]
    assert cluster(sirens(*[None] * 6), pairs(*inside, (2, 3, 0.9))).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_weak_pair_inside_does_not_break_a_group() -> None:
    assert cluster(sirens(None, None, None), pairs((0, 1, 0.99), (1, 2, 0.99), (0, 2, 0.3))).nunique() == 1


@pytest.mark.parametrize("wording", [(0, 1), (1, 0)], ids=["as sorted", "the other way round"])
def test_decisions_beat_the_probability(wording: tuple[int, int]) -> None:
    alone = sirens(None, None)
    assert cluster(alone, pairs((0, 1, 0.99)), decided_different=[wording]).tolist() == [0, 1]
    assert cluster(alone, pairs((0, 1, 0.01)), decided_same=[wording]).tolist() == [0, 0]


def test_different_holds_through_merged_groups() -> None:
    found = cluster(sirens(None, None, None), pairs((0, 1, 0.99), (1, 2, 0.98)), decided_different=[(0, 2)])
    assert found.tolist() == [0, 0, 1]


def test_a_decision_does_not_join_two_siren() -> None:
    assert cluster(sirens("732829320", "443061841"), pairs(), decided_same=[(0, 1)]).tolist() == [0, 1]


EDGES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.02, 0.3, 0.7, 0.9, 0.99])), max_size=16
).map(lambda rows: list({(a, b): (a, b, p) for a, b, p in rows if a < b}.values()))
NUMBERS = st.lists(st.sampled_from([None, None, "732829320", "443061841"]), min_size=8, max_size=8)
LINKS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda ends: ends[0] != ends[1]), max_size=3
)


@given(EDGES, NUMBERS, LINKS, LINKS)
def test_laws(
    edges: list[tuple[int, int, float]],
    numbers: list[str | None],
    same: list[tuple[int, int]],
    different: list[tuple[int, int]],
) -> None:
    found = cluster(sirens(*numbers), pairs(*edges), decided_same=same, decided_different=different)
    assert len(found) == 8
    assert pd.Series(numbers, dtype=object).groupby(found).nunique().max() <= 1
    assert all(found[left] != found[right] for left, right in different)


@given(EDGES, NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(
    edges: list[tuple[int, int, float]], numbers: list[str | None], random: object
) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cluster(sirens(*numbers), pairs(*edges)).equals(cluster(sirens(*numbers), pairs(*shuffled)))
