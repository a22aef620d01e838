"""The judge of all matchers: known answers for small groupings and probabilities, and its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import linkage
from benchmarks.linkage import Pairs


def _codes(groups: str) -> np.ndarray:
    return np.array([ord(letter) for letter in groups], dtype=np.int64)


def _pairs(*rows: tuple[int, int, float]) -> Pairs:
    left, right, probability = zip(*rows, strict=True) if rows else ((), (), ())
    return Pairs(np.array(left, int), np.array(right, int), np.array(probability, float))


def _triples(pairs: Pairs) -> list[tuple[int, int]]:
    return sorted(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def _calibration(truth: np.ndarray, pairs: Pairs) -> linkage.Calibration:
    return linkage.calibration(linkage.marked(truth, pairs))


@pytest.mark.parametrize(
    ("truth", "groups", "expected"),
    [
        ("aabc", "xxyz", 1.0),
        ("aabc", "xyzw", 0.0),
        ("aabc", "xxxy", 2 * (1 / 3) / (1 / 3 + 1)),
        ("aaab", "xxyy", 2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3)),
        ("abcd", "wxyz", 0.0),
    ],
    ids=["right", "nothing merged", "one too many", "half right", "nothing to merge"],
)
def test_pairwise_f1(truth: str, groups: str, expected: float):
    assert linkage.pairwise_f1(_codes(truth), _codes(groups)) == pytest.approx(expected)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), min_size=1, max_size=30))
def test_pairwise_f1_is_that_of_the_published_measure(rows: list[tuple[str, str]]):
    truth, groups = ("".join(column) for column in zip(*rows, strict=True))
    frame = pd.DataFrame({"record_id": [str(at) for at in range(len(rows))], "truth": list(truth)})
    clusters = frame[["record_id"]].assign(cluster_id=list(groups))
    nobody = pd.DataFrame(columns=["left_id", "right_id"])
    published = linkage.judged(frame, clusters, nobody)
    found = linkage.pairwise_f1(_codes(truth), _codes(groups))
    if published.precision and published.recall and found:
        assert found == pytest.approx(published.f1)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 2, 0.9), (0, 3, 0.8)], [(0, 2)]),
        ([(0, 2, 0.9), (1, 2, 0.95)], [(1, 2)]),
        ([(0, 2, 0.9), (1, 3, 0.6)], [(0, 2), (1, 3)]),
        ([(0, 2, 0.9), (0, 3, 0.9)], [(0, 2)]),
        ([], []),
    ],
    ids=["left has two", "right has two", "no rival", "a tie goes to the lower number", "no pair"],
)
def test_best_links(pairs: list[tuple[int, int, float]], expected: list[tuple[int, int]]):
    assert _triples(linkage.best_links(_pairs(*pairs))) == expected


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(6, 11)), st.sampled_from([0.2, 0.5, 0.9]), min_size=1
    )
)
def test_best_links_use_each_record_once(given_pairs: dict[tuple[int, int], float]):
    found = linkage.best_links(_pairs(*((*ends, value) for ends, value in given_pairs.items())))
    assert len(found.left)
    assert len(set(found.left.tolist())) == len(found.left)
    assert len(set(found.right.tolist())) == len(found.right)


def test_the_best_grouping_is_found_where_it_is():
    truth = _codes("aabbc")
    pairs = _pairs((0, 1, 0.96), (2, 3, 0.86), (3, 4, 0.76))
    best = linkage.best_grouping(truth, pairs, no_duplicates=False)
    assert (best.f1, best.threshold, best.one_to_one) == (1.0, 0.8, False)


def test_one_to_one_is_tried_only_where_sources_hold_nothing_twice():
    truth, pairs = _codes("abab"), _pairs((0, 2, 0.96), (1, 3, 0.97), (0, 3, 0.955))
    assert linkage.best_grouping(truth, pairs, no_duplicates=True).f1 == 1.0
    assert linkage.best_grouping(truth, pairs, no_duplicates=True).one_to_one
    assert linkage.best_grouping(truth, pairs, no_duplicates=False).f1 < 1.0


def test_calibration_of_probabilities_that_say_what_is():
    truth = _codes("aabc")
    found = _calibration(truth, _pairs(*[(0, 1, 0.5), (2, 3, 0.5)] * 10))
    assert found.pairs == 20
    assert found.log_loss == pytest.approx(np.log(2))


def test_calibration_error_is_the_gap_of_the_bins():
    truth = _codes("ab" * 10)
    pairs = _pairs(*((at, at + 1, 0.3) for at in range(19)))
    assert _calibration(truth, pairs).error == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("probability", "pairs", "log_loss"),
    [(0.01, 0, float("nan")), (0.99, 0, -np.log(0.99)), (1.0, 0, 1e-6), (0.02, 1, -np.log(0.02))],
    ids=["too unlikely to count", "sure", "certain", "just doubtful"],
)
def test_which_pairs_count(probability: float, pairs: int, log_loss: float):
    found = _calibration(_codes("aa"), _pairs((0, 1, probability)))
    assert found.pairs == pairs
    assert found.log_loss == pytest.approx(log_loss, nan_ok=True)
    assert np.isnan(found.error) == (pairs == 0)


def test_pairs_are_numbered_once_whatever_their_direction():
    truth = pd.DataFrame({"record_id": ["p", "q", "r"]})
    told = pd.DataFrame(
        {"left_id": ["q", "p", "r"], "right_id": ["p", "q", "r"], "probability": [0.4, 0.7, 0.9]}
    )
    found = linkage.numbered(truth, told)
    assert _triples(found) == [(0, 1)]
    assert found.probability.tolist() == [0.7]


def test_an_unknown_id_is_named_as_a_fault_of_the_matcher():
    told = pd.DataFrame({"left_id": ["q"], "right_id": ["p"], "probability": [0.4]})
    with pytest.raises(KeyError, match="1 pairs have an id that the truth lacks"):
        linkage.numbered(pd.DataFrame({"record_id": ["p"]}), told)
