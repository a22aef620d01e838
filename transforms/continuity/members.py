"""Who bears a member number: the company that bore it last time, or another one.

A number alone proves little: clusters renumber their lists, and give the number of a member that left to the
next. So the register of company ids keeps, beside each number, fingerprints of what tells a company: SIREN,
name, address, telephone, domain. Ids and decisions follow the company, not the number.
"""

from collections import defaultdict
from collections.abc import Mapping

import duckdb
import numpy as np
import pandas as pd

from transforms.warehouse.register import TRAITS

_KEY = ["source", "member_id"]
_ROW = [*_KEY, "first_run"]

_Row = tuple[str, str, str]

_FINGERPRINT = "substr(md5('{trait}:' || {value}), 1, 12)"
_VALUES = {
    "siren": "siren",
    "name": "name_core",
    "address": "postcode || ' ' || coalesce(street_number, '') || ' ' || street_name",
    "phone": "phone",
    "domain": "coalesce(web_domain, CASE WHEN NOT is_free_mail THEN email_domain END)",
}
# Without a SIREN, so many other traits must differ before a number is said to have another bearer.
_PROOF = 3


def traits(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Fingerprints of each record: source, member_id, and the first 12 digits of an MD5 for each trait.

    They are compared, never read: the register should not repeat names, addresses and telephones.
    """
    columns = ", ".join(
        f"{_FINGERPRINT.format(trait=trait, value=_VALUES[trait])} AS {trait}" for trait in TRAITS
    )
    rows = con.execute(
        f"SELECT source, member_id, {columns} FROM standard.records ORDER BY source, member_id"
    ).df()
    return rows.astype("str")


def recognised(records: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The row of the register that each record continues.

    Args:
        records: as `traits` gives them.
        register: as `register.read_register` gives it.

    Returns:
        `records` with known_member_id and known_first_run, the row of its source that the record continues
        (missing for a new member); `bearer`: `same` as last time, `new`, or `renumbered`, a known member
        under another number; `takes_over`: whether another company bore the number last time.
    """
    latest = register.sort_values(["last_run", "first_run"]).drop_duplicates(_KEY, keep="last")
    beside = records.merge(latest.drop(columns="company_id"), on=_KEY, how="left", suffixes=("", "_then"))
    agrees, differs = _compared(beside)
    found = records.assign(
        known_member_id=records["member_id"].where(agrees), known_first_run=beside["first_run"].where(agrees)
    )
    moved = _moved(found[~agrees], _free(register, found))
    found.loc[moved.index, list(moved)] = moved
    # Where little is known the number's word stands, unless its old bearer was met elsewhere.
    taken = pd.MultiIndex.from_frame(found[["source", *moved]])
    doubtful = beside["first_run"].notna() & ~agrees & ~differs & ~found.index.isin(moved.index)
    stays = doubtful & ~pd.MultiIndex.from_frame(beside[_ROW]).isin(taken)
    found.loc[stays, list(moved)] = beside.loc[stays, ["member_id", "first_run"]].to_numpy()
    is_same = agrees | stays
    bearer = np.select([is_same, found["known_member_id"].notna()], ["same", "renumbered"], default="new")
    return found.assign(bearer=bearer, takes_over=beside["first_run"].notna() & ~is_same)


def _compared(beside: pd.DataFrame) -> tuple["pd.Series[bool]", "pd.Series[bool]"]:
    """Whether any trait of a record agrees with its number's row; whether they are surely two companies."""
    both = pd.DataFrame({trait: beside[trait].notna() & beside[f"{trait}_then"].notna() for trait in TRAITS})
    equal = [both[trait] & (beside[trait] == beside[f"{trait}_then"]) for trait in TRAITS]
    agrees = pd.concat(equal, axis="columns").any(axis="columns")
    return agrees, ~agrees & (both["siren"] | (both.sum(axis="columns") >= _PROOF))


def _free(register: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The register's rows that no record continues under the same number, and no other row has continued."""
    taken = pd.MultiIndex.from_frame(found[["source", "known_member_id", "known_first_run"]])
    free = register[~pd.MultiIndex.from_frame(register[_ROW]).isin(taken)]
    followers = register.loc[register["renumbered_from"].notna(), ["source", "renumbered_from", "first_run"]]
    later = free.reset_index().merge(
        followers, left_on=_KEY, right_on=["source", "renumbered_from"], suffixes=("", "_next")
    )
    left = later.loc[later["first_run_next"] > later["first_run"], "index"]
    return free[~free.index.isin(left)]


def _moved(seekers: pd.DataFrame, free: pd.DataFrame) -> pd.DataFrame:
    """For seekers that a free row knows: known_member_id and known_first_run, index as the seekers.

    The SIREN tells, else the name with another trait beside it and no SIREN against it; and only if it tells
    one record and one row.
    """
    by_siren = _told_by("siren", seekers, free)
    rest = seekers.drop(index=list(by_siren.index)), free.drop(index=list(by_siren))
    row_of = pd.concat([by_siren, _told_by("name", *rest)])
    rows = free.loc[row_of, ["member_id", "first_run"]].set_axis(row_of.index)
    return rows.rename(columns={"member_id": "known_member_id", "first_run": "known_first_run"})


def _told_by(trait: str, seekers: pd.DataFrame, free: pd.DataFrame) -> "pd.Series[int]":
    """The row of `free` with the seeker's `trait`, index as the seekers, where each has only the other."""
    left = seekers.dropna(subset=[trait]).reset_index(names="seeker")
    right = free.dropna(subset=[trait]).reset_index(names="row")
    pairs = left.merge(right, on=["source", trait], suffixes=("", "_then"))
    if trait == "name":
        others = [pairs[other] == pairs[f"{other}_then"] for other in ("address", "phone", "domain")]
        against = pairs["siren"].notna() & pairs["siren_then"].notna()
        pairs = pairs[np.logical_or.reduce(others) & ~against]
    alone = ~(pairs["seeker"].duplicated(keep=False) | pairs["row"].duplicated(keep=False))
    return pairs[alone].set_index("seeker")["row"].rename_axis(None).astype(int)


def numbers_over_time(records: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Where the members are today that bore a number in the past, for numbers that changed hands.

    Args:
        records: as `recognised` gives them.
        register: as it was before this run.

    Returns:
        source, member_id and first_run of a row of the register, and now_member_id, the number that this
        member bears today, missing for one that left. Numbers that always had one bearer are left out.
    """
    rows = register.sort_values(["source", "member_id", "first_run"])
    moved = records[records["bearer"].eq("renumbered") | records["takes_over"]]
    keys = [rows.loc[rows.duplicated(_KEY, keep=False), _KEY]]
    for column, frame in (("renumbered_from", rows), ("member_id", moved), ("known_member_id", moved)):
        keys.append(frame[["source", column]].rename(columns={column: "member_id"}).dropna())
    changed = rows[pd.MultiIndex.from_frame(rows[_KEY]).isin(pd.MultiIndex.from_frame(pd.concat(keys)))]
    followers: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    moves = rows.dropna(subset="renumbered_from").sort_values("first_run")
    for source, left, *row in moves[["source", "renumbered_from", *_ROW]].itertuples(index=False, name=None):
        followers[source, left].append((row[0], row[1], row[2]))
    here = _tuples(records[["source", "known_member_id", "known_first_run"]])
    today = dict(zip(here, records["member_id"], strict=True))
    ends = [today.get(_end(row, followers)) for row in _tuples(changed[_ROW])]
    return changed[_ROW].assign(now_member_id=pd.Series(ends, changed.index, dtype="str"))


def _end(row: _Row, followers: Mapping[tuple[str, str], list[_Row]]) -> _Row:
    """The last row of the member that `row` is of; `followers` of each number left stand in order of time."""
    while True:
        source, number, first_run = row
        later = [one for one in followers.get((source, number), ()) if one[2] > first_run]
        if not later:
            return row
        row = later[0]


def _tuples(frame: pd.DataFrame) -> list[_Row]:
    return list(frame.itertuples(index=False, name=None))
