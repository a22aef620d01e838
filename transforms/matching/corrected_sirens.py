"""The SIREN that stewards have corrected, under which records are matched.

A correction is about a company as it was published. So it changes the SIREN of its own record, and of the
other records that bear the same number and were in the same company at the last publication, except those
that a decision « different » keeps away from it. A record that comes with that number later is not among
them: a wrong SIREN is often the right one of another company, which may join one day.
"""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from transforms.stewards.correction import Correction, as_frame
from transforms.stewards.numbers import todays_numbers
from transforms.warehouse.register import REGISTER_COLUMNS, read_register

_KEY = ["source", "member_id"]
COLUMNS = (*_KEY, "siren", "exported_siren", "correction_id")


def standing_sirens(corrections: Collection[Correction], numbers: pd.DataFrame) -> pd.DataFrame:
    """The corrections of SIREN that nobody has taken back, oldest first, under today's numbers.

    Args:
        corrections: as the journal has them.
        numbers: columns of continuity.numbers.
    """
    frame = as_frame(one for one in corrections if one.field == "siren" and one.revoked_at is None)
    words = frame[["source", "member_id", "corrected_at"]].rename(columns={"corrected_at": "said_at"})
    today = frame if frame.empty else frame.assign(member_id=todays_numbers(words, numbers))
    return today.dropna(subset="member_id").sort_values("corrected_at", kind="stable")


def known_companies(continued: pd.DataFrame, state: Path) -> "pd.Series[str]":
    """The company of each record at the last publication, index (source, member_id); missing for a new one.

    Args:
        continued: columns of continuity.records.
        state: the folder of the register.
    """
    rows = read_register(state)[REGISTER_COLUMNS[:4]]
    rows = rows.rename(columns={"member_id": "known_member_id", "first_run": "known_first_run"})
    found = continued.merge(rows, on=["source", "known_member_id", "known_first_run"], how="left")
    return found.set_index(_KEY)["company_id"]


def corrected_sirens(
    records: pd.DataFrame,
    corrections: pd.DataFrame,
    companies: "pd.Series[str]",
    different: Collection[tuple[int, int]],
) -> pd.DataFrame:
    """The records whose SIREN corrections change: one row each, columns `COLUMNS`, index as `records`.

    Each correction, the oldest first, changes the number that its company bore by then.

    Args:
        records: source, member_id and siren.
        corrections: as `standing_sirens` gives them.
        companies: as `known_companies` gives them.
        different: pairs of positions in `records` that decisions keep apart.
    """
    place = {key: at for at, key in enumerate(zip(records["source"], records["member_id"], strict=True))}
    company = companies.reindex(pd.MultiIndex.from_frame(records[_KEY])).set_axis(records.index)
    sirens = records["siren"].astype(object)
    by = pd.Series(None, index=records.index, dtype=object)
    for source, member_id, value, number in corrections[[*_KEY, "value", "correction_id"]].itertuples(
        index=False, name=None
    ):
        at = place.get((source, member_id))
        if at is None:
            continue
        row = records.index[at]
        along = (sirens == sirens[row]) & (company == company[row])
        apart = [end for pair in different if at in pair for end in pair]
        along.iloc[apart] = False
        along[row] = True
        by[along], sirens[along] = number, value
    changed = by.notna() & (sirens != records["siren"])
    found = records[_KEY].assign(siren=sirens, exported_siren=records["siren"], correction_id=by)
    return found.loc[changed, list(COLUMNS)]


def with_sirens(records: pd.DataFrame, corrected: pd.DataFrame) -> pd.DataFrame:
    """`records` under the SIREN of `corrected`; what a rounded SIRET tells of it goes."""
    if corrected.empty:
        return records
    is_corrected = records.index.isin(corrected.index)
    sirens = records["siren"].astype(object)
    sirens[corrected.index] = corrected["siren"]
    bounds = {bound: records[bound].mask(is_corrected) for bound in ("siren_low", "siren_high")}
    return records.assign(siren=sirens, **bounds)
