"""What the fit may do to the weights, and what it never does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refit_pairs import SHIPPED, SIZES, pairs

from transforms.matching.refitting.estimate import log_losses, refit
from transforms.matching.training import Weights

ROW = st.tuples(
    st.sampled_from([0, 2, 3, 4]),
    *(st.integers(0, size - 1) for size in SIZES[1:]),
    st.sampled_from([0.0, 1.0]),
)
ROWS = st.lists(ROW, max_size=40)
NOTHING = pairs()


def flat(weights: Weights) -> list[float]:
    return [weights.prior, *(bit for bits in weights.signals for bit in bits.tolist())]


def test_no_judgement_leaves_the_shipped_weights() -> None:
    assert flat(refit(NOTHING, NOTHING, SHIPPED)) == pytest.approx(flat(SHIPPED))


@given(ROWS, st.randoms())
@settings(max_examples=40, deadline=None)
def test_any_order_of_pairs_gives_the_same_weights(
    rows: list[tuple[int, int, int, float]], dice: object
) -> None:
    shuffled = rows.copy()
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert flat(refit(pairs(*rows), NOTHING, SHIPPED)) == flat(refit(pairs(*shuffled), NOTHING, SHIPPED))


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_levels_keep_their_order_and_missing_weighs_nothing(rows: list[tuple[int, int, int, float]]) -> None:
    found = refit(pairs(*rows), NOTHING, SHIPPED)
    for bits in found.signals:
        assert bits[0] == 0
        assert (np.diff(bits[1:]) >= 0).all()


@given(ROWS.filter(bool))
@settings(max_examples=40, deadline=None)
def test_judgements_are_never_foreseen_worse_by_the_weights_fitted_to_them(
    rows: list[tuple[int, int, int, float]],
) -> None:
    judged = pairs(*rows)
    found = refit(judged, NOTHING, SHIPPED)
    wrong = [
        np.logaddexp(0, weights.bits(judged.levels) * np.log(2)).sum()
        - (judged.share * weights.bits(judged.levels) * np.log(2)).sum()
        for weights in (found, SHIPPED)
    ]
    assert wrong[0] <= wrong[1] + 1e-2 * len(rows)


def test_few_judgements_move_little_and_many_move_much() -> None:
    """Town against telephone, as even as can be by the shipped weights; the town is always right."""
    moved = [refit(pairs(*[(0, 3, 1, 1.0)] * n), NOTHING, SHIPPED).signals[1][3] - 2.0 for n in (1, 10, 100)]
    assert 0 < moved[0] < 0.3 < moved[1] < moved[2] < 3


def test_a_level_that_nobody_saw_stays_unless_its_neighbours_push_it() -> None:
    found = refit(pairs(*[(0, 2, 0, 1.0)] * 60), NOTHING, SHIPPED)
    assert found.signals[2].tolist() == SHIPPED.signals[2].tolist()
    assert found.signals[0].tolist() == SHIPPED.signals[0].tolist()
    pushed = refit(pairs(*[(0, 2, 1, 1.0)] * 400), NOTHING, SHIPPED)
    assert pushed.signals[1][3] >= pushed.signals[1][2] > 2.0


def test_pairs_outside_the_queue_hold_what_judgements_on_doubts_would_bend() -> None:
    doubts = pairs(*[(0, 3, 1, 0.0)] * 60)
    plain = pairs(*[(0, 3, 2, 16 / 17)] * 300, *[(0, 1, 1, 1 / 17)] * 300)
    free, held = (refit(doubts, outside, SHIPPED) for outside in (NOTHING, plain))
    agreeing = [np.array([level], dtype=np.int8) for level in (0, 3, 2)]
    shipped = SHIPPED.bits(agreeing)[0]
    assert abs(held.bits(agreeing)[0] - shipped) < abs(free.bits(agreeing)[0] - shipped) / 2


def test_pairs_outside_the_queue_never_drown_the_judgements() -> None:
    judged, row = pairs(*[(0, 3, 1, 1.0)] * 60), (0, 3, 2, 16 / 17)
    some, many = (refit(judged, pairs(*[row] * n), SHIPPED) for n in (500, 20_000))
    assert flat(some) == pytest.approx(flat(many), abs=0.02)


def test_a_complaint_is_one_among_many() -> None:
    merged = [(4, 0, 0, 127 / 128)] * 200
    complaint = pairs(*merged[5:], *[(4, 0, 0, 0.0)] * 5)
    kept = refit(NOTHING, complaint, SHIPPED)
    believed = kept.prior + kept.signals[0][4]
    assert 4.0 < believed < 7.0


def test_what_follows_a_rule_is_foreseen_better() -> None:
    ruled = pairs(*[(0, 3, 1, 1.0)] * 20, *[(0, 1, 2, 0.0)] * 20)
    before, after = log_losses(ruled, NOTHING, SHIPPED)
    assert before == pytest.approx(np.log(2))
    assert after < before / 2


def test_what_follows_the_shipped_weights_is_not_foreseen_better() -> None:
    even = pairs(*[(0, 3, 1, share) for share in (0.0, 1.0) for _ in range(20)])
    before, after = log_losses(even, NOTHING, SHIPPED)
    assert after >= before


def test_packed_pairs_are_each_once() -> None:
    packed, counts = pairs((0, 3, 1, 1.0), (0, 1, 1, 0.0), (0, 3, 1, 1.0), (0, 3, 1, 0.5)).packed()
    rows = list(zip(*(level.tolist() for level in packed.levels), packed.share, counts, strict=True))
    assert sorted(rows) == [(0, 1, 1, 0.0, 1.0), (0, 3, 1, 0.5, 1.0), (0, 3, 1, 1.0, 2.0)]
    assert len(NOTHING.packed()[0]) == 0
