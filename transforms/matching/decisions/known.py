"""The records of the last publication, as those who judge them know them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from transforms.errors import InputError
from transforms.matching.decisions.contradictions import StandingDecisions
from transforms.matching.decisions.decision import Decision, Pair, Record, Sirens
from transforms.matching.decisions.proposals import record_text
from transforms.matching.decisions.today import Today, todays

FORCE = "ajouter --force pour l'enregistrer quand même"
_NEAR = 3


@dataclass(frozen=True)
class KnownRecords:
    """The records of the last publication.

    Attributes:
        companies: the company of each record; None where nothing was ever published.
        sirens: the SIREN of each record that has one.
        numbers: where the members are that bore a number once, columns of continuity.numbers; None where no
            number ever changed hands.
    """

    companies: Mapping[Record, str] | None = None
    sirens: Mapping[Record, str] = field(default_factory=dict)
    numbers: pd.DataFrame | None = field(default=None, compare=False)

    def today(self, decisions: Sequence[Decision]) -> Today:
        """`decisions` under the numbers of the last publication."""
        return todays(decisions, self.numbers)

    def standing(self, decisions: Sequence[Decision]) -> StandingDecisions:
        """Those that count, under the numbers of the last publication."""
        return StandingDecisions(self.today(decisions).here, self.sirens)

    def sirens_of(self, pair: Pair) -> Sirens | None:
        """What the SIREN of two records say; None where nothing was ever published."""
        if self.companies is None:
            return None
        one, other = (self.sirens.get(record) for record in pair)
        if one is None or other is None:
            return "missing"
        return "same" if one == other else "different"

    def require(self, record: Record) -> None:
        """Refuse a record that is not among them.

        Raises:
            InputError: naming what is known, the nearest first.
        """
        if self.companies is None:
            raise InputError(
                "Aucun entrepôt publié ne dit quelles fiches existent.",
                found=record_text(record),
                expected="une fusion publiée",
                next_step=f"lancer alliage run, ou {FORCE}",
            )
        if record not in self.companies:
            raise InputError(
                "Cette fiche n'est pas dans l'entrepôt publié.",
                found=record_text(record),
                expected=self.nearest(record),
                next_step=f"vérifier le réseau et le numéro d'adhérent ; si la fiche est à venir, {FORCE}",
            )

    def meant(self, record: Record) -> Record:
        """The record that `record` names, in whatever case where that leaves one; else itself."""
        if record in (self.companies or {}):
            return record
        found = self._in_small_letters.get(_small(record), [])
        return found[0] if len(found) == 1 else record

    @cached_property
    def _in_small_letters(self) -> Mapping[Record, list[Record]]:
        found: defaultdict[Record, list[Record]] = defaultdict(list)
        for record in self.companies or {}:
            found[_small(record)].append(record)
        return found

    def nearest(self, record: Record) -> str:
        """What could be meant instead of an unknown record (French)."""
        companies = self.companies or {}
        elsewhere = [other for other in companies if other[1] == record[1]]
        if elsewhere:
            return "par exemple " + ", ".join(map(record_text, sorted(elsewhere)))
        numbers = [number for source, number in companies if source == record[0]]
        if not numbers:
            sources = sorted({source for source, _ in companies})
            return "une fiche de " + ", ".join(sources) if sources else "aucune fiche : l'entrepôt est vide"
        near = process.extract(record[1], numbers, scorer=Levenshtein.normalized_similarity, limit=_NEAR)
        return "par exemple " + ", ".join(record_text((record[0], number)) for number, _, _ in near)


def _small(record: Record) -> Record:
    return record[0].casefold(), record[1].casefold()
