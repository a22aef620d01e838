"""Recording decisions: each is taken, known already, or refused with its reason; none is taken by halves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from transforms.errors import AlliageError, InputError
from transforms.matching.decisions.contradictions import Contradiction, StandingDecisions
from transforms.matching.decisions.decision import Decision, Sirens
from transforms.matching.decisions.known import FORCE, KnownRecords
from transforms.matching.decisions.log import FILE, LogWriter, number_of, writing
from transforms.matching.decisions.proposals import Proposal, record_text
from transforms.moments import day_text
from transforms.stewards.words import pseudonym, reason_text

_NEAR = 3


class TwoSirensError(InputError):
    """« same » on records with two SIREN: no decision joins them, the right SIREN does."""


@dataclass(frozen=True)
class Recorded:
    """What became of one proposal.

    Attributes:
        status: recorded; known: this steward has said so already; or refused.
        decision_id: its id, or that of the decision which stands already; None if it is refused.
        replaced: the earlier decision on the same pair, of another verdict, that it replaces.
        confirmed: the earlier decision on the same pair whose verdict it repeats: by somebody else, or since
            the SIREN of the two records have changed.
        problem: why it was refused, or what should be known of one that was forced.
    """

    status: Literal["recorded", "known", "refused"]
    decision_id: str | None = None
    replaced: str | None = None
    confirmed: str | None = None
    problem: AlliageError | None = None


def record(
    state: Path, proposals: Iterable[Proposal], known: KnownRecords, *, force: bool = False
) -> tuple[Recorded, ...]:
    """Add `proposals` to the log in their order, those that can stand; what becomes of each.

    A proposal on an unknown record, or that contradicts what stands or two SIREN, is refused unless `force`.

    Raises:
        InputError: the log is damaged.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    with writing(state) as writer:
        results, added = judged(proposals, writer.log.decisions, known, writer, force=force)
        writer.append(added)
    return results


def judged(
    proposals: Iterable[Proposal],
    decisions: Sequence[Decision],
    known: KnownRecords,
    writer: LogWriter,
    *,
    force: bool = False,
) -> tuple[tuple[Recorded, ...], list[Decision]]:
    """What becomes of `proposals` beside the `decisions` of a log, and what is to be added to it."""
    standing = known.standing(decisions)
    added: list[Decision] = []
    results = [_judged(one, standing, known, force, writer, added) for one in proposals]
    return tuple(results), added


@dataclass(frozen=True)
class TakenBack:
    """A decision that was taken back.

    Attributes:
        decision: as the log has it now.
        changed: False if it had been taken back before.
        again: the earlier decision on the same pair that counts again.
        instead: the later decision on the same pair that counted already, so that nothing changes.
    """

    decision: Decision
    changed: bool
    again: str | None = None
    instead: str | None = None


def revoke(state: Path, decision_id: str, steward: str, reason: str | None = None) -> TakenBack:
    """Take a decision back.

    Raises:
        InputError: no decision has this id, or the steward is no pseudonym.
        LockError, MachineError: the log cannot be written; nothing was added.
    """
    steward, reason = pseudonym(steward), reason_text(reason)
    with writing(state) as writer:
        decision = by_id(decision_id, writer.log.decisions)
        if decision.revoked_at is not None:
            return TakenBack(decision, changed=False)
        counted = StandingDecisions(writer.log.decisions, {}).on(decision.pair)
        taken_back = revoked(decision, steward, reason)
        writer.append([taken_back])
        counts = StandingDecisions(writer.log.decisions, {}).on(decision.pair)
    now = counts.decision_id if counts else None
    if counted and counted.decision_id == now:
        return TakenBack(taken_back, changed=True, instead=now)
    return TakenBack(taken_back, changed=True, again=now)


def _judged(
    proposal: Proposal,
    standing: StandingDecisions,
    known: KnownRecords,
    force: bool,
    writer: LogWriter,
    added: list[Decision],
) -> Recorded:
    earlier = standing.on(proposal.pair)
    repeats = earlier is not None and earlier.verdict == proposal.verdict
    if earlier and repeats and _is_known(proposal, earlier, standing, known):
        return Recorded("known", earlier.decision_id)
    if earlier and proposal.decided_at and proposal.decided_at < earlier.decided_at:
        return Recorded("refused", problem=_outdated(proposal.decided_at, earlier))
    problem = _problem(proposal, standing, known)
    if problem and not force:
        return Recorded("refused", problem=problem)
    decision = _decision(proposal, writer.next_id(), earlier, known.sirens_of(proposal.pair))
    standing.add(decision)
    added.append(decision)
    before = earlier.decision_id if earlier else None
    return Recorded(
        "recorded",
        decision.decision_id,
        replaced=None if repeats else before,
        confirmed=before if repeats else None,
        problem=problem,
    )


def _is_known(
    proposal: Proposal, earlier: Decision, standing: StandingDecisions, known: KnownRecords
) -> bool:
    """Whether the verdict of `earlier` comes from the same person again, on the same SIREN.

    What somebody else finds too is worth keeping, and so is a word on what has changed since.
    """
    if proposal.steward not in standing.stewards_on(proposal.pair):
        return False
    now = known.sirens_of(proposal.pair)
    return None in (earlier.sirens, now) or earlier.sirens == now


def _problem(proposal: Proposal, standing: StandingDecisions, known: KnownRecords) -> InputError | None:
    try:
        for end in (proposal.left, proposal.right):
            known.require(end)
    except InputError as error:
        return error
    contradiction = standing.contradiction(proposal.pair, proposal.verdict)
    return _contradicting(proposal, contradiction, known) if contradiction else None


def _decision(
    proposal: Proposal, decision_id: str, earlier: Decision | None, sirens: Sirens | None
) -> Decision:
    moment = proposal.decided_at or _now()
    # The clock may have been set back; the later word counts all the same.
    if earlier:
        moment = max(moment, earlier.decided_at)
    return Decision(
        decision_id=decision_id,
        left_source=proposal.left[0],
        left_member_id=proposal.left[1],
        right_source=proposal.right[0],
        right_member_id=proposal.right[1],
        verdict=proposal.verdict,
        steward=proposal.steward,
        decided_at=moment,
        reason=proposal.reason,
        sirens=sirens,
    )


def revoked(decision: Decision, steward: str, reason: str | None) -> Decision:
    """`decision` as one that has been taken back now."""
    return decision.model_copy(update={"revoked_at": _now(), "revoked_by": steward, "revoked_reason": reason})


def by_id(asked: str, decisions: Sequence[Decision]) -> Decision:
    """The decision that `asked` names: its id, in whatever case and with or without its zeros.

    Raises:
        InputError: there is none.
    """
    ids = {decision.decision_id: decision for decision in decisions}
    found = ids.get(asked) or next(
        (ids[one] for one in ids if number_of(one) and number_of(one) == number_of(asked.upper())), None
    )
    if found is None:
        raise _unknown(asked, list(ids))
    return found


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _contradicting(proposal: Proposal, contradiction: Contradiction, known: KnownRecords) -> InputError:
    left, right = map(record_text, (proposal.left, proposal.right))
    ends = f"{left} et {right}"
    if contradiction.against:
        against = ", ".join(contradiction.against)
        return InputError(
            "Cette décision contredit celles qui sont en vigueur.",
            found=f"{ends}, contre {against}",
            expected="des décisions qui vont ensemble",
            next_step=f"retirer d'abord celle qui est fausse (alliage decide --revoke), ou {FORCE} : "
            "« différentes » l'emporte alors toujours",
        )
    one, other = (known.sirens.get(end) for end in (proposal.left, proposal.right))
    what = (
        "Ces fiches portent deux SIREN valides différents : aucune décision ne les réunit tant que le SIREN "
        "faux n'est pas corrigé."
    )
    if one and other and one != other:
        return TwoSirensError(
            what,
            found=f"{left}, SIREN {one}, et {right}, SIREN {other}",
            expected="un seul SIREN",
            next_step="dire lequel est le bon, ce qui les réunit : sur la page de la paire, ou, si c'est "
            f"{one}, alliage correct {right} siren {one} --force --steward st-1, si c'est {other}, "
            f"alliage correct {left} siren {other} --force --steward st-1",
        )
    # Others that decisions hold to the two bear them.
    return TwoSirensError(
        what,
        found=f"{ends}, SIREN {' et '.join(contradiction.sirens)} avec les fiches qui leur sont réunies",
        expected="un seul SIREN",
        next_step="dire lequel est le bon : alliage correct, la fiche dont le SIREN est faux, siren, le bon "
        "SIREN, --force --steward st-1",
    )


def _outdated(moment: datetime, earlier: Decision) -> InputError:
    return InputError(
        "Une décision plus récente sur cette paire est en vigueur.",
        found=f"{day_text(moment)}, avant {earlier.decision_id} du {day_text(earlier.decided_at)}",
        expected="une date plus récente",
        next_step="laisser la date vide si cette décision doit l'emporter",
    )


def _unknown(decision_id: str, known: Sequence[str]) -> InputError:
    near = get_close_matches(decision_id, known, n=_NEAR) or known[-_NEAR:]
    return InputError(
        "Aucune décision ne porte ce numéro.",
        found=decision_id,
        expected=", ".join(near) if near else f"rien : {FILE} est vide",
        next_step="voir alliage decide --list",
    )
