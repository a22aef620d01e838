"""Probabilities that come true: the error where they do not, and the line that mends them."""

import numpy as np
import pytest

from benchmarks.calibration import Judged, calibration_error, scaling
from transforms.matching.zones import probability


def _judged(bits: np.ndarray, scale: float = 1.0, shift: float = 0.0, seed: int = 0) -> Judged:
    """Pairs whose evidence is `bits`, while what is so follows from scale and shift."""
    true = np.random.default_rng(seed).random(len(bits)) < probability(bits * scale + shift)
    return Judged(bits, true, 0)


def _spread(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 3, count)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (1.4, 0.0), (0.6, -1.5), (1.0, 2.0)])
def test_the_line_is_found_from_what_came_true(scale: float, shift: float) -> None:
    assert scaling(_judged(_spread(40_000), scale, shift)) == pytest.approx((scale, shift), abs=0.1)


def test_what_nobody_doubts_does_not_bend_the_line() -> None:
    usual = _judged(_spread(20_000))
    wrong = Judged(np.full(20_000, 12.0), np.zeros(20_000, bool), 0)
    assert scaling(Judged.together([usual, wrong])) == scaling(usual)


def test_calibrated_evidence_has_less_error() -> None:
    bold = _judged(_spread(20_000), scale=0.5)
    scale, shift = scaling(bold)
    before, _ = calibration_error(probability(bold.bits), bold.same)
    after, _ = calibration_error(probability(bold.bits * scale + shift), bold.same)
    assert after < 0.02 < before


@pytest.mark.parametrize(
    ("said", "right", "expected"),
    [
        ([0.5] * 4, [True, False, True, False], (0.0, 4)),
        ([0.9] * 4, [True, False, True, False], (0.4, 4)),
        ([0.01, 0.99, 0.25], [True, False, False], (0.25, 1)),
    ],
    ids=["comes true", "too bold", "what is sure is not asked"],
)
def test_the_error(said: list[float], right: list[bool], expected: tuple[float, int]) -> None:
    assert calibration_error(np.array(said), np.array(right), bins=1) == pytest.approx(expected)


def test_what_is_told_counts_missed_pairs() -> None:
    told = Judged(np.array([3.0, 3.0, -3.0]), np.array([True, False, False]), missed=1).told("set")
    assert "set at 0.5: precision 0.5000, recall 0.5000" in told
    assert "over 3 pairs" in told
