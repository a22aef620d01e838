"""What stewards decide: recorded, taken back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from flows import published
from flows.belonging import require_own_state, require_state
from flows.decision_changes import without_changed
from flows.decision_file import Line, read_decision_file
from transforms.errors import AlliageError, InputError
from transforms.matching import labels
from transforms.matching.decisions.decision import Record, Verdict
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import FILE
from transforms.matching.decisions.proposals import Proposal, record_text
from transforms.matching.decisions.recording import Recorded, record, revoke
from transforms.stewards.words import visible
from transforms.warehouse.reading import opened


class Result(BaseModel):
    """What became of one decision that somebody gave; `line` is that of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int | None = None
    status: Literal["recorded", "known", "refused"]
    decision_id: str | None = None
    replaced: str | None = None
    confirmed: str | None = None
    left: str | None = None
    right: str | None = None
    decided: Verdict | None = None
    problem: dict[str, Any] | None = None
    message: str | None = None


class Decided(BaseModel):
    """What became of all that were given at once: recorded, partial (some were refused) or refused.

    `counts` has recorded, known, refused, and of a file unjudged: lines that nobody has judged yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["recorded", "partial", "refused"]
    counts: dict[str, int]
    log: Path
    results: tuple[Result, ...]

    @property
    def exit_code(self) -> int:
        """0 if nothing was refused."""
        return 0 if self.verdict == "recorded" else InputError.exit_code


class Revoked(BaseModel):
    """A decision that was taken back.

    `again` is the earlier one on the same pair that counts again, `instead` the later one that counted
    already, `log` where all of them lie.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["revoked"] = "revoked"
    decision_id: str
    changed: bool
    again: str | None
    instead: str | None
    revoked_at: datetime
    revoked_by: str | None
    log: Path


def decide(
    verdict: str,
    left: str,
    right: str,
    *,
    steward: str,
    reason: str | None,
    warehouse: Path,
    state: Path,
    force: bool = False,
) -> Decided:
    """Record one decision.

    Args:
        verdict: same, different or unsure, or their French words.
        left: a record (`source:member_id`) or a company; of a company, the record that is closest to the
            other side, the smallest key where none was compared.
        right: the same.
        steward: a pseudonym.
        reason: why, without personal data.
        warehouse: the published file, which says what records there are.
        state: the folder of the log.
        force: record it though the records are unknown or it contradicts what stands.

    Raises:
        InputError: something of this is not as it should be, the state folder included; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    require_own_state(warehouse, state)
    chosen = labels.verdict_of(verdict)
    if chosen is None:
        raise InputError(
            "Ce verdict n'existe pas.",
            found=visible(verdict)[:40],
            expected="same (même entreprise), different (entreprises différentes) ou unsure (ne sait pas)",
            next_step="voir alliage decide --help",
        )
    known = published.known_records(warehouse, state)
    one, other = map(known.meant, _two_records(warehouse, left, right))
    proposal = Proposal.checked(one, other, chosen, steward, reason)
    (done,) = record(state, [proposal], known, force=force)
    if done.status == "refused" and done.problem:
        raise done.problem
    return _decided(state, [_result(None, proposal, done)])


def decide_file(
    file: Path,
    *,
    steward: str | None,
    reason: str | None = None,
    warehouse: Path,
    state: Path,
    force: bool = False,
) -> Decided:
    """Record the decisions of a file, line by line: a line that cannot be taken does not stop the others.

    `steward` and `reason` are those of the lines that have none; a line without verdict is left aside.

    Raises:
        InputError: the file cannot be read or does not say who decided, or the state folder is that of
            another warehouse; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    require_own_state(warehouse, state)
    known = published.known_records(warehouse, state)
    lines = read_decision_file(file, steward, reason, known.meant)
    return decide_lines(without_changed(lines, warehouse), known, state, force=force)


def decide_lines(lines: Sequence[Line], known: KnownRecords, state: Path, *, force: bool = False) -> Decided:
    """Record the decisions of lines that were read, those that can be taken.

    Raises:
        InputError: the log is damaged.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    proposals = [line.proposal for line in lines if line.proposal]
    done = iter(record(state, proposals, known, force=force))
    judged = [line for line in lines if line.proposal or line.problem]
    results = [
        _result(line.number, line.proposal, next(done)) if line.proposal else _refused(line)
        for line in judged
    ]
    return _decided(state, results, unjudged=len(lines) - len(judged))


def take_back(decision_id: str, *, steward: str, reason: str | None, warehouse: Path, state: Path) -> Revoked:
    """Take a decision back; one that was taken back already stays as it is.

    Raises:
        InputError: there is no such decision, the steward is no pseudonym, or the state folder is missing or
            that of another warehouse.
        LockError, MachineError: the log cannot be written.
    """
    require_state(state)
    require_own_state(warehouse, state)
    taken = revoke(state, decision_id.strip(), steward, reason)
    decision = taken.decision
    assert decision.revoked_at is not None
    return Revoked(
        decision_id=decision.decision_id,
        changed=taken.changed,
        again=taken.again,
        instead=taken.instead,
        revoked_at=decision.revoked_at,
        revoked_by=decision.revoked_by,
        log=(state / FILE).resolve(),
    )


def _two_records(warehouse: Path, left: str, right: str) -> tuple[Record, Record]:
    if published.is_company_id(left) or published.is_company_id(right):
        with opened(warehouse) as con:
            return published.two_records(con, left, right)
    return published.as_record(left), published.as_record(right)


def _result(line: int | None, proposal: Proposal, done: Recorded) -> Result:
    return Result(
        line=line,
        status=done.status,
        decision_id=done.decision_id,
        replaced=done.replaced,
        confirmed=done.confirmed,
        left=record_text(proposal.left),
        right=record_text(proposal.right),
        decided=proposal.verdict,
        **_told(done.problem),
    )


def _refused(line: Line) -> Result:
    left, right = map(record_text, line.ends) if line.ends else (None, None)
    return Result(line=line.number, status="refused", left=left, right=right, **_told(line.problem))


def _told(problem: AlliageError | None) -> dict[str, Any]:
    return {"problem": problem.as_dict(), "message": problem.what} if problem else {}


def _decided(state: Path, results: Sequence[Result], **further: int) -> Decided:
    counts = dict.fromkeys(("recorded", "known", "refused"), 0) | Counter(one.status for one in results)
    taken = counts["recorded"] + counts["known"]
    verdict: Literal["recorded", "partial", "refused"] = (
        "recorded" if not counts["refused"] else "partial" if taken else "refused"
    )
    counts |= Counter(further)
    return Decided(verdict=verdict, counts=counts, log=(state / FILE).resolve(), results=tuple(results))
