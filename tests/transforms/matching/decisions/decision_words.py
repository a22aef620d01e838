"""Decisions for the tests, on invented records that are named by one letter each."""

from datetime import UTC, datetime, timedelta

from transforms.matching.decisions.decision import Decision, Record, Verdict

START = datetime(2024, 1, 1, tzinfo=UTC)


def record(letter: str) -> Record:
    return ("north", letter)


def decision(number: int, verdict: Verdict, left: str, right: str) -> Decision:
    """The decision D-<number> of the minute <number>."""
    return Decision(
        decision_id=f"D-{number:04}",
        left_source="north",
        left_member_id=left,
        right_source="north",
        right_member_id=right,
        verdict=verdict,
        steward="st-1",
        decided_at=START + timedelta(minutes=number),
    )
