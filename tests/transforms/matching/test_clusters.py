"""Groups under constraints: what is merged, what is kept apart, and laws."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching import clusters

Ends = Iterable[tuple[int, int]]
Pairs = list[tuple[int, int, float]]


def pairs(*rows: tuple[int, int, float]) -> Pairs:
    """Pairs of records with their probability."""
    return list(rows)


def sirens(*values: str | None) -> pd.DataFrame:
    return pd.DataFrame({"siren": pd.Series(list(values), dtype=object)})


def cluster(
    identifiers: pd.DataFrame,
    edges: Pairs,
    closed: list[str | None] | None = None,
    decided_same: Ends = (),
    decided_different: Ends = (),
) -> pd.Series:
    """The groups where pairs match from 0.65 on."""
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    probability = np.clip(np.array([edge[2] for edge in edges], dtype=float), 1e-12, 1 - 1e-12)
    return clusters.cluster(
        identifiers,
        left,
        right,
        np.log2(probability / (1 - probability)),
        probability >= 0.65,
        None if closed is None else pd.Series(closed, dtype=object),
        decided_same,
        decided_different,
    )


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


def test_values_of_each_kind_of_identifier_are_kept_apart() -> None:
    both = pd.DataFrame(
        {"siren": ["732829320", None, None], "rna": [None, "W751000001", "W751000002"]}, dtype=object
    )
    edges = pairs((0, 1, 0.99), (0, 2, 0.98), (1, 2, 0.97))
    assert cluster(both, edges).tolist() == [0, 0, 1]
    assert cluster(both[["siren"]], edges).tolist() == [0, 0, 0]
    assert cluster(both[[]], edges).tolist() == [0, 0, 0]


def test_a_source_that_holds_nothing_twice_gives_a_group_one_record_unless_a_person_says_otherwise() -> None:
    chain = pairs((0, 1, 0.9), (1, 2, 0.99))
    promised = ["north", "south", "north"]
    assert cluster(sirens(None, None, None), chain, promised).tolist() == [0, 1, 1]
    dense = [*chain, (0, 2, 0.9)]
    assert cluster(sirens(None, None, None), dense, ["north", None, None]).nunique() == 1
    assert cluster(sirens(None, None, None), dense, promised, decided_same=[(0, 2)]).nunique() == 1


def test_a_record_is_never_dropped_whatever_is_decided_on_records_without_pairs() -> None:
    found = cluster(
        sirens(None, None, None), pairs(), decided_same=[(0, 2)], decided_different=[(1, 2), (0, 1)]
    )
    assert found.tolist() == [0, 1, 0]


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


MANY = 12
MORE_EDGES = st.lists(
    st.tuples(st.integers(0, MANY - 1), st.integers(0, MANY - 1), st.floats(0.0, 1.0)), max_size=40
).map(lambda rows: list({(a, b): (a, b, p) for a, b, p in rows if a < b}.values()))
MORE_LINKS = st.lists(
    st.tuples(st.integers(0, MANY - 1), st.integers(0, MANY - 1)).filter(lambda ends: ends[0] != ends[1]),
    max_size=12,
)
MORE_NUMBERS = st.lists(
    st.sampled_from([None, None, None, "732829320", "443061841"]), min_size=MANY, max_size=MANY
)
LISTS = st.lists(st.sampled_from([None, "north", "south"]), min_size=MANY, max_size=MANY)


@given(MORE_EDGES, MORE_NUMBERS, LISTS, MORE_LINKS, MORE_LINKS)
def test_how_many_records_are_merged_at_once_changes_nothing(
    edges: list[tuple[int, int, float]],
    numbers: list[str | None],
    lists: list[str | None],
    same: list[tuple[int, int]],
    different: list[tuple[int, int]],
) -> None:
    given_all = (sirens(*numbers), pairs(*edges), lists, same, different)
    at_once = cluster(*given_all)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "_AT_ONCE", 1)
        assert cluster(*given_all).equals(at_once)


@given(MORE_EDGES, MORE_NUMBERS, LISTS, MORE_LINKS, MORE_LINKS.filter(bool))
def test_different_is_never_violated_whatever_else_is_added(
    edges: list[tuple[int, int, float]],
    numbers: list[str | None],
    lists: list[str | None],
    same: list[tuple[int, int]],
    different: list[tuple[int, int]],
) -> None:
    """Not by pairs however probable, not by identifiers, not by decisions « same », in whatever number."""
    for more in (0, len(same)):
        found = cluster(sirens(*numbers), pairs(*edges), lists, same[:more], different)
        assert all(found[left] != found[right] for left, right in different)
        assert pd.Series(numbers, dtype=object).groupby(found).nunique().max() <= 1


@given(EDGES, NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(
    edges: list[tuple[int, int, float]], numbers: list[str | None], random: object
) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert cluster(sirens(*numbers), pairs(*edges)).equals(cluster(sirens(*numbers), pairs(*shuffled)))


@pytest.mark.parametrize("length", [3, 5, 9])
def test_two_siren_never_meet_through_a_chain_of_records_without_one(length: int) -> None:
    numbers = ["732829320", *[None] * length, "443061841"]
    every = [(one, other, 0.99) for other in range(len(numbers)) for one in range(other)]
    for edges in ([(at, at + 1, 0.999) for at in range(length + 1)], every):
        found = cluster(sirens(*numbers), edges)
        assert found[0] != found[length + 1]
        assert found.nunique() <= len(numbers) - 1
    assert cluster(sirens(*[None] * len(numbers)), every).nunique() == 1


@given(st.integers(2, 6), st.integers(2, 6), st.floats(0.97, 0.9999), st.floats(0.65, 0.96), st.data())
def test_two_dense_groups_joined_by_one_weaker_pair_are_not_merged(
    first: int, second: int, inside: float, bridge: float, data: st.DataObject
) -> None:
    one, other = range(first), range(first, first + second)
    dense = [
        (left, right, inside) for side in (one, other) for right in side for left in side if left < right
    ]
    ends = (data.draw(st.sampled_from(one)), data.draw(st.sampled_from(other)))
    found = cluster(sirens(*[None] * (first + second)), [*dense, (*ends, bridge)])
    assert found.tolist() == [0] * first + [1] * second


@given(MORE_EDGES, MORE_LINKS, MORE_LINKS)
def test_what_decisions_tie_together_is_one_group_unless_others_forbid_it(
    edges: list[tuple[int, int, float]], same: list[tuple[int, int]], different: list[tuple[int, int]]
) -> None:
    """`same` holds transitively; of a chain that `different` contradicts, something gives way."""
    nobody = sirens(*[None] * MANY)
    found = cluster(nobody, pairs(*edges), decided_same=same)
    assert all(found[left] == found[right] for left, right in same)
    both = cluster(nobody, pairs(*edges), decided_same=same, decided_different=different)
    split = [(left, right) for left, right in same if both[left] != both[right]]
    between = {frozenset((both[left], both[right])) for left, right in different}
    assert all(frozenset((both[left], both[right])) in between for left, right in split)
