"""Which member a number stood for at any time, and where that member is today.

Decisions name numbers. What a steward meant is the bearer in the warehouse that was in service on that day,
which after a restore is not the last bearer that the register saw.
"""

from collections.abc import Iterator, Sequence

import pandas as pd

from transforms.continuity.history import Service
from transforms.warehouse.register import first_rows

_KEY = ["source", "member_id"]
_ROW = [*_KEY, "first_run"]
_KNOWN = ["source", "known_member_id", "known_first_run"]
# The beginning of a run's id.
_RUN_TIME = "%Y%m%dT%H%M%S"
_STAMP = len("20260105T041500")


def numbers_over_time(
    records: pd.DataFrame, register: pd.DataFrame, past: Sequence[Service] = ()
) -> pd.DataFrame:
    """Where the members are today that bore a number in the past, for numbers that changed hands.

    Args:
        records: as `members.recognised` gives them.
        register: as it was before this run.
        past: the publications as they came into service, oldest first.

    Returns:
        source, member_id, `since`, the moment (UTC) from which a warehouse in service showed the number with
        this bearer, and now_member_id, the number that this member bears today, missing for one that left.
        Numbers that always had one bearer are left out.
    """
    rows = _bearers_today(records, register.reset_index(drop=True))
    told = [rows.assign(since=_moments(rows["first_run"]))]
    told += [_in_service(rows, service) for service in _around_restores(past)]
    over_time = pd.concat(told).sort_values([*_KEY, "since", "first_run"])
    over_time = over_time.drop_duplicates([*_KEY, "since"], keep="last")
    return over_time[[*_KEY, "since", "now_member_id"]].reset_index(drop=True)


def numbers_in_service(
    members: pd.DataFrame, register: pd.DataFrame, past: Sequence[Service]
) -> pd.DataFrame:
    """The same for the warehouse in service: under which number it shows the members that bore one once.

    Args:
        members: source and member_id of its records.
        register: as it is now.
        past: the publications as they came into service, oldest first, the last one that in service.

    Returns:
        As `numbers_over_time`.
    """
    served = past[-1].run_id if past else ""
    shown = register[(register["first_run"] <= served) & (served <= register["last_run"])]
    rows = shown.sort_values("first_run").drop_duplicates(_KEY, keep="last")[_ROW]
    known = members[_KEY].astype("str").merge(rows, on=_KEY)
    records = known.assign(
        known_member_id=known["member_id"],
        known_first_run=known["first_run"],
        bearer="same",
        takes_over=False,
    )
    return numbers_over_time(records, register, past)


def _bearers_today(records: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The rows of numbers that changed hands, with now_member_id."""
    rows = register[[*_ROW, "last_run"]].assign(member=first_rows(register))
    moved = records[records["bearer"].eq("renumbered") | records["takes_over"]]
    touched = pd.concat([moved[_KEY], moved[["source", "known_member_id"]].set_axis(_KEY, axis="columns")])
    changed = rows.duplicated(_KEY, keep=False) | rows["member"].duplicated(keep=False)
    changed |= pd.MultiIndex.from_frame(rows[_KEY]).isin(pd.MultiIndex.from_frame(touched.dropna()))
    kin = rows[rows["member"].isin(rows.loc[changed, "member"])]
    here = records[[*_KNOWN, "member_id"]].set_axis([*_ROW, "now_member_id"], axis="columns")
    kin = kin.merge(here, on=_ROW, how="left").sort_values("first_run")
    # A row that nobody continues today stands for a member that may be here under its latest number.
    latest = kin.groupby("member")["now_member_id"].transform("last")
    return kin.assign(now_member_id=kin["now_member_id"].fillna(latest))


def _around_restores(past: Sequence[Service]) -> Iterator[Service]:
    """Restores, and what followed each: there the number's bearer is not the one that came to it last."""
    for before, service in zip([None, *past], past, strict=False):
        if service.is_restored or (before and before.is_restored):
            yield service


def _in_service(rows: pd.DataFrame, service: Service) -> pd.DataFrame:
    shown = rows[(rows["first_run"] <= service.run_id) & (service.run_id <= rows["last_run"])]
    return shown.assign(since=_moments(pd.Series(service.since, index=shown.index, dtype="str")))


def _moments(runs: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """When the runs started, by their ids; long ago for an id that does not tell."""
    times = pd.to_datetime(runs.str[:_STAMP], format=_RUN_TIME, errors="coerce")
    return times.fillna(pd.Timestamp(0))
