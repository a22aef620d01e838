"""The log of decisions, with what became of each, or what will."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows import published
from flows.belonging import require_own_state, require_state
from transforms.matching.decisions.agreement import Agreement, agreement
from transforms.matching.decisions.contradictions import StandingDecisions
from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import FILE, read_log
from transforms.warehouse.reading import opened


class Listed(BaseModel):
    """A decision of the log, under the numbers of the published warehouse, and what became of it.

    `outcome` is that of the published run (`decisions.outcome`), or of a decision which that run did not
    know: pending, replaced, pending_contradicted or pending_two_sirens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    outcome: str
    against: str | None = None


class Decisions(BaseModel):
    """The log, oldest first; `torn_line` is a last line that was cut short and does not count.

    `agreement` is that of the pairs which were judged twice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    log: Path
    torn_line: int | None
    decisions: tuple[Listed, ...]
    agreement: Agreement


def list_decisions(warehouse: Path, state: Path, known: KnownRecords | None = None) -> Decisions:
    """The decisions of the log, with what the published run made of each, or the next one will.

    `known` are the published records, for who has read them already.

    Raises:
        InputError: the state folder is missing or that of another warehouse, the log is damaged, or the file
            is no warehouse of ours.
    """
    require_state(state)
    require_own_state(warehouse, state)
    log = read_log(state)
    outcomes = _published_outcomes(warehouse) if warehouse.exists() else {}
    known = known or published.known_records(warehouse, state)
    today = known.today(log.decisions)
    standing = StandingDecisions(today.here, known.sirens)
    listed = [
        _gone(decision, outcomes)
        if decision.decision_id in today.gone
        else _listed(decision, outcomes, standing)
        for decision in today.decisions
    ]
    return Decisions(
        log=(state / FILE).resolve(),
        torn_line=log.torn_line,
        decisions=tuple(listed),
        agreement=agreement(today.here, today.elsewhere),
    )


def _published_outcomes(warehouse: Path) -> dict[str, tuple[str, str | None]]:
    with opened(warehouse) as con:
        rows = con.execute("SELECT * FROM decisions").df().astype(object).to_dict("records")
    # A version that was published by an earlier Alliage does not say what became of them.
    return {
        row["decision_id"]: (row["outcome"], row["against"] if isinstance(row["against"], str) else None)
        for row in rows
        if "outcome" in row
    }


def _gone(decision: Decision, outcomes: dict[str, tuple[str, str | None]]) -> Listed:
    """One on a member that has left: what the run made of it, or that it waits."""
    outcome, against = outcomes.get(decision.decision_id, ("gone", None))
    if decision.revoked_at is not None:
        outcome, against = "revoked", None
    elif outcome == "revoked":
        # It stands again since.
        outcome, against = "gone", None
    return Listed(decision=decision, outcome=outcome, against=against)


def _listed(
    decision: Decision, outcomes: dict[str, tuple[str, str | None]], standing: StandingDecisions
) -> Listed:
    outcome, against = _outcome(decision, outcomes, standing)
    return Listed(decision=decision, outcome=outcome, against=against)


def _outcome(
    decision: Decision, outcomes: dict[str, tuple[str, str | None]], standing: StandingDecisions
) -> tuple[str, str | None]:
    if decision.revoked_at is not None:
        return "revoked", None
    known = outcomes.get(decision.decision_id)
    counts = standing.on(decision.pair)
    replaced = counts is not None and counts.decision_id != decision.decision_id
    # Of two that the run knew, it has told which one counts: a number may have changed hands between them.
    if counts and replaced and not (known and counts.decision_id in outcomes):
        return "replaced", counts.decision_id
    # What was published as replaced counts again once the later word is taken back.
    if known and (known[0] not in ("replaced", "revoked") or replaced):
        return known
    return _pending(decision, standing)


def _pending(decision: Decision, standing: StandingDecisions) -> tuple[str, str | None]:
    """What the next run will make of a decision that counts."""
    if decision.verdict == "same" and (found := standing.contradiction(decision.pair, "same")):
        if found.against:
            return "pending_contradicted", ", ".join(found.against)
        return "pending_two_sirens", None
    return "pending", None
