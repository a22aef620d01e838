"""What a steward proposes to record, checked before it may enter the log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from transforms.errors import InputError
from transforms.matching.decisions.decision import Pair, Record, Verdict
from transforms.stewards.words import pseudonym, reason_text


@dataclass(frozen=True)
class Proposal:
    """A word on a pair of records that has not been recorded yet; `decided_at` is None for now."""

    left: Record
    right: Record
    verdict: Verdict
    steward: str
    reason: str | None = None
    decided_at: datetime | None = None

    @classmethod
    def checked(
        cls,
        left: Record,
        right: Record,
        verdict: Verdict,
        steward: str,
        reason: str | None = None,
        decided_at: datetime | None = None,
    ) -> Self:
        """A proposal whose parts are what they should be.

        Raises:
            InputError: one record twice, no pseudonym, a way to reach a person in the reason, or a moment in
                the future.
        """
        if left == right:
            raise InputError(
                "Une décision porte sur deux fiches différentes.",
                found=f"deux fois {record_text(left)}",
                expected="deux fiches",
                next_step="donner l'autre fiche",
            )
        if decided_at is not None and decided_at > datetime.now(UTC):
            raise InputError(
                "La date de la décision est dans le futur.",
                found=f"{decided_at:%d/%m/%Y %H:%M}",
                expected="une date passée",
                next_step="corriger la date, ou la laisser vide : ce sera celle de maintenant",
            )
        return cls(left, right, verdict, pseudonym(steward), reason_text(reason), decided_at)

    @property
    def pair(self) -> Pair:
        """Its two records, the smaller key first."""
        return (self.left, self.right) if self.left <= self.right else (self.right, self.left)


def record_text(record: Record) -> str:
    """A record as people write it: `clustr:CR-0059`."""
    return ":".join(record)
