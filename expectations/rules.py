"""What a quality rule is, the limits that rules obey, and how all rules are judged.

A rule is a declaration: which table, which check, which cells a person would correct. Its severity and its
texts stand in `reference/refusals.yml` under the rule's name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from transforms.errors import GateError
from transforms.refusals import Refusal, refusal

Stage: TypeAlias = Literal["raw", "standard", "golden"]


class Limits(BaseModel):
    """The bounds between which data is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_records: int = Field(default=1, ge=1, description="Fiches par source, au moins")
    max_records: int = Field(default=1_000_000, ge=1, description="Fiches par source, au plus")
    earliest: date = Field(default=date(1900, 1, 1), description="Première date d'adhésion crédible")
    days_ahead: int = Field(
        default=366, ge=0, description="Jours entre l'export et une adhésion à venir, au plus"
    )
    max_jobs: float = Field(default=500_000, gt=0, description="Effectif d'une entreprise, au plus")
    max_turnover_eur: float = Field(default=5e11, gt=0, description="Chiffre d'affaires en euros, au plus")
    max_fee_eur: float = Field(default=100_000, gt=0, description="Cotisation en euros, au plus")
    turnover_factor: float = Field(
        default=20, gt=1, description="Écart entre deux chiffres d'affaires d'une même entreprise, au plus"
    )
    group_max: int = Field(default=20, ge=2, description="Fiches réunies en une entreprise, au plus")


@dataclass(frozen=True)
class Data:
    """The tables under validation, by full name, and the limits."""

    frames: Mapping[str, pd.DataFrame]
    limits: Limits

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.frames[table]


@dataclass(frozen=True)
class RowCount:
    """A check of a table as a whole: it holds at least so many rows."""

    at_least: int


# Takes the rule's own table and all data; gives one nullable boolean a row: null where the rule has nothing
# to say, because the cell is empty or because another rule already tells the fault.
Check: TypeAlias = Callable[[pd.DataFrame, Data], "pd.Series[bool]"]


@dataclass(frozen=True)
class Rule:
    """One quality rule.

    Args:
        name: key of its severity and texts in `reference/refusals.yml`.
        stage: the stage whose work is judged.
        table: the table whose rows are judged.
        check: the verdict on each row, or on their number.
        fields: fields of an export that a person would correct, best guess first; none when the fault lies in
            our own work.
        needs: rules without which this one makes no sense; while one of them fails or is itself not judged,
            this one is not judged, so that one fault is told once. Only critical rules that come before this
            one, so that nothing passes by it.
        detail: what to say of each row of the table, for a rule that compares it with others; never personal.
    """

    name: str
    stage: Stage
    table: str
    check: Check | RowCount
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    detail: Callable[[pd.DataFrame, Data], "pd.Series[str]"] | None = None

    @property
    def texts(self) -> Refusal:
        """Severity and French texts of the rule."""
        return refusal(self.name)


@dataclass(frozen=True)
class Verdict:
    """What a rule says of each row of its table; `passes` is null where it says nothing.

    A rule on the number of rows has no `passes`.
    """

    rule: Rule
    passes: "pd.Series[bool] | None"


def judge(rules: Iterable[Rule], data: Data) -> list[Verdict]:
    """The verdicts of all rules, in their order.

    Raises:
        GateError: a rule could not be judged (a column is missing, a value has an unexpected type).
    """
    verdicts: list[Verdict] = []
    unsound: set[str] = set()
    for rule in rules:
        judged = unsound.isdisjoint(rule.needs)
        verdict = Verdict(rule, _passes(rule, data, judged=judged))
        if not judged or _fails(verdict, data):
            unsound.add(rule.name)
        verdicts.append(verdict)
    return verdicts


def not_judged(rule: Rule, reason: str) -> GateError:
    """The refusal to publish because a rule could not be judged: no rule ever passes silently."""
    return GateError(
        f"Le contrôle « {rule.name} » n'a pas pu être fait.",
        found=reason,
        expected=f"la table {rule.table} complète",
        next_step="prévenir l'équipe qui maintient Alliage ; l'entrepôt publié n'a pas changé",
    )


def _passes(rule: Rule, data: Data, *, judged: bool) -> "pd.Series[bool] | None":
    if isinstance(rule.check, RowCount):
        return None
    try:
        frame = data[rule.table]
        if not judged:
            return pd.Series(pd.NA, index=frame.index, dtype="boolean")
        return rule.check(frame, data).astype("boolean")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise not_judged(rule, f"{type(error).__name__} : {error}") from error


def _fails(verdict: Verdict, data: Data) -> bool:
    if isinstance(verdict.rule.check, RowCount):
        return len(data[verdict.rule.table]) < verdict.rule.check.at_least
    return verdict.passes is not None and bool((~verdict.passes).any())
