"""The measures of a grouping: known answers for small groupings, and the command on invented exports."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import accuracy
from benchmarks.sample import exports, generate


def _records(column: str, groups: str) -> pd.DataFrame:
    """One record a letter; records with the same letter are one company."""
    return pd.DataFrame(
        {"source": "clustr", "member_id": [str(at) for at in range(len(groups))], column: list(groups)}
    )


def _queue(*pairs: tuple[int, int]) -> pd.DataFrame:
    columns = ["left_source", "left_member_id", "right_source", "right_member_id"]
    rows = [("clustr", str(left), "clustr", str(right)) for left, right in pairs]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("real", "published", "precision", "recall", "wrong"),
    [
        ("aabc", "xxyz", 1.0, 1.0, 0),
        ("aabc", "xyzw", 1.0, 0.0, 0),
        ("aabc", "xxxy", 1 / 3, 1.0, 2),
        ("aaab", "xxyy", 1 / 2, 1 / 3, 1),
        ("abcd", "wxyz", 1.0, 1.0, 0),
    ],
    ids=["right", "nothing merged", "one too many", "half right", "nothing to merge"],
)
def test_pairs_are_counted(real: str, published: str, precision: float, recall: float, wrong: int):
    found = accuracy.measure(_records("siren", real), _records("company_id", published), _queue())
    assert found.precision == pytest.approx(precision)
    assert found.recall == pytest.approx(recall)
    assert found.wrong == wrong


def test_b_cubed_is_the_mean_over_records():
    found = accuracy.measure(_records("siren", "aaab"), _records("company_id", "xxyy"), _queue())
    precision, recall = (1 + 1 + 0.5 + 0.5) / 4, (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4
    assert found.b_cubed == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_lost_record_is_a_company_of_its_own():
    published = _records("company_id", "xxx").iloc[:2]
    found = accuracy.measure(_records("siren", "aaa"), published, _queue())
    assert (found.precision, found.recall) == (1.0, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    ("pairs", "recall"),
    [((), 1 / 6), (((1, 2),), 1 / 2), (((1, 2), (2, 3)), 1.0), (((1, 4),), 1 / 6)],
    ids=["empty queue", "a right pair joins two groups", "right pairs add up", "a wrong pair is refused"],
)
def test_a_perfect_reviewer_merges_the_right_pairs(pairs: tuple[tuple[int, int], ...], recall: float):
    found = accuracy.measure(_records("siren", "aaaab"), _records("company_id", "vvxyz"), _queue(*pairs))
    assert found.reviewed_recall == pytest.approx(recall)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=12))
def test_measures_stay_between_0_and_1_and_review_never_loses(labels: list[tuple[str, str]]):
    real, published = ("".join(side) for side in zip(*labels, strict=True))
    found = accuracy.measure(_records("siren", real), _records("company_id", published), _queue((0, 0)))
    for share in (found.precision, found.recall, found.f1, found.b_cubed, found.reviewed_recall):
        assert 0 <= share <= 1
    assert found.reviewed_recall == pytest.approx(found.recall)


def test_a_tidy_sample_is_merged_without_fault(tmp_path: Path):
    exports.write(generate(companies=40, seed=3, roughness=0), tmp_path, tmp_path / "truth.csv")
    found = accuracy.measured(tmp_path)
    assert (found.precision, found.recall) == (1.0, 1.0)
    assert str(found.records) in accuracy.line("tidy", found)
