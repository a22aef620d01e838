"""Which id a company bears: minted once, kept from run to run, retired with an alias, given back.

The rule looks only at the records of a group and at the ids under which they were known. So neither the order
of rows nor records elsewhere can change an id.

1. Heir: an old id belongs to the group that holds most of the present records known under it. On a tie, to
   the group with the record from which the id was minted, else to the one with its smallest record.
2. Keep: a group that inherits one id keeps it. If it inherits several, it keeps the one that most of its
   records bore, then the one with the oldest `first_run`, then the smallest; the others retire (« fusion »).
   Majority comes first because heirs are chosen by majority too: so a merge that is undone gives both
   companies their own ids again, instead of swapping them.
3. Give back: a group that inherits none may hold the record from which a retired id was minted, and that id
   may have retired into the very company that the group now leaves. The merge is undone, and the id lives
   again; its alias goes, as the id is no longer retired. Of several such ids the last retired lives again,
   and the others redirect to it.
4. Mint: any other group gets a new id from its smallest record.

Records are compared by (source, member_id). A record is known under the number that it bore last, which may
be another one than today's: ids follow the company, not the number. A record that left stays in the register:
it keeps its company's id alive and finds it again on return.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any

import pandas as pd

from transforms.warehouse.register import (
    ALIAS_COLUMNS,
    ID_ALPHABET,
    REGISTER_COLUMNS,
    TRAITS,
    first_rows,
)

FUSION = "fusion"
_KEY = ["source", "member_id"]
_KNOWN = ["known_member_id", "known_first_run"]
# What an id was minted from: the number that the record bore first.
_MINT = ["source", "origin_member_id"]
_ORIGIN = ["origin_member_id", "origin_run"]


@dataclass(frozen=True)
class Assignment:
    """What `assign` decided.

    Attributes:
        ids: company id of each group, index group_id.
        register: columns of `golden.register`, after this run.
        aliases: columns of `company_aliases`, after this run.
        counts: minted, kept, revived, merged (companies that took others in), retired (ids), split (ids).
    """

    ids: "pd.Series[str]"
    register: pd.DataFrame
    aliases: pd.DataFrame
    counts: dict[str, int]


def assign(groups: pd.DataFrame, register: pd.DataFrame, aliases: pd.DataFrame, run_id: str) -> Assignment:
    """Give each group its company id and bring register and aliases up to date.

    Args:
        groups: source, member_id, group_id; one row a record; known_member_id and known_first_run, the row of
            the register that it continues, missing for a new member; and its fingerprints for the register.
        register: as `read_register` gives it.
        aliases: as `read_aliases` gives them (no chains).
        run_id: the name of this run, for what is new.
    """
    redirect = dict(zip(aliases["retired_id"], aliases["company_id"], strict=True))
    used = {*register["company_id"], *redirect, *redirect.values()}
    register = register.reset_index(drop=True)
    register = register.assign(company_id=_followed(register["company_id"], redirect))
    records = groups[[*_KEY, "group_id", *_KNOWN, *TRAITS]].sort_values(_KEY).reset_index(drop=True)
    known = _known(records, register)

    heirs = _heirs(known, used)
    kept = _kept(heirs, register)
    nameless = records[~records["group_id"].isin(kept.index)]
    given_back = _given_back(known[known["group_id"].isin(nameless["group_id"])], aliases, used)
    revived = given_back.drop_duplicates("group_id").set_index("group_id")["retired_id"]
    minted = _minted(nameless[~nameless["group_id"].isin(revived.index)], used)

    ids = pd.concat([kept, revived, minted]).astype("str").sort_index()
    fused = heirs.loc[~heirs.index.isin(kept), "group_id"].map(ids)
    updated = _updated_aliases(
        aliases, fused, given_back.assign(new_id=given_back["group_id"].map(ids)), run_id
    )
    return Assignment(
        ids=ids,
        register=_updated_register(records, ids, known, register, fused, run_id),
        aliases=updated,
        counts={
            "minted": len(minted),
            "kept": len(kept),
            "revived": len(revived),
            "merged": int(fused.nunique()),
            "retired": len(fused),
            "split": int((known.groupby("company_id")["group_id"].nunique() > 1).sum()),
        },
    )


def minted_id(source: str, member_id: str, attempt: int = 0) -> str:
    """The id that this record gives to a new company, e.g. `E-7K3MQ9XT2B`; each attempt gives another.

    Ten characters carry 50 bits: among 100,000 companies the odds that two meet are one in 200,000, and then
    the next attempt is taken.
    """
    digest = hashlib.sha256(
        "\x1f".join([source, member_id, *[str(attempt)] * (attempt > 0)]).encode()
    ).digest()
    bits = int.from_bytes(digest[:7]) >> 6
    return "E-" + "".join(ID_ALPHABET[bits >> shift & 31] for shift in range(45, -5, -5))


def _minted_so_far(source: str, member_id: str, used: set[str]) -> Iterator[str]:
    """The ids that this record has given to companies in the past."""
    attempts = (minted_id(source, member_id, attempt) for attempt in count())
    return takewhile(lambda company_id: company_id in used, attempts)


def _known(records: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The records that the register knows: position, group_id and row, with that row's company_id and origin.

    The origin is the row under which the member was known first: `member`, origin_member_id, origin_run.
    """
    member = first_rows(register)
    first = register[["member_id", "first_run"]].take(member.to_numpy()).set_axis(register.index)
    rows = register[["source", "member_id", "first_run", "company_id"]]
    rows = rows.set_axis(["source", *_KNOWN, "company_id"], axis="columns").assign(
        row=register.index, member=member, origin_member_id=first["member_id"], origin_run=first["first_run"]
    )
    columns = ["source", "group_id", *_KNOWN]
    return records[columns].reset_index(names="position").merge(rows, on=["source", *_KNOWN])


def _heirs(known: pd.DataFrame, used: set[str]) -> pd.DataFrame:
    """The group that each old id belongs to; index old id, columns group_id and its records under that id."""
    divided = known.groupby("company_id")["group_id"].transform("nunique") > 1
    # Only a divided id can tie, so only there is the hashing worth its time.
    origins = known[divided].index[
        [
            company_id in _minted_so_far(source, member_id, used)
            for source, member_id, company_id in _rows(known[divided], [*_MINT, "company_id"])
        ]
    ]
    claims = known.assign(is_origin=known.index.isin(origins))
    claims = claims.groupby(["company_id", "group_id"], as_index=False).agg(
        n=("position", "size"), is_origin=("is_origin", "max"), first=("position", "min")
    )
    claims = claims.sort_values(
        ["company_id", "n", "is_origin", "first"], ascending=[True, False, False, True]
    )
    return claims.drop_duplicates("company_id").set_index("company_id")[["group_id", "n"]]


def _kept(heirs: pd.DataFrame, register: pd.DataFrame) -> "pd.Series[str]":
    """The one id that each inheriting group keeps, index group_id."""
    claims = heirs.join(register.groupby("company_id")["first_run"].min()).reset_index()
    claims = claims.sort_values(
        ["group_id", "n", "first_run", "company_id"], ascending=[True, False, True, True]
    )
    return claims.drop_duplicates("group_id").set_index("group_id")["company_id"]


def _given_back(known: pd.DataFrame, aliases: pd.DataFrame, used: set[str]) -> pd.DataFrame:
    """Retired ids whose merge is undone: group_id, retired_id; the one that lives again comes first."""
    retired = set(aliases["retired_id"])
    origins = [
        (group_id, company_id, retired_id)
        for source, member_id, group_id, company_id in _rows(known, [*_MINT, "group_id", "company_id"])
        for retired_id in _minted_so_far(source, member_id, used)
        if retired_id in retired
    ]
    claims = pd.DataFrame(origins, columns=["group_id", "company_id", "retired_id"])
    claims = claims.merge(aliases, on=["retired_id", "company_id"])
    order = claims.sort_values(["group_id", "run_id", "retired_id"], ascending=[True, False, True])
    return order[["group_id", "retired_id"]]


def _minted(nameless: pd.DataFrame, used: set[str]) -> "pd.Series[str]":
    """A new id for each group of `nameless` (ordered by key), index group_id."""
    smallest = nameless.drop_duplicates("group_id")
    taken = set(used)
    ids: dict[int, str] = {}
    for source, member_id, group_id in _rows(smallest, [*_KEY, "group_id"]):
        attempts = (minted_id(source, member_id, attempt) for attempt in count())
        ids[group_id] = next(company_id for company_id in attempts if company_id not in taken)
        taken.add(ids[group_id])
    return pd.Series(ids, dtype="str")


def _updated_aliases(
    aliases: pd.DataFrame, fused: "pd.Series[str]", given_back: pd.DataFrame, run_id: str
) -> pd.DataFrame:
    """Aliases after this run, still without chains: old ones follow the ids that they led to."""
    successors = _followed(aliases["company_id"], fused.to_dict())
    restored = given_back.set_index("retired_id")["new_id"].to_dict()
    old = aliases.assign(company_id=aliases["retired_id"].map(restored).astype("str").fillna(successors))
    new = pd.DataFrame({"retired_id": fused.index, "company_id": fused.to_numpy()}, dtype="str")
    both = pd.concat([old, new.assign(run_id=run_id, reason=FUSION)])
    living = both["retired_id"] == both["company_id"]
    return both.loc[~living, ALIAS_COLUMNS].sort_values("retired_id").reset_index(drop=True)


def _updated_register(
    records: pd.DataFrame,
    ids: "pd.Series[str]",
    known: pd.DataFrame,
    register: pd.DataFrame,
    fused: "pd.Series[str]",
    run_id: str,
) -> pd.DataFrame:
    """Present records under their new ids and numbers, then the rows of those that left a number or a source.

    These stand under the id that is now theirs: that of their member, if it is here under another number.
    """
    present = _present(records, known, register, run_id).assign(company_id=records["group_id"].map(ids))
    left = register[~register.index.isin(present["row"])]
    here = known.drop_duplicates("member").set_index("member")["group_id"].map(ids)
    company = first_rows(register)[left.index].map(here).astype("str")
    company = company.fillna(_followed(left["company_id"], fused.to_dict()))
    both = pd.concat([present[REGISTER_COLUMNS], left.assign(company_id=company)[REGISTER_COLUMNS]])
    return both.sort_values([*_KEY, "first_run"]).reset_index(drop=True)


def _present(records: pd.DataFrame, known: pd.DataFrame, register: pd.DataFrame, run_id: str) -> pd.DataFrame:
    """The rows of present records, index as theirs, and `row`: that of the register whose place each takes.

    That is the row that a record continues, if it is the last one of the record's own number. Otherwise the
    row is a new one, even for a member that comes back to a number which somebody else bore meanwhile: so the
    rows of one number follow each other in time.
    """
    last = register.sort_values("first_run").drop_duplicates(_KEY, keep="last").index
    found = records.join(known.set_index("position")[["row", "member", *_ORIGIN]])
    stays = (found["known_member_id"] == found["member_id"]) & found["row"].isin(last)
    is_origin = stays & (found["row"] == found["member"])
    return found.assign(
        first_run=found["known_first_run"].where(stays, run_id),
        last_run=run_id,
        row=found["row"].where(stays),
        **{column: found[column].mask(is_origin) for column in _ORIGIN},
    )


def _followed(ids: "pd.Series[str]", redirect: Mapping[Any, str]) -> "pd.Series[str]":
    return ids.map(lambda company_id: redirect.get(company_id, company_id)).astype("str")


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterable[tuple[Any, ...]]:
    return frame[columns].itertuples(index=False, name=None)
