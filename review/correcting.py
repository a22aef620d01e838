"""Golden values fixed by a steward, and left to the sources again."""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from flows import correct
from flows.correct_text import joining_text
from review.desk import Desk
from review.values import RecordView, records, worded
from transforms.errors import InputError
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
class SirenChoice:
    """Two companies of a pair with two SIREN, of which one is wrong.

    `pending` is the correction of one of them that the next merge will follow, if there is one.
    """

    left: str
    right: str
    pending: str | None


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
    desk: Desk,
    company_id: str,
    column: str,
    value: str,
    *,
    steward: str,
    reason: str,
    confirmed: bool = False,
) -> tuple[str | None, str]:
    """Record a correction; its id if it is a new one, and what to say of it.

    Raises:
        SharedSirenError: another company bears that SIREN, and nobody `confirmed` that it is the same one.
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
        force=confirmed,
    )
    if not done.changed:
        return None, f"{done.correction_id} le dit déjà : {done.label}. Rien n’a changé."
    return (
        done.correction_id,
        f"{done.correction_id} enregistrée : {done.label}. "
        f"{joining_text(done) or 'La prochaine fusion la montrera.'}",
    )


def siren_choice(
    con: duckdb.DuckDBPyConnection, desk: Desk, left: RecordView, right: RecordView
) -> SirenChoice | None:
    """What to choose from where the companies of two records have two SIREN; None where they have not."""
    one, other = (_siren(con, side.company_id) for side in (left, right))
    if not one or not other or one == other or left.company_id == right.company_id:
        return None
    listed = correct.list_corrections(desk.warehouse, desk.state).corrections if desk.state.is_dir() else ()
    pending = [
        one.correction.correction_id
        for one in listed
        if one.outcome == "pending"
        and one.correction.field == "siren"
        and one.company_id in (left.company_id, right.company_id)
    ]
    return SirenChoice(one, other, pending[-1] if pending else None)


def _siren(con: duckdb.DuckDBPyConnection, company_id: str) -> str | None:
    found = con.execute("SELECT siren FROM companies WHERE company_id = ?", [company_id]).fetchall()
    return found[0][0] if found else None


def choose_siren(
    con: duckdb.DuckDBPyConnection, desk: Desk, right_one: str, wrong_one: str, *, steward: str, reason: str
) -> tuple[str | None, str, str]:
    """Give the company of the record `wrong_one` the SIREN of the record `right_one`, which makes them one.

    Returns:
        As `correct_value`, and the company that is corrected.

    Raises:
        InputError: there is no choice to make any more, or as `flows.correct.correct`; nothing is recorded.
    """
    both = records(con, [right_one, wrong_one])
    sides = [both[key] for key in (right_one, wrong_one) if key in both]
    found = siren_choice(con, desk, *sides) if len(sides) == 2 else None
    if found is None or found.pending:
        raise InputError(
            "Il n'y a pas à choisir entre deux SIREN.",
            found=f"{found.pending}, pour la prochaine fusion"
            if found
            else "des entreprises sans deux SIREN différents",
            expected="deux entreprises publiées, chacune avec son SIREN",
            next_step="revenir à la paire",
        )
    company = sides[1].company_id
    new, told = correct_value(
        desk, company, "siren", found.left, steward=steward, reason=reason, confirmed=True
    )
    return new, told, company


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
