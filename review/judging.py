"""What stewards say, put into the log at once, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows import published
from flows.belonging import require_own_state
from review.desk import Desk
from transforms.errors import AlliageError, InputError
from transforms.matching import labels
from transforms.matching.decisions.decision import Decision, Verdict
from transforms.matching.decisions.proposals import Proposal, record_text
from transforms.matching.decisions.recording import KnownRecords, Recorded, record, revoke

PairText = tuple[str, str]
"""Two records as `source:member_id`."""

_MOST = 200


@dataclass(frozen=True)
class Judged:
    """What became of one word: `problem` says why it was refused."""

    ends: PairText
    verdict: Verdict
    status: str
    decision_id: str | None
    problem: AlliageError | None


def judge(
    desk: Desk, pairs: Sequence[PairText], verdict: str, *, steward: str, reason: str | None
) -> tuple[Judged, ...]:
    """Record one word on each of `pairs`, all under one lock and on the disk when this returns.

    Of pairs that are judged again alike nothing is written: the word stands already.

    Raises:
        InputError: no such verdict, too many pairs, no pseudonym, a reason that may not be published, or a
            state folder of another warehouse; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    chosen = labels.verdict_of(verdict)
    if chosen is None or not 0 < len(pairs) <= _MOST:
        raise InputError(
            "Cette demande n’est pas celle de la page.",
            found="un verdict inconnu" if chosen is None else f"{len(pairs)} paires",
            expected=f"même entreprise, différentes ou ne sait pas, sur 1 à {_MOST} paires",
            next_step="revenir à la file et recommencer",
        )
    require_own_state(desk.warehouse, desk.state)
    known = desk.snapshot().known
    proposals = [_proposal(ends, chosen, known, steward, reason) for ends in pairs]
    done = record(desk.state, proposals, known)
    return tuple(_judged(proposal, one) for proposal, one in zip(proposals, done, strict=True))


def take_back(
    desk: Desk, decision_ids: Sequence[str], *, steward: str, reason: str | None = None
) -> list[Decision]:
    """Take decisions back, and return those that were not taken back before.

    Raises:
        InputError: no such decision, or a state folder of another warehouse.
        LockError, MachineError: the log cannot be written.
    """
    require_own_state(desk.warehouse, desk.state)
    taken = [revoke(desk.state, decision_id, steward, reason) for decision_id in decision_ids]
    return [one.decision for one in taken if one.changed]


def standing_on(desk: Desk, keys: Sequence[str]) -> list[Decision]:
    """The decisions about the records `keys` that nobody has taken back, oldest first."""
    asked = set(keys)
    return [
        decision
        for decision in desk.log().decisions
        if decision.revoked_at is None and asked & set(map(record_text, decision.pair))
    ]


def _proposal(
    ends: PairText, verdict: Verdict, known: KnownRecords, steward: str, reason: str | None
) -> Proposal:
    left, right = (known.meant(published.as_record(end)) for end in ends)
    return Proposal.checked(left, right, verdict, steward, reason)


def _judged(proposal: Proposal, done: Recorded) -> Judged:
    ends = (record_text(proposal.left), record_text(proposal.right))
    return Judged(ends, proposal.verdict, done.status, done.decision_id, done.problem)
