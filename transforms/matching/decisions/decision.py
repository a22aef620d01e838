"""The stewards' decisions: judgements on pairs of records, and which of them count today.

How they are kept and added to is told in `log.py`.
"""

from collections.abc import Iterable
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms.stewards.numbers import todays_numbers
from transforms.stewards.words import Moment, Name

Verdict = Literal["same", "different", "unsure"]
Record = tuple[str, str]
Pair = tuple[Record, Record]
Sirens = Literal["same", "different", "missing"]
"""What the SIREN of two records say: missing where one of them has none."""


class Decision(BaseModel):
    """One steward's word on a pair of records; a moment without a zone is UTC.

    `sirens` is what the SIREN of the two said when it was recorded, None where nothing was published.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision_id: Name
    left_source: Name
    left_member_id: Name
    right_source: Name
    right_member_id: Name
    verdict: Verdict
    steward: Name
    decided_at: Moment
    reason: str | None = None
    sirens: Sirens | None = None
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
        columns = {f"{side}_source": "source", f"{side}_member_id": "member_id", "decided_at": "said_at"}
        words = decisions[list(columns)].rename(columns=columns)
        found[f"{side}_member_id"] = todays_numbers(words, numbers)
    return found.dropna(subset=["left_member_id", "right_member_id"])
