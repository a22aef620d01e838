"""The rules of the raw stage: every line of an export accounted for, every record with its key and name."""

from functools import partial

import pandas as pd

from expectations.checks import filled, unique
from expectations.rules import Data, RowCount, Rule

RECORD_KEY = ["source", "member_id"]


def key_is_known(records: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The record has a member id and belongs to a source of this run."""
    has_id = filled("member_id")(records, data)
    return has_id & records["source"].isin(data["raw.sources"]["source"])


def records_per_source(table: str, data: Data) -> "pd.Series[int]":
    """Number of rows of `table` for each row of `raw.sources`."""
    counts = data[table]["source"].value_counts()
    return data["raw.sources"]["source"].map(counts).fillna(0).astype(int)


def enough_records(table: str, data: Data) -> "pd.Series[bool]":
    """Whether `table` holds a believable number of rows for each row of `raw.sources`."""
    return records_per_source(table, data).between(data.limits.min_records, data.limits.max_records)


def lines_add_up(sources: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """Lines read = ignored + rejected + records, and as many records are there as were announced."""
    found = records_per_source("raw.records", data)
    total = sources["rows_ignored"] + sources["rows_rejected"] + found
    return (found == sources["records"]) & (total == sources["rows_read"])


def same_number(table: str, data: Data) -> "pd.Series[bool]":
    """Whether `table` holds as many rows as `raw.records`, for each row of `raw.sources`."""
    found, received = (records_per_source(name, data) for name in (table, "raw.records"))
    return found == received


def is_record(rows: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The key of the row is that of a raw record."""
    known = pd.MultiIndex.from_frame(data["raw.records"][RECORD_KEY])
    return pd.Series(pd.MultiIndex.from_frame(rows[RECORD_KEY]).isin(known), index=rows.index)


_rule = partial(Rule, stage="raw")

RULES = (
    _rule("raw_sources_present", table="raw.sources", check=RowCount(at_least=1)),
    _rule(
        "raw_records_enough",
        table="raw.sources",
        check=lambda _, data: enough_records("raw.records", data),
        needs=("raw_sources_present",),
    ),
    _rule(
        "raw_key_known",
        table="raw.records",
        check=key_is_known,
        fields=("member_id",),
        needs=("raw_sources_present",),
    ),
    _rule(
        "raw_key_unique",
        table="raw.records",
        check=lambda frame, _: unique(frame, RECORD_KEY),
        fields=("member_id",),
        needs=("raw_key_known",),
    ),
    _rule(
        "raw_lines_add_up",
        table="raw.sources",
        check=lines_add_up,
        needs=("raw_records_enough", "raw_key_known"),
    ),
    _rule("raw_name_present", table="raw.records", check=filled("name"), fields=("name",)),
)
"""The rules on the raw tables, in the order in which they are judged."""

SOUND = ("raw_sources_present", "raw_records_enough", "raw_key_known", "raw_key_unique", "raw_lines_add_up")
"""The rules that later stages need, because they are compared with the raw records."""
