"""The rules of survivorship: each ranks the records of a company for one choice.

Every rule takes the candidates (one row a record, see `survivorship.candidates`) and the choice, and gives
one number a record: the smallest wins, equal ones leave the matter to the next rule, NaN comes last.
"""

from collections.abc import Callable

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms.text import fold

Rank = pd.Series  # of numbers, index as the candidates

_IDENTIFIER_RANK = {"valid": 0, "repaired": 1, "partial": 2, "invalid": 3, "missing": 4}
_KIND_RANK = {"exact": 0, "estimated": 1, "unknown": 2}


class Choice(BaseModel):
    """One choice of `reference/survivorship.yml`, which explains the keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: tuple[str, ...]
    rules: tuple[str, ...]
    parts: tuple[str, ...] = ()
    total: str | None = None
    cells: dict[str, tuple[str, ...]]
    judged: tuple[str, ...] = ()
    marks: dict[str, str] = {}

    @property
    def columns(self) -> set[str]:
        """All columns of the export that its fields can go back to, and look-ups (`@...`)."""
        return {name for names in self.cells.values() for option in names for name in option.split("+")}

    @property
    def main(self) -> str:
        """The field that the rules compare."""
        return self.fields[0]


def best_identifier(candidates: pd.DataFrame, _choice: Choice) -> Rank:
    """By how good the record's own SIREN is: valid, repaired, partial, invalid, missing."""
    return candidates["siren_status"].map(_IDENTIFIER_RANK)


def validated_identifier(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """Records with a valid SIREN, then a repaired one, then all others alike."""
    return best_identifier(candidates, choice).clip(upper=_IDENTIFIER_RANK["partial"])


def most_agreed(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """By how many records of the company have the same value, case and accents aside."""
    spelling = _plain(candidates[choice.main])
    return -candidates.groupby(["company_id", spelling], dropna=False)["company_id"].transform("size")


def most_complete(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """By how many of the choice's parts are filled; without parts, by the length of the text."""
    if choice.parts:
        return -candidates[list(choice.parts)].notna().sum(axis="columns")
    return -candidates[choice.main].str.len()


def best_written(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """Accents kept before accents lost, then small letters before capitals alone."""
    texts = candidates[choice.main]
    has_small = texts.str.contains(r"[a-zà-ÿœ]", na=False)
    has_accent = texts.str.contains(r"[À-ÖØ-öø-ÿŒœ]", na=False)
    return -(has_small.astype(int) + 2 * has_accent.astype(int))


def kind_exact_first(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """An exact figure before an estimated before an unknown one (column `<figure>_kind`)."""
    return candidates[f"{choice.main}_kind"].map(_KIND_RANK)


def most_recent(candidates: pd.DataFrame, _choice: Choice) -> Rank:
    """By export date, the latest first; a file without a date comes last."""
    return -_days(candidates["export_date"])


def earliest(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """By the date itself, the first one first."""
    return _days(candidates[choice.main])


def earliest_year(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """By the year of the date, the first one first."""
    return pd.to_datetime(candidates[choice.main]).dt.year


def day_precision_first(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """A date known to the day before one of which only the year is known (column `<date>_precision`)."""
    return (candidates[f"{choice.main}_precision"] != "day").astype(int)


def true_first(candidates: pd.DataFrame, choice: Choice) -> Rank:
    """Yes before no."""
    return (~candidates[choice.main].fillna(False).astype(bool)).astype(int)


def source_priority(candidates: pd.DataFrame, _choice: Choice) -> Rank:
    """By the priority that the source's contract gives, 1 first."""
    return candidates["priority"]


RULES: dict[str, Callable[[pd.DataFrame, Choice], Rank]] = {
    rule.__name__: rule
    for rule in (
        best_identifier,
        validated_identifier,
        most_agreed,
        most_complete,
        best_written,
        kind_exact_first,
        most_recent,
        earliest,
        earliest_year,
        day_precision_first,
        true_first,
        source_priority,
    )
}


def _plain(texts: pd.Series) -> pd.Series:
    plain = {text: fold(text) for text in texts.dropna().unique()}
    return texts.map(plain)


def _days(dates: pd.Series) -> pd.Series:
    return (pd.to_datetime(dates) - pd.Timestamp(1970, 1, 1)).dt.days
