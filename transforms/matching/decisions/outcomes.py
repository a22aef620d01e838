"""What became of each decision in a run: followed, or why not.

| Outcome | Meaning |
|---|---|
| followed | it holds |
| against_siren | « different » on two records with one SIREN: it holds; a new SIREN asks again |
| contradicted | « same » that decisions « different » forbid, perhaps on other records of the groups |
| two_sirens | « same » between groups with two different valid SIREN |
| itself | its two records are one and the same |
| gone | one of its records is not in the exports: it waits |
| replaced | a later decision on the same pair counts |
| revoked | taken back |
"""

from typing import Any

import numpy as np
import pandas as pd

from transforms.matching.decisions.decision import pairs_of
from transforms.report import Remark

FOLLOWED = ("followed", "against_siren")
REFUSED = ("contradicted", "two_sirens")
_SHOWN = 20


def outcomes(
    decisions: pd.DataFrame, today: pd.DataFrame, decided: pd.DataFrame, sirens: pd.Series, groups: pd.Series
) -> pd.DataFrame:
    """Tell what became of each decision.

    Args:
        decisions: all decisions under today's numbers, as `decision.as_frame` gives them.
        today: those of them whose members have not left.
        decided: those that count and whose records are there, with `left` and `right`, positions of records.
        sirens: the SIREN of each record, or None.
        groups: the group of each record.

    Returns:
        `decisions` with `outcome`, as above, and `against`, the decisions that it gave way to, or None.
    """
    here = decided.set_index("decision_id")
    ids = decisions["decision_id"]
    revoked = decisions["revoked_at"].notna()
    latest = _latest(today)
    told = np.select(
        [revoked, ids.isin(latest), ~ids.isin(here.index)],
        ["revoked", "replaced", "gone"],
        default="followed",
    )
    outcome = pd.Series(told, index=ids, dtype="str")
    against = ids.map(latest).astype(object).where(~revoked).set_axis(ids)
    outcome.update(_held(here, sirens.to_numpy()))
    refused = _refused(here, groups.to_numpy())
    outcome.update(refused["outcome"])
    against.update(refused["against"])
    values = {"outcome": outcome.to_numpy(), "against": against.where(against.notna(), None).to_numpy()}
    return decisions.assign(**values)


def outdated(told: pd.DataFrame) -> pd.DataFrame:
    """Of decisions as `outcomes` tells them, those that hold against a SIREN which came after them."""
    return told[(told["outcome"] == "against_siren") & told["sirens"].isin(["missing", "different"])]


def remarks(told: pd.DataFrame) -> tuple[Remark, ...]:
    """What people should know of the decisions, as `outcomes` tells them, that were not simply followed."""
    by_outcome = {
        outcome: told[told["outcome"] == outcome].to_dict("records") for outcome in told["outcome"].unique()
    }
    said = [
        Remark(level=level, text=text(decision))
        for outcome, (level, text) in _TEXTS.items()
        for decision in by_outcome.get(outcome, [])
    ]
    more = len(said) - _SHOWN
    if more > 0:
        said[_SHOWN:] = [
            Remark(
                level="warning",
                text=f"… et {more} autres décisions : la table decisions dit ce que chacune est devenue.",
            )
        ]
    waiting = [decision["decision_id"] for decision in by_outcome.get("gone", [])]
    if waiting:
        said.append(_waiting(waiting))
    return tuple(said)


def _latest(today: pd.DataFrame) -> dict[str, str]:
    """Of each decision that a later one on its pair replaces: that later one."""
    kept = today[today["revoked_at"].isna()].sort_values("decided_at", kind="stable")
    last = kept.groupby(pairs_of(kept))["decision_id"].transform("last")
    replaced = kept["decision_id"] != last
    return dict(zip(kept.loc[replaced, "decision_id"], last[replaced], strict=True))


def _held(here: pd.DataFrame, sirens: Any) -> "pd.Series[str]":
    """Decisions that hold and still deserve a word, index decision_id."""
    left, right = sirens[here["left"]], sirens[here["right"]]
    one_siren = pd.notna(left) & (left == right)
    itself = here["left"] == here["right"]
    held = np.select(
        [itself, one_siren & here["verdict"].eq("different")], ["itself", "against_siren"], default=""
    )
    return pd.Series(held, index=here.index, dtype="str").loc[lambda kind: kind != ""]


def _refused(here: pd.DataFrame, groups: Any) -> pd.DataFrame:
    """Decisions « same » whose records were kept apart: outcome and against, index decision_id.

    Nothing but a decision « different » or two SIREN keeps them apart.
    """
    ends = np.sort(np.column_stack([groups[here["left"]], groups[here["right"]]]), axis=1)
    between = pd.Series(list(map(tuple, ends)), index=here.index, dtype=object)
    different = between[here["verdict"] == "different"]
    forbidding = different.index.to_series().groupby(different.to_numpy()).agg(", ".join)
    vain = between[(here["verdict"] == "same").to_numpy() & (ends[:, 0] != ends[:, 1])]
    against = vain.map(forbidding.to_dict())
    outcome = pd.Series(np.where(against.notna(), "contradicted", "two_sirens"), vain.index, dtype="str")
    return pd.DataFrame({"outcome": outcome, "against": against})


def _ends(decision: dict[Any, Any]) -> str:
    left, right = (f"{decision[f'{end}_source']}:{decision[f'{end}_member_id']}" for end in ("left", "right"))
    return f"{left} et {right}"


def _contradicted(decision: dict[Any, Any]) -> str:
    return (
        f"La décision {decision['decision_id']} de réunir {_ends(decision)} n'a pas été suivie : "
        f"{_separating(decision['against'])} leurs entreprises. Retirer celle qui est fausse, par exemple : "
        f"alliage decide --revoke {decision['decision_id']} --steward st-1."
    )


def _separating(ids: str) -> str:
    return f"{ids} {'séparent' if ',' in ids else 'sépare'}"


def _two_sirens(decision: dict[Any, Any]) -> str:
    return (
        f"La décision {decision['decision_id']} de réunir {_ends(decision)} n'a pas été suivie : leurs "
        "entreprises portent deux SIREN valides différents. Corriger le SIREN faux (alliage correct, avec "
        "--force si l'autre entreprise porte le bon), et la décision sera suivie ; ou retirer la "
        f"décision : alliage decide --revoke {decision['decision_id']} --steward st-1."
    )


def _against_siren(decision: dict[Any, Any]) -> str:
    return (
        f"La décision {decision['decision_id']} sépare {_ends(decision)}, qui portent le même SIREN : elle "
        "est suivie, et l'un des deux SIREN est sans doute à corriger."
    )


def _itself(decision: dict[Any, Any]) -> str:
    return f"La décision {decision['decision_id']} oppose une fiche à elle-même : elle ne change rien."


def _waiting(ids: list[str]) -> Remark:
    shown = ", ".join(ids[:5]) + ("…" if len(ids) > 5 else "")
    if len(ids) == 1:
        return Remark(text=f"La décision {shown} attend : une de ses fiches n'est pas dans les exports.")
    return Remark(
        text=f"{len(ids)} décisions attendent ({shown}) : une de leurs fiches n'est pas dans les exports."
    )


_TEXTS: dict[str, tuple[Any, Any]] = {
    "contradicted": ("warning", _contradicted),
    "two_sirens": ("warning", _two_sirens),
    "itself": ("warning", _itself),
    "against_siren": ("info", _against_siren),
}
