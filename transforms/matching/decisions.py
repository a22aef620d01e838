"""The stewards' decisions: a log of judgements on pairs of records, replayed at every run.

The log is `decisions.jsonl` in the state folder, one JSON object a line, only ever appended to: a decision is
taken back by a later line with its id and `revoked_at`, never erased. The latest decision on a pair counts.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.errors import InputError, Where
from transforms.warehouse.tables import build_table

FILE = "decisions.jsonl"


class Decision(BaseModel):
    """One steward's word on a pair of records."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision_id: str
    left_source: str
    left_member_id: str
    right_source: str
    right_member_id: str
    verdict: Literal["same", "different", "unsure"]
    steward: str
    decided_at: datetime
    reason: str | None = None
    revoked_at: datetime | None = None


def read_decisions(state: Path) -> pd.DataFrame:
    """All decisions of the log, one row each (columns of matching.decisions), the last word on each id.

    Raises:
        InputError: a line of the log cannot be read.
    """
    path = state / FILE
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    by_id = {
        d.decision_id: d
        for number, line in enumerate(lines, 1)
        if line.strip()
        for d in [_parse(line, number)]
    }
    rows = [decision.model_dump() for decision in by_id.values()]
    frame = pd.DataFrame(rows, columns=build_table("matching.decisions").column_names)
    for moment in ("decided_at", "revoked_at"):
        frame[moment] = pd.to_datetime(frame[moment], utc=True).dt.tz_localize(None)
    return frame.sort_values("decision_id", ignore_index=True)


def standing(decisions: pd.DataFrame) -> pd.DataFrame:
    """The decisions that count: not revoked, the latest on each pair, whichever side came first."""
    kept = decisions[decisions["revoked_at"].isna()].sort_values(["decided_at", "decision_id"])
    ends = [
        list(zip(kept[f"{side}_source"], kept[f"{side}_member_id"], strict=True))
        for side in ("left", "right")
    ]
    pair = pd.Series(
        [tuple(sorted(both)) for both in zip(*ends, strict=True)], index=kept.index, dtype=object
    )
    return kept[~pair.duplicated(keep="last")].reset_index(drop=True)


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


def _parse(line: str, number: int) -> Decision:
    try:
        return Decision.model_validate(json.loads(line))
    except (json.JSONDecodeError, ValidationError) as error:
        raise InputError(
            "Le journal des décisions est abîmé.",
            where=Where(file=FILE, line=number),
            found=line[:80],
            expected="une décision par ligne, au format JSON",
            next_step="rétablir la ligne depuis une sauvegarde du dossier d'état, puis relancer",
        ) from error
