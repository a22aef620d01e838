"""Golden values fixed by a steward, and left to the sources again."""

from collections.abc import Collection
from dataclasses import dataclass

from flows import correct
from review.desk import Desk
from review.values import worded
from transforms.moments import day_text

_OUTCOMES = {
    "pending": "pour la prochaine fusion",
    "followed": "suivie",
    "agreed": "les exports disent désormais de même",
    "replaced": "remplacée",
    "gone": "en attente : l’entreprise n’est pas dans les exports",
}

_NOT_SHOWN = "non affichée"


@dataclass(frozen=True)
class CorrectionView:
    """A correction that nobody has taken back; `outcome` says what became of it (French)."""

    correction_id: str
    label: str
    value: str
    steward: str
    day: str
    reason: str | None
    outcome: str


def choices() -> tuple[tuple[str, str], ...]:
    """The columns that may be corrected, with their French names."""
    return correct.correctable()


def corrections_on(desk: Desk, company_id: str, *, hidden: Collection[str] = ()) -> list[CorrectionView]:
    """The corrections of a company that nobody has taken back, oldest first; values of `hidden` are not told.

    Raises:
        InputError: no such company, or a journal that cannot be read.
    """
    listed = correct.corrections_of(company_id, warehouse=desk.warehouse, state=desk.state)
    return [_view(one, hidden) for one in listed if one.correction.revoked_at is None]


def correct_value(
    desk: Desk, company_id: str, column: str, value: str, *, steward: str, reason: str
) -> tuple[str | None, str]:
    """Record a correction; its id if it is a new one, and what to say of it.

    Raises:
        InputError, LockError, MachineError: as `flows.correct.correct`; nothing is recorded.
    """
    done = correct.correct(
        company_id,
        column,
        value,
        steward=steward,
        reason=reason or None,
        warehouse=desk.warehouse,
        state=desk.state,
    )
    if not done.changed:
        return None, f"{done.correction_id} le dit déjà : {done.label}. Rien n’a changé."
    return (
        done.correction_id,
        f"{done.correction_id} enregistrée : {done.label}. La prochaine fusion la montrera.",
    )


def take_back_value(desk: Desk, correction_id: str, *, steward: str) -> str:
    """Take a correction back; what to say of it.

    Raises:
        InputError, LockError, MachineError: as `flows.correct.take_back_correction`.
    """
    taken = correct.take_back_correction(
        correction_id, steward=steward, reason=None, warehouse=desk.warehouse, state=desk.state
    )
    if taken.again:
        return f"{taken.correction_id} retirée : {taken.again} compte de nouveau."
    return f"{taken.correction_id} retirée : à la prochaine fusion, les sources parlent de nouveau."


def _view(one: correct.Listed, hidden: Collection[str]) -> CorrectionView:
    said = one.correction
    return CorrectionView(
        correction_id=said.correction_id,
        label=one.label,
        value=_NOT_SHOWN if said.field in hidden else worded(said.field, said.value),
        steward=said.steward,
        day=day_text(said.corrected_at),
        reason=said.reason,
        outcome=_OUTCOMES.get(one.outcome, ""),
    )
