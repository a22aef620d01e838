"""What the published warehouse does not know yet of decisions and corrections."""

from datetime import UTC, datetime

import pytest

from review.unheard import Heard, Unheard, unheard
from transforms.matching.decisions.decision import Decision
from transforms.stewards.correction import Correction

THEN = datetime(2024, 1, 1, tzinfo=UTC)
KNOWN = Heard({"D-0001": False, "D-0002": True}, {"C-0001": False})


def decision(number: int, *, gone: bool = False) -> Decision:
    return Decision(
        decision_id=f"D-{number:04}",
        left_source="north",
        left_member_id="1",
        right_source="south",
        right_member_id="2",
        verdict="same",
        steward="st-1",
        decided_at=THEN,
        revoked_at=THEN if gone else None,
    )


def correction(number: int, *, gone: bool = False) -> Correction:
    return Correction(
        correction_id=f"C-{number:04}",
        company_id="E-7K3MQ9XT2B",
        source="north",
        member_id="1",
        field="city",
        value="Lyon",
        steward="st-1",
        corrected_at=THEN,
        revoked_at=THEN if gone else None,
    )


SAID = {
    "all that the run knew": ([decision(1), decision(2, gone=True)], [correction(1)], Unheard(), ""),
    "a decision": ([decision(1), decision(3)], [], Unheard(decisions=1), "1 décision"),
    "a correction": ([], [correction(1), correction(2)], Unheard(corrections=1), "1 correction"),
    "one taken back since": ([decision(1, gone=True)], [], Unheard(taken_back=1), "1 retrait"),
    "one that stands again": ([decision(2)], [], Unheard(decisions=1), "1 décision"),
    "said and taken back since": ([decision(3, gone=True)], [correction(2, gone=True)], Unheard(), ""),
    "some of each": (
        [decision(3), decision(4)],
        [correction(1, gone=True), correction(2)],
        Unheard(2, 1, 1),
        "2 décisions, 1 correction et 1 retrait",
    ),
}


def test_a_run_goes_by_what_had_not_been_taken_back() -> None:
    assert KNOWN.counted == {"D-0001"}


@pytest.mark.parametrize(("decisions", "corrections", "found", "told"), SAID.values(), ids=SAID)
def test_what_waits_for_the_next_run(
    decisions: list[Decision], corrections: list[Correction], found: Unheard, told: str
) -> None:
    waiting = unheard(KNOWN, decisions, corrections)
    assert waiting == found
    assert waiting.told == told
    assert bool(waiting.count) == bool(told)
