"""Who bears a member number: the company that bore it last time, or another one.

A number alone proves little: clusters renumber their lists, and give the number of a member that left to the
next. So a record is held against the traits that the register keeps of its number's last bearer, in this
order:

1. the SIREN, or the name with no SIREN against it, is proof that the bearer is the same;
2. any other record may be a member that bore another number (`moves.py`): companies of one group share
   address, telephone and domain, so what tells a company goes before what it may share;
3. then two of these shared traits, or the name alone, speak for the number;
4. of what is left, another SIREN or three other traits are proof of another bearer. Where less is known the
   number's word stands, unless its last bearer was met elsewhere.
"""

import numpy as np
import pandas as pd

from transforms.continuity.moves import found_elsewhere
from transforms.warehouse.register import TRAITS, first_rows

_KEY = ["source", "member_id"]
_SHARED = ("address", "phone", "domain")
_ENOUGH_SHARED = 2
# Without a SIREN, so many traits must differ before a number is said to have another bearer.
_PROOF = 3


def recognised(records: pd.DataFrame, register: pd.DataFrame, in_service: str = "") -> pd.DataFrame:
    """The row of the register that each record continues.

    Args:
        records: as `traits.traits` gives them.
        register: as `register.read_register` gives it.
        in_service: the run whose publication is in service, which need not be the last one.

    Returns:
        `records` with known_member_id and known_first_run, the row of its source that the record continues
        (missing for a new member); `bearer`: `same` as last time, `new`, or `renumbered`, a known member
        under another number; `takes_over`: whether another company bore the number last time.
    """
    register = register.reset_index(drop=True)
    member = first_rows(register)
    beside = records[_KEY].merge(last_bearers(register, in_service), on=_KEY, how="left")
    then = beside["row"].set_axis(records.index)
    is_proved, is_other = _compared(records, register.reindex(then.to_numpy()).set_axis(records.index))

    proved = then[is_proved].astype(int)
    free = register[~member.isin(member[proved])].sort_values("first_run")
    free = free.loc[~member[free.index].duplicated(keep="last").to_numpy()]
    moved = found_elsewhere(records[~is_proved], free)
    stays = then.notna() & ~is_proved & ~is_other & ~records.index.isin(moved.index)
    stays &= ~then.map(member).isin(member[moved])

    row = pd.concat([proved, then[stays].astype(int), moved])
    known = register.loc[row, ["member_id", "first_run"]].set_axis(row.index).reindex(records.index)
    is_same = is_proved | stays
    return records.assign(
        known_member_id=known["member_id"],
        known_first_run=known["first_run"],
        bearer=np.select([is_same, records.index.isin(moved.index)], ["same", "renumbered"], default="new"),
        takes_over=then.notna() & ~is_same,
    )


def last_bearers(register: pd.DataFrame, in_service: str) -> pd.DataFrame:
    """The bearer of each number in the publication in service, else the last one.

    After a restore, later publications are no longer what the numbers are known for.

    Returns:
        source, member_id and `row`, the position in the register.
    """
    shown = (register["first_run"] <= in_service) & (in_service <= register["last_run"])
    order = register[[*_KEY, "first_run"]].assign(shown=shown, row=np.arange(len(register)))
    several = order.duplicated(_KEY, keep=False)
    told = order[several].sort_values(["shown", "first_run"]).drop_duplicates(_KEY, keep="last")
    return pd.concat([order[~several], told])[[*_KEY, "row"]]


def _compared(now: pd.DataFrame, then: pd.DataFrame) -> tuple["pd.Series[bool]", "pd.Series[bool]"]:
    """Whether the traits of a record prove the last bearer of its number; whether they prove another one."""
    both = pd.DataFrame({trait: now[trait].notna() & then[trait].notna() for trait in TRAITS})
    equal = pd.DataFrame({trait: both[trait] & (now[trait] == then[trait]) for trait in TRAITS}).astype(bool)
    differs = both & ~equal
    is_proved = equal["siren"] | (equal["name"] & ~differs["siren"])
    speaks_for = equal["name"] | (equal[list(_SHARED)].sum(axis="columns") >= _ENOUGH_SHARED)
    speaks_against = differs["siren"] | (differs.sum(axis="columns") >= _PROOF)
    return is_proved, ~is_proved & ~speaks_for & speaks_against
