"""Recording corrections: one is added, is known already, or takes the place of an earlier one; or goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from transforms.errors import InputError
from transforms.stewards.correction import Correction
from transforms.stewards.correction_log import FILE, number_of, writing
from transforms.stewards.words import pseudonym, reason_text

_NEAR = 3


@dataclass(frozen=True)
class Proposal:
    """A correction that has not been recorded yet; fields as those of `Correction`."""

    company_id: str
    source: str
    member_id: str
    field: str
    value: str
    steward: str
    reason: str | None = None
    city_key: str | None = None
    abroad: bool = False


@dataclass(frozen=True)
class Recorded:
    """What became of a proposal.

    Attributes:
        correction: as the journal has it.
        changed: False if the same value stood already.
        replaced: the earlier correction of that value that it replaces.
    """

    correction: Correction
    changed: bool
    replaced: str | None = None


@dataclass(frozen=True)
class TakenBack:
    """A correction that was taken back; `again` is the earlier one of that value that counts again."""

    correction: Correction
    changed: bool
    again: str | None = None


def record(state: Path, proposal: Proposal) -> Recorded:
    """Add `proposal` to the journal, unless the same value stands already.

    Raises:
        InputError: the journal is damaged, the steward is no pseudonym, or the reason holds a contact.
        LockError, MachineError: the journal cannot be written; nothing was added.
    """
    steward, reason = pseudonym(proposal.steward), reason_text(proposal.reason)
    with writing(state) as writer:
        earlier = _standing(writer.content.words, proposal)
        if earlier and earlier.value == proposal.value:
            return Recorded(earlier, changed=False)
        # The clock may have been set back; the later word counts all the same.
        moment = max(_now(), earlier.corrected_at) if earlier else _now()
        added = Correction(
            **{**vars(proposal), "steward": steward, "reason": reason},
            correction_id=writer.next_id(),
            corrected_at=moment,
        )
        writer.append([added])
    return Recorded(added, changed=True, replaced=earlier.correction_id if earlier else None)


def take_back(state: Path, correction_id: str, steward: str, reason: str | None = None) -> TakenBack:
    """Take a correction back; the sources give the value again, or an earlier correction.

    Raises:
        InputError: no correction has this id, or the steward is no pseudonym.
        LockError, MachineError: the journal cannot be written; nothing was added.
    """
    steward, reason = pseudonym(steward), reason_text(reason)
    with writing(state) as writer:
        correction = _by_id(correction_id, writer.content.words)
        if correction.revoked_at is not None:
            return TakenBack(correction, changed=False)
        taken = correction.model_copy(
            update={"revoked_at": _now(), "revoked_by": steward, "revoked_reason": reason}
        )
        writer.append([taken])
        again = _standing(writer.content.words, correction)
    return TakenBack(taken, changed=True, again=again.correction_id if again else None)


def _standing(corrections: Sequence[Correction], about: Proposal | Correction) -> Correction | None:
    """The correction of the same value that counts, the latest; by company or by record."""
    same = [
        one
        for one in corrections
        if one.revoked_at is None
        and one.field == about.field
        and (one.company_id == about.company_id or _record_of(one) == _record_of(about))
    ]
    # Of two words at one moment the last in the journal counts.
    return max(reversed(same), key=lambda one: one.corrected_at, default=None)


def _record_of(about: Proposal | Correction) -> tuple[str, str]:
    return about.source, about.member_id


def _by_id(asked: str, corrections: Sequence[Correction]) -> Correction:
    """The correction that `asked` names: its id, in whatever case and with or without its zeros."""
    ids = {one.correction_id: one for one in corrections}
    number = number_of(asked.strip().upper())
    found = ids.get(asked) or next((ids[one] for one in ids if number and number_of(one) == number), None)
    if found is not None:
        return found
    near = get_close_matches(asked, ids, n=_NEAR) or list(ids)[-_NEAR:]
    raise InputError(
        "Aucune correction ne porte ce numéro.",
        found=asked,
        expected=", ".join(near) if near else f"rien : {FILE} est vide",
        next_step="voir alliage correct --list",
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
