"""Members that bear another number than last time, found again by what tells their company."""

import pandas as pd

# In this order: what two records of one company have in common tells less than what tells them apart.
_TELLING = (
    ("siren", "name"),
    ("siren", "address"),
    ("siren", "phone"),
    ("siren", "domain"),
    ("siren",),
    ("name", "address"),
    ("name", "phone"),
    ("name", "domain"),
)
_Sides = tuple[pd.DataFrame, pd.DataFrame, list[str]]
_OF_ONE_COMPANY = (("siren",), ("name", "address"), ("name", "phone"), ("name", "domain"))


def found_elsewhere(seekers: pd.DataFrame, free: pd.DataFrame) -> "pd.Series[int]":
    """The row of `free` that each seeker continues; index and values are those of seekers and of `free`.

    The SIREN tells, or the name with another trait beside it and no SIREN against it; and only if it tells
    one seeker and one row. Rows of one company that nothing tells apart are as good as each other: whichever
    a seeker continues, its company is the same.

    Args:
        seekers: source, member_id and fingerprints of records.
        free: rows of the register that no record is known to continue.
    """
    pairs = [pd.Series(dtype=int)]
    for traits, tell in (*((one, _alone) for one in _TELLING), *((one, _in_turn) for one in _OF_ONE_COMPANY)):
        left, right = seekers.dropna(subset=traits), free.dropna(subset=traits)
        if left.empty or right.empty:
            continue
        found = _pairs(*tell(left, right, ["source", *traits]))
        pairs.append(found)
        seekers, free = seekers.drop(found.index), free.drop(found.to_numpy())
    told: pd.Series[int] = pd.concat(pairs).astype(int)
    return told


def _alone(left: pd.DataFrame, right: pd.DataFrame, key: list[str]) -> _Sides:
    """Those whose `key` nobody else on their side has."""
    one, other = (side[~side.duplicated(key, keep=False)] for side in (left, right))
    return one, other, key


def _in_turn(left: pd.DataFrame, right: pd.DataFrame, key: list[str]) -> _Sides:
    """Those whose `key` tells one company: the first of the left for the first of the right, and so on."""
    companies = right.drop_duplicates([*key, "company_id"])
    several = companies[companies.duplicated(key, keep=False)]
    right = right[~pd.MultiIndex.from_frame(right[key]).isin(pd.MultiIndex.from_frame(several[key]))]
    # Who was seen last comes first: the others left earlier.
    right = right.sort_values(["last_run", "member_id"], ascending=[False, True])
    one, other = (
        side.assign(turn=side.groupby(key).cumcount()) for side in (left.sort_values("member_id"), right)
    )
    return one, other, [*key, "turn"]


def _pairs(left: pd.DataFrame, right: pd.DataFrame, key: list[str]) -> "pd.Series[int]":
    """Left and right of one key, unless their SIREN differ."""
    one, other = (side[key].assign(at=side.index, its_siren=side["siren"]) for side in (left, right))
    both = one.merge(other, on=key, suffixes=("", "_then"))
    sirens = both["its_siren"], both["its_siren_then"]
    against = (sirens[0].notna() & sirens[1].notna() & (sirens[0] != sirens[1])).astype(bool)
    return pd.Series(both.loc[~against, "at_then"].to_numpy(dtype=int), index=both.loc[~against, "at"].array)
