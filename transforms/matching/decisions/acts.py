"""Several words that are one judgement: in the log as a whole or not at all, and undone as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import writing
from transforms.matching.decisions.proposals import Proposal
from transforms.matching.decisions.recording import Recorded, by_id, judged, revoked
from transforms.stewards.words import pseudonym, reason_text

_UNTOUCHED = {"revoked_at": None, "revoked_by": None, "revoked_reason": None}


@dataclass(frozen=True)
class Act:
    """What one judgement came to.

    Attributes:
        results: what became of each proposal.
        taken_back: the ids of the decisions that it took back.
    """

    results: tuple[Recorded, ...]
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undone:
    """What undoing a judgement came to.

    Attributes:
        taken_back: the decisions of that judgement, as the log has them now.
        again: those that it had taken back and that stand again.
    """

    taken_back: tuple[Decision, ...] = ()
    again: tuple[Decision, ...] = ()


def judge_together(state: Path, proposals: Sequence[Proposal], known: KnownRecords) -> Act:
    """Record one judgement on several pairs; those that cannot stand are told, the others are taken at once.

    Raises:
        InputError: the log is damaged.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    with writing(state) as writer:
        results, added = judged(proposals, writer.log.decisions, known, writer)
        writer.append_whole(added)
    return Act(results)


def judge_instead(
    state: Path, proposals: Sequence[Proposal], known: KnownRecords, *, of: Sequence[str], because: str
) -> Act:
    """Take the decisions `of` back and record `proposals` in their place: all of it, or nothing.

    Args:
        state: the folder of the log.
        proposals: one at least, all by one steward.
        known: the published records.
        of: ids of decisions; those that have been taken back already stay so.
        because: why they are taken back (French).

    Raises:
        InputError: a proposal is refused, no decision has such an id, the log is damaged; nothing was added.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    steward = proposals[0].steward
    with writing(state) as writer:
        log = writer.log.decisions
        away = _standing(of, log)
        gone = {one.decision_id: revoked(one, steward, reason_text(because)) for one in away}
        results, added = judged(proposals, [gone.get(one.decision_id, one) for one in log], known, writer)
        for one in results:
            if one.problem:
                raise one.problem
        writer.append_whole([*gone.values(), *added])
    return Act(results, tuple(gone))


def take_back_together(
    state: Path, decision_ids: Sequence[str], steward: str, reason: str | None = None
) -> tuple[Decision, ...]:
    """Take decisions back at once; those that had not been taken back before, as the log has them now.

    Raises:
        InputError: no decision has such an id, or the steward is no pseudonym; nothing was added.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    steward, reason = pseudonym(steward), reason_text(reason)
    with writing(state) as writer:
        gone = [revoked(one, steward, reason) for one in _standing(decision_ids, writer.log.decisions)]
        writer.append_whole(gone)
    return tuple(gone)


def undo(state: Path, said: Sequence[str], taken_back: Sequence[str], steward: str) -> Undone:
    """Undo a judgement of `steward`: what it said is taken back, what it took back stands again.

    Only words of this steward are taken back, and only what this steward took back stands again; the log is
    then worth what it was before.

    Args:
        state: the folder of the log.
        said: the ids that the judgement added.
        taken_back: the ids that it took back.
        steward: who judged.

    Raises:
        InputError: no decision has such an id, or the log is damaged; nothing was added.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    with writing(state) as writer:
        log = writer.log.decisions
        own = [one for one in _standing(said, log) if one.steward == steward]
        gone = [revoked(one, steward, None) for one in own]
        again = [
            one.model_copy(update=_UNTOUCHED)
            for one in _found(taken_back, log)
            if one.revoked_at is not None and one.revoked_by == steward
        ]
        writer.append_whole([*gone, *again])
    return Undone(tuple(gone), tuple(again))


def _standing(ids: Sequence[str], log: Sequence[Decision]) -> list[Decision]:
    return [one for one in _found(ids, log) if one.revoked_at is None]


def _found(ids: Sequence[str], log: Sequence[Decision]) -> list[Decision]:
    exact = {one.decision_id: one for one in log}
    found = [exact.get(asked) or by_id(asked, log) for asked in ids]
    return list({one.decision_id: one for one in found}.values())
