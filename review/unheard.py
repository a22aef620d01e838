"""What the published warehouse does not know yet: words that stewards have said or taken back since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from transforms.matching.decisions.decision import Decision
from transforms.stewards.correction import Correction
from transforms.warehouse.reading import tables
from transforms.wording import plural

_HEARD = {
    "decisions": "SELECT decision_id, revoked_at IS NOT NULL FROM decisions",
    "corrections": "SELECT correction_id, revoked_at IS NOT NULL FROM corrections",
}


@dataclass(frozen=True)
class Heard:
    """The words that a published run knew, by id, each with whether it had been taken back by then."""

    decisions: Mapping[str, bool]
    corrections: Mapping[str, bool]

    @property
    def counted(self) -> frozenset[str]:
        """The ids of the decisions that the run went by: known, and not taken back by then."""
        return frozenset(one for one, is_gone in self.decisions.items() if not is_gone)


@dataclass(frozen=True)
class Unheard:
    """How many words the next run will hear first: decisions, corrections, and some of either taken back."""

    decisions: int = 0
    corrections: int = 0
    taken_back: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.decisions + self.corrections + self.taken_back

    @property
    def told(self) -> str:
        """Them in words (French): 2 décisions, 1 correction et 1 retrait."""
        parts = [
            plural(count, one, several)
            for count, one, several in (
                (self.decisions, "décision", "décisions"),
                (self.corrections, "correction", "corrections"),
                (self.taken_back, "retrait", "retraits"),
            )
            if count
        ]
        return " et ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def heard(con: duckdb.DuckDBPyConnection) -> Heard:
    """What the run that made a published file knew; an earlier Alliage published no corrections."""
    there = tables(con)
    known = {
        name: dict(con.execute(query).fetchall()) if name in there else {} for name, query in _HEARD.items()
    }
    return Heard(**known)


def unheard(known: Heard, decisions: Iterable[Decision], corrections: Iterable[Correction]) -> Unheard:
    """What has been said or taken back since; what was said and taken back again is nothing."""
    said = [(known.decisions.get(one.decision_id), one.revoked_at is not None) for one in decisions]
    fixed = [(known.corrections.get(one.correction_id), one.revoked_at is not None) for one in corrections]
    return Unheard(
        decisions=sum(_is_new(*one) for one in said),
        corrections=sum(_is_new(*one) for one in fixed),
        taken_back=sum(before is False and now for before, now in (*said, *fixed)),
    )


def _is_new(before: bool | None, now: bool) -> bool:
    """Whether a word counts that the run did not know, or knew as taken back."""
    return before is not False and not now
