"""The log of decisions: read, damaged, and which decision counts."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from transforms.errors import InputError
from transforms.matching.decisions.decision import as_frame, standing, under_todays_numbers
from transforms.matching.decisions.log import FILE, read_log


def write(state: Path, *decisions: dict[str, Any]) -> Path:
    state.mkdir(exist_ok=True)
    (state / FILE).write_text("".join(json.dumps(one) + "\n" for one in decisions), encoding="utf-8")
    return state


def decision(number: int, verdict: str = "same", **more: Any) -> dict[str, Any]:
    return {
        "decision_id": f"D{number}",
        "left_source": "clustr",
        "left_member_id": "CR-1",
        "right_source": "numelink",
        "right_member_id": "7",
        "verdict": verdict,
        "steward": "s1",
        "decided_at": f"2026-01-0{number}T10:00:00+00:00",
        **more,
    }


def read_frame(state: Path) -> pd.DataFrame:
    return as_frame(read_log(state).decisions)


def test_no_log_is_no_decision(tmp_path: Path) -> None:
    assert standing(read_frame(tmp_path)).empty


def test_the_latest_word_on_a_pair_counts_whichever_side_comes_first(tmp_path: Path) -> None:
    turned = {
        "left_source": "numelink",
        "left_member_id": "7",
        "right_source": "clustr",
        "right_member_id": "CR-1",
    }
    log = read_frame(write(tmp_path, decision(1, "same"), decision(2, "different", **turned)))
    assert standing(log)["verdict"].tolist() == ["different"]


def test_a_revoked_decision_is_kept_and_does_not_count(tmp_path: Path) -> None:
    revoked = decision(2, "different", revoked_at="2026-01-03T10:00:00+00:00")
    log = read_frame(write(tmp_path, decision(1, "same"), decision(2, "different"), revoked))
    assert log["decision_id"].tolist() == ["D1", "D2"]
    assert standing(log)["decision_id"].tolist() == ["D1"]


@pytest.mark.parametrize(
    "line",
    ["{", '{"decision_id": "D1"}', json.dumps(decision(1, "perhaps"))],
    ids=["cut", "incomplete", "verdict"],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(json.dumps(decision(1)) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_frame(tmp_path)
    assert caught.value.where is not None
    assert (caught.value.where.file, caught.value.where.line) == (FILE, 2)


NUMBERS = pd.DataFrame(
    [
        # Number 1: until the run of June the forge, then the mill, which bore 2; both are still there.
        ("north", "1", "2024-01-01", "5"),
        ("north", "1", "2024-06-01", "1"),
        ("north", "2", "2024-01-01", "1"),
        # Number 3: one that left.
        ("north", "3", "2024-01-01", None),
    ],
    columns=["source", "member_id", "since", "now_member_id"],
    dtype="str",
).astype({"since": "datetime64[us]"})
TODAY = {
    "before the change": ("1", "2024-05-01", "5"),
    "after the change": ("1", "2024-07-01", "1"),
    "older than the register": ("1", "2020-01-01", "5"),
    "a number that was left": ("2", "2024-05-01", "1"),
    "a member that left": ("3", "2024-05-01", None),
    "a number that never changed hands": ("4", "2024-05-01", "4"),
}


@pytest.mark.parametrize(("number", "day", "today"), TODAY.values(), ids=TODAY)
def test_a_word_is_about_the_bearer_of_its_day(number: str, day: str, today: str | None) -> None:
    word = {"left_source": "north", "left_member_id": number, "right_source": "south", "right_member_id": "1"}
    said = pd.DataFrame([{**word, "decided_at": pd.Timestamp(day)}])
    found = under_todays_numbers(said, NUMBERS)
    assert found["left_member_id"].tolist() == ([] if today is None else [today])
    assert found["right_member_id"].tolist() == ["1"] * len(found)
