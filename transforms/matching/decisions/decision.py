"""The stewards' decisions: judgements on pairs of records, and which of them count today.

How they are kept and added to is told in `decision_log.py`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Verdict = Literal["same", "different", "unsure"]
Record = tuple[str, str]
Pair = tuple[Record, Record]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
_Name = Annotated[str, Field(min_length=1)]


class Decision(BaseModel):
    """One steward's word on a pair of records; a moment without a zone is UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision_id: _Name
    left_source: _Name
    left_member_id: _Name
    right_source: _Name
    right_member_id: _Name
    verdict: Verdict
    steward: _Name
    decided_at: Moment
    reason: str | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None
    revoked_reason: str | None = None

    @property
    def pair(self) -> Pair:
        """Its two records, the smaller key first."""
        left, right = (self.left_source, self.left_member_id), (self.right_source, self.right_member_id)
        return (left, right) if left <= right else (right, left)


def as_frame(decisions: Iterable[Decision]) -> pd.DataFrame:
    """One row a decision, one column a field, in the order given; moments are UTC, without a zone."""
    rows = [decision.model_dump() for decision in decisions]
    frame = pd.DataFrame(rows, columns=list(Decision.model_fields))
    for moment in ("decided_at", "revoked_at"):
        frame[moment] = pd.to_datetime(frame[moment], utc=True).dt.tz_localize(None)
    return frame


def pairs_of(decisions: pd.DataFrame) -> pd.Series:
    """The pair of each decision, the same whichever side came first; index as `decisions`."""
    ends = [
        list(zip(decisions[f"{side}_source"], decisions[f"{side}_member_id"], strict=True))
        for side in ("left", "right")
    ]
    sorted_ends = [tuple(sorted(both)) for both in zip(*ends, strict=True)]
    return pd.Series(sorted_ends, index=decisions.index, dtype=object)


def standing(decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions that count: not revoked, the latest on each pair; at one moment, the last in the log."""
    kept = decisions[decisions["revoked_at"].isna()].sort_values("decided_at", kind="stable")
    return kept[~pairs_of(kept).duplicated(keep="last")].reset_index(drop=True)


def under_todays_numbers(decisions: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """The decisions with the numbers that their members bear today; a word on a member that left waits.

    Args:
        decisions: columns of matching.decisions.
        numbers: columns of continuity.numbers: each number that changed hands, with each of its bearers.

    Returns:
        `decisions`, where a number stood for the member that bore it when the decision was made: today's
        number of that member; decisions on a member that left are not among them.
    """
    found = decisions.copy()
    for side in ("left", "right"):
        found[f"{side}_member_id"] = _todays_numbers(decisions, side, numbers)
    return found.dropna(subset=["left_member_id", "right_member_id"])


def _todays_numbers(decisions: pd.DataFrame, side: str, numbers: pd.DataFrame) -> "pd.Series[str]":
    key = [f"{side}_source", f"{side}_member_id"]
    words = decisions[[*key, "decided_at"]].set_axis(["source", "member_id", "decided_at"], axis="columns")
    bearers = words.reset_index(names="word").merge(numbers, on=["source", "member_id"]).sort_values("since")
    # A word older than the register is about the first bearer that it knows.
    is_first = ~bearers["word"].duplicated()
    of_its_day = bearers[is_first | (bearers["since"] <= bearers["decided_at"])]
    meant = of_its_day.drop_duplicates("word", keep="last").set_index("word")["now_member_id"]
    unchanged = words.loc[~words.index.isin(meant.index), "member_id"]
    today: pd.Series[str] = pd.concat([unchanged, meant]).reindex(decisions.index).astype("str")
    return today
