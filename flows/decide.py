"""What stewards decide: recorded, taken back, listed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from flows import published
from flows.decision_file import read_decision_file
from transforms.errors import AlliageError, InputError
from transforms.matching import labels
from transforms.matching.decisions.decision import Decision, Record, Verdict
from transforms.matching.decisions.log import FILE, read_log
from transforms.matching.decisions.proposals import Proposal, record_text, visible
from transforms.matching.decisions.recording import Recorded, record, revoke


class Result(BaseModel):
    """What became of one decision that somebody gave; `line` is that of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int | None = None
    status: Literal["recorded", "known", "refused"]
    decision_id: str | None = None
    replaced: str | None = None
    left: str | None = None
    right: str | None = None
    decided: Verdict | None = None
    problem: dict[str, Any] | None = None
    message: str | None = None


class Decided(BaseModel):
    """What became of all that were given at once: recorded, partial (some were refused) or refused."""

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
    """A decision that was taken back, and the earlier one on the same pair that counts again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["revoked"] = "revoked"
    decision_id: str
    changed: bool
    again: str | None
    revoked_at: datetime
    revoked_by: str | None


class Listed(BaseModel):
    """A decision of the log and what became of it in the published run; `pending` waits for the next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    outcome: str
    against: str | None = None


class Decisions(BaseModel):
    """The log, oldest first; `torn_line` is a last line that was cut short and does not count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log: Path
    torn_line: int | None
    decisions: tuple[Listed, ...]


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
        InputError: something of this is not as it should be; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    chosen = labels.verdict_of(verdict)
    if chosen is None:
        raise InputError(
            "Ce verdict n'existe pas.",
            found=visible(verdict)[:40],
            expected="same (même entreprise), different (entreprises différentes) ou unsure (ne sait pas)",
            next_step="voir alliage decide --help",
        )
    ends = _two_records(warehouse, left, right)
    proposal = Proposal.checked(*ends, chosen, steward, reason)
    (done,) = record(state, [proposal], published.known_records(warehouse), force=force)
    if done.status == "refused" and done.problem:
        raise done.problem
    return _decided(state, [_result(None, proposal, done)])


def decide_file(
    file: Path, *, steward: str | None, warehouse: Path, state: Path, force: bool = False
) -> Decided:
    """Record the decisions of a file, line by line: a line that cannot be taken does not stop the others.

    Raises:
        InputError: the file cannot be read; nothing is recorded.
        LockError, MachineError: the log cannot be written; nothing is recorded.
    """
    lines = read_decision_file(file, steward)
    proposals = [line.proposal for line in lines if line.proposal]
    done = iter(record(state, proposals, published.known_records(warehouse), force=force))
    results = [
        _result(line.number, line.proposal, next(done))
        if line.proposal
        else Result(line=line.number, status="refused", **_told(line.problem))
        for line in lines
    ]
    return _decided(state, results)


def take_back(decision_id: str, *, steward: str, reason: str | None, state: Path) -> Revoked:
    """Take a decision back; one that was taken back already stays as it is.

    Raises:
        InputError: there is no such decision, or the steward is no pseudonym.
        LockError, MachineError: the log cannot be written.
    """
    taken = revoke(state, decision_id.strip(), steward, reason)
    decision = taken.decision
    assert decision.revoked_at is not None
    return Revoked(
        decision_id=decision.decision_id,
        changed=taken.changed,
        again=taken.again,
        revoked_at=decision.revoked_at,
        revoked_by=decision.revoked_by,
    )


def list_decisions(warehouse: Path, state: Path) -> Decisions:
    """The decisions of the log, with what the published run made of each.

    Raises:
        InputError: the log is damaged, or the file is no warehouse of ours.
    """
    log = read_log(state)
    outcomes = _published_outcomes(warehouse) if warehouse.exists() else {}
    listed = [_listed(decision, outcomes) for decision in log.decisions]
    return Decisions(log=(state / FILE).resolve(), torn_line=log.torn_line, decisions=tuple(listed))


def _two_records(warehouse: Path, left: str, right: str) -> tuple[Record, Record]:
    if published.is_company_id(left) or published.is_company_id(right):
        with published.opened(warehouse) as con:
            return published.two_records(con, left, right)
    return published.as_record(left), published.as_record(right)


def _result(line: int | None, proposal: Proposal, done: Recorded) -> Result:
    return Result(
        line=line,
        status=done.status,
        decision_id=done.decision_id,
        replaced=done.replaced,
        left=record_text(proposal.left),
        right=record_text(proposal.right),
        decided=proposal.verdict,
        **_told(done.problem),
    )


def _told(problem: AlliageError | None) -> dict[str, Any]:
    return {"problem": problem.as_dict(), "message": problem.what} if problem else {}


def _decided(state: Path, results: Sequence[Result]) -> Decided:
    counts = dict.fromkeys(("recorded", "known", "refused"), 0) | Counter(one.status for one in results)
    taken = counts["recorded"] + counts["known"]
    verdict: Literal["recorded", "partial", "refused"] = (
        "recorded" if not counts["refused"] else "partial" if taken else "refused"
    )
    return Decided(verdict=verdict, counts=counts, log=(state / FILE).resolve(), results=tuple(results))


def _published_outcomes(warehouse: Path) -> dict[str, tuple[str, str | None]]:
    with published.opened(warehouse) as con:
        rows = con.execute("SELECT * FROM decisions").df().astype(object).to_dict("records")
    # A version that was published by an earlier Alliage does not say what became of them.
    return {
        row["decision_id"]: (row["outcome"], row["against"] if isinstance(row["against"], str) else None)
        for row in rows
        if "outcome" in row
    }


def _listed(decision: Decision, outcomes: dict[str, tuple[str, str | None]]) -> Listed:
    if decision.revoked_at is not None:
        return Listed(decision=decision, outcome="revoked")
    outcome, against = outcomes.get(decision.decision_id, ("pending", None))
    return Listed(decision=decision, outcome=outcome, against=against)
