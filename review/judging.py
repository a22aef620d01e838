"""What stewards say, put into the log at once, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows import published
from flows.belonging import require_own_state
from review.desk import Desk
from transforms.errors import AlliageError, InputError
from transforms.matching import labels
from transforms.matching.decisions import acts
from transforms.matching.decisions.decision import Decision, Verdict
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.proposals import Proposal, record_text
from transforms.matching.decisions.recording import Recorded

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
    """Record one word on each of `pairs`, all in one write that is on the disk when this returns.

    Of pairs that are judged again alike nothing is written: the word stands already.

    Raises:
        InputError: no such verdict, too many pairs, no pseudonym, a reason that may not be published, or a
            state folder of another warehouse; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    proposals, known = _proposals(desk, pairs, verdict, steward, reason)
    done = acts.judge_together(desk.state, proposals, known)
    return tuple(_judged(proposal, one) for proposal, one in zip(proposals, done.results, strict=True))


def split_out(
    desk: Desk, record: str, others: Sequence[str], *, steward: str, reason: str | None
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Keep `record` away from `others` of its company; what was recorded, and what was taken back for it.

    The words « same » that hold it there would contradict the new ones: one write takes them back too.

    Raises:
        InputError: as `judge`, or a word is refused; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    pairs = [(record, other) for other in others]
    proposals, known = _proposals(desk, pairs, "different", steward, reason)
    away = [one.decision_id for one in holding(desk, record, others)]
    done = acts.judge_instead(desk.state, proposals, known, of=away, because="fiche détachée")
    judged = (_judged(proposal, one) for proposal, one in zip(proposals, done.results, strict=True))
    return tuple(judged), done.taken_back


def holding(desk: Desk, record: str, others: Sequence[str]) -> list[Decision]:
    """The decisions « same » that hold `record` with `others` of its company, oldest first."""
    inside = {record, *others}
    return [
        one
        for one in standing_on(desk, [record])
        if one.verdict == "same" and {record_text(end) for end in one.pair} <= inside
    ]


def take_back(
    desk: Desk, decision_ids: Sequence[str], *, steward: str, reason: str | None = None
) -> tuple[Decision, ...]:
    """Take decisions back in one write, and return those that were not taken back before.

    Raises:
        InputError: no such decision, or a state folder of another warehouse; nothing changes.
        LockError, MachineError: the log cannot be written; nothing changes.
    """
    require_own_state(desk.warehouse, desk.state)
    return acts.take_back_together(desk.state, decision_ids, steward, reason)


def undo(desk: Desk, said: Sequence[str], taken_back: Sequence[str], *, steward: str) -> acts.Undone:
    """Undo a judgement: take back the words `said`, let those that it had taken back stand again.

    Raises:
        InputError: no such decision, or a state folder of another warehouse; nothing changes.
        LockError, MachineError: the log cannot be written; nothing changes.
    """
    require_own_state(desk.warehouse, desk.state)
    return acts.undo(desk.state, said, taken_back, steward)


def standing_on(desk: Desk, keys: Sequence[str]) -> list[Decision]:
    """The decisions about the records `keys` that nobody has taken back, oldest first."""
    asked = set(keys)
    return [
        decision
        for decision in desk.today().here
        if decision.revoked_at is None and asked & set(map(record_text, decision.pair))
    ]


def _proposals(
    desk: Desk, pairs: Sequence[PairText], verdict: str, steward: str, reason: str | None
) -> tuple[list[Proposal], KnownRecords]:
    chosen = labels.verdict_of(verdict)
    if chosen is None or not 0 < len(pairs) <= _MOST:
        raise InputError(
            "Cette demande n’est pas celle de la page.",
            found="un verdict inconnu" if chosen is None else f"{len(pairs)} paires",
            expected=f"même entreprise, différentes ou ne sait pas, sur 1 à {_MOST} paires",
            next_step="choisir sur cette page et renvoyer",
        )
    require_own_state(desk.warehouse, desk.state)
    known = desk.snapshot().known
    return [_proposal(ends, chosen, known, steward, reason) for ends in pairs], known


def _proposal(
    ends: PairText, verdict: Verdict, known: KnownRecords, steward: str, reason: str | None
) -> Proposal:
    left, right = (known.meant(published.as_record(end)) for end in ends)
    return Proposal.checked(left, right, verdict, steward, reason)


def _judged(proposal: Proposal, done: Recorded) -> Judged:
    ends = (record_text(proposal.left), record_text(proposal.right))
    return Judged(ends, proposal.verdict, done.status, done.decision_id, done.problem)
