"""What became of each correction in a run, and what people should know of it.

| Outcome | Meaning |
|---|---|
| followed | it holds against what the sources say |
| agreed | it holds, and the sources say the same by now: it may be taken back |
| replaced | a later correction of the same value counts, perhaps since two companies became one |
| gone | its company is in no export: it waits |
| revoked | taken back |
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transforms.report import Remark
from transforms.stewards.numbers import todays_numbers

STANDING = ("followed", "agreed")
_SHOWN = 10


def todays_companies(
    corrections: pd.DataFrame, records: pd.DataFrame, aliases: pd.DataFrame, numbers: pd.DataFrame
) -> "pd.Series[str]":
    """The company that each correction is about today, index as `corrections`; missing where it is gone.

    That is the company of the record that it follows, else the one that has its id, or took it over.

    Args:
        corrections: as `correction.as_frame` gives them.
        records: source, member_id and company_id of today's records.
        aliases: columns of company_aliases.
        numbers: columns of continuity.numbers.
    """
    words = corrections[["source", "member_id", "corrected_at"]].rename(columns={"corrected_at": "said_at"})
    today = words.assign(member_id=todays_numbers(words, numbers))
    keys = ["source", "member_id"]
    by_record = today.merge(records[[*keys, "company_id"]], on=keys, how="left")["company_id"]
    followed = dict(zip(aliases["retired_id"], aliases["company_id"], strict=True))
    by_id = corrections["company_id"].map(lambda one: followed.get(one, one))
    by_id = by_id.where(by_id.isin(records["company_id"].unique()))
    found: pd.Series[str] = by_record.set_axis(corrections.index).astype("object").fillna(by_id)
    return found


def outcomes(
    corrections: pd.DataFrame, companies: pd.DataFrame, sirens: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Tell what became of each correction.

    Records that were matched under a corrected SIREN say it themselves by now: of their corrections the
    exports are heard, and each holds, even where a later one of another record says the same.

    Args:
        corrections: as `correction.as_frame` gives them, company_id that of today, missing where it is gone.
        companies: the golden rows as the sources give them.
        sirens: columns of matching.sirens.

    Returns:
        `corrections` with `outcome`, as above; `against`, the later correction that counts instead; and
        `exported_value`, what the sources say, of those whose company is there.
    """
    if corrections.empty:
        return corrections.assign(outcome=None, against=None, exported_value=None)
    here = corrections["company_id"].notna() & corrections["revoked_at"].isna()
    order = corrections[here].sort_values("corrected_at", kind="stable")
    latest = order.groupby(["company_id", "field"])["correction_id"].transform("last")
    latest = latest.reindex(corrections.index)
    exported = (
        {} if sirens is None else dict(zip(sirens["correction_id"], sirens["exported_siren"], strict=True))
    )
    matched = corrections["correction_id"].isin(exported)
    said = _said(corrections, companies).mask(matched, corrections["correction_id"].map(exported))
    replaced = here & ~matched & (latest != corrections["correction_id"])
    outcome = np.select(
        [corrections["revoked_at"].notna(), ~here, replaced, said == corrections["value"]],
        ["revoked", "gone", "replaced", "agreed"],
        default="followed",
    )
    return corrections.assign(
        outcome=outcome, against=latest.where(replaced, None), exported_value=said.where(said.notna(), None)
    )


def shown(told: pd.DataFrame) -> pd.DataFrame:
    """Of corrections as `outcomes` tells them, those that companies show: the latest of each value."""
    standing = told[told["outcome"].isin(STANDING)]
    order = standing.sort_values("corrected_at", kind="stable")
    return order.drop_duplicates(["company_id", "field"], keep="last").sort_index()


def remarks(told: pd.DataFrame, named: pd.DataFrame) -> tuple[Remark, ...]:
    """What people should know of the corrections that `outcomes` told.

    Args:
        told: as `outcomes` gives them.
        named: the same corrections under the ids that their companies had when they were made.
    """
    said = [*_merged(told, named), *_agreed(told), *_waiting(told)]
    more = len(said) - _SHOWN
    if more > 0:
        text = f"… et {more} autres remarques : la table corrections dit ce que chacune est devenue."
        said[_SHOWN:] = [Remark(level="warning", text=text)]
    return tuple(said)


def _said(corrections: pd.DataFrame, companies: pd.DataFrame) -> pd.Series:
    """What the sources say of each corrected value."""
    fields = sorted(corrections["field"].unique())
    cells = companies.set_index("company_id")[fields].astype(object).stack()
    keys = pd.MultiIndex.from_frame(corrections[["company_id", "field"]])
    return pd.Series(cells.reindex(keys).to_numpy(), index=corrections.index, dtype=object)


def _merged(told: pd.DataFrame, named: pd.DataFrame) -> Iterator[Remark]:
    """Corrections that met because their companies became one."""
    company = dict(zip(named["correction_id"], named["company_id"], strict=True))
    replaced = told.loc[told["outcome"] == "replaced", ["correction_id", "against", "field"]]
    for own, other, field in replaced.itertuples(index=False, name=None):
        if company[own] != company[other]:
            yield Remark(
                level="warning",
                text=f"Les corrections {own} et {other} portent sur la même valeur ({field}) depuis que "
                f"leurs entreprises n'en font qu'une : {other}, la plus récente, l'emporte. Retirer celle "
                f"qui est fausse : alliage correct --revoke {own} --steward st-1.",
            )


def _agreed(told: pd.DataFrame) -> Iterator[Remark]:
    ids = list(told.loc[told["outcome"] == "agreed", "correction_id"])
    if ids:
        one = len(ids) == 1
        text = (
            f"{'La correction' if one else 'Les corrections'} {_shown(ids)} "
            f"{'dit' if one else 'disent'} maintenant la même chose que les exports : "
            f"{'elle peut' if one else 'elles peuvent'} être {'retirée' if one else 'retirées'}."
        )
        yield Remark(text=text)


def _waiting(told: pd.DataFrame) -> Iterator[Remark]:
    ids = list(told.loc[told["outcome"] == "gone", "correction_id"])
    if len(ids) == 1:
        yield Remark(text=f"La correction {ids[0]} attend : son entreprise n'est pas dans les exports.")
    elif ids:
        yield Remark(
            text=f"{len(ids)} corrections attendent ({_shown(ids)}) : leurs entreprises ne sont pas dans "
            "les exports."
        )


def _shown(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + ("…" if len(ids) > 5 else "")
