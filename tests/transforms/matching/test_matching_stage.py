"""The door: what it writes, and the laws that hold over a whole list."""

import json
from pathlib import Path

import pandas as pd
import pytest
from matching_records import build_with, records

from transforms.matching.decisions.log import FILE
from transforms.matching.stage import MatchParameters, run
from transforms.report import StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

HERE = {"city_key": "LYON", "departement": "69", "street_number": "1", "street_name": "LILAS"}
LIST = records(
    {"name_core": "MERIDON", "siren": "732829320", "phone": "+33465710001"} | HERE,
    {"name_core": "MERIDONN", "source": "numelink", "phone": "+33465710001"} | HERE,
    {"name_core": "MERIDON HOLDING", "source": "numelink", "phone": "+33465710001"} | HERE,
    {"name_core": "TAVIOL", "siren": "443061841", "web_domain": "taviol.fr"} | HERE,
    {
        "name_core": "QUORVEX",
        "source": "numelink",
        "siren": "443061841",
        "city_key": "NICE",
        "departement": "06",
    },
    {"name_core": "BRENUS"},
)


def match(
    folder: Path, frame: pd.DataFrame = LIST, without_duplicates: tuple[str, ...] = (), **parameters: object
) -> tuple[StageReport, dict[str, pd.DataFrame]]:
    folder.mkdir(exist_ok=True)
    (folder / "build.duckdb").unlink(missing_ok=True)
    build = build_with(folder / "build.duckdb", frame, without_duplicates)
    report = run(build, MatchParameters.model_validate({"state": folder, **parameters}))
    with connect(build, read_only=True) as con:
        names = ("pairs", "review", "groups", "related", "blocking", "decisions")
        return report, {name: tables.read(con, f"matching.{name}") for name in names}


def together(groups: pd.DataFrame) -> set[frozenset[tuple[str, str]]]:
    keys = pd.Series(list(zip(groups["source"], groups["member_id"], strict=True)))
    return {frozenset(keys[of.index]) for _, of in groups.groupby("group_id")}


def key(number: int) -> tuple[str, str]:
    return ("clustr" if number in (1, 4, 6) else "numelink", f"M{number:04}")


def test_groups_pairs_and_relations(tmp_path: Path) -> None:
    report, found = match(tmp_path)
    assert report.rows_in == report.rows_out == 6
    assert together(found["groups"]) == {
        frozenset({key(1), key(2)}),
        *(frozenset({key(number)}) for number in (3, 4, 5, 6)),
    }
    assert found["groups"].set_index("member_id")["match_status"].to_dict() == {
        "M0001": "matched",
        "M0002": "matched",
        "M0003": "single",
        "M0004": "single",
        "M0005": "single",
        "M0006": "single",
    }
    assert found["related"]["kind"].tolist() == ["sibling"]


def test_a_siren_that_all_else_contradicts_is_a_doubt_for_a_person(tmp_path: Path) -> None:
    _, found = match(tmp_path)
    doubts = set(zip(found["review"]["left_member_id"], found["review"]["right_member_id"], strict=True))
    assert ("M0004", "M0005") in doubts


def test_every_pair_says_why_and_its_reasons_add_up(tmp_path: Path) -> None:
    _, found = match(tmp_path)
    for probability, reasons in zip(found["pairs"]["probability"], found["pairs"]["reasons"], strict=True):
        bits = sum(reason["weight"] for reason in reasons)
        assert probability == pytest.approx(1 / (1 + 2.0**-bits), abs=1e-6)


def say(state: Path, verdict: str, left: tuple[str, str], right: tuple[str, str]) -> None:
    line = {
        "decision_id": "D1",
        "left_source": left[0],
        "left_member_id": left[1],
        "right_source": right[0],
        "right_member_id": right[1],
        "verdict": verdict,
        "steward": "s1",
        "decided_at": "2026-01-01T10:00:00Z",
    }
    (state / FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")


def test_decisions_are_obeyed_and_leave_the_queue(tmp_path: Path) -> None:
    say(tmp_path, "same", key(3), key(6))
    _, found = match(tmp_path)
    assert frozenset({key(3), key(6)}) in together(found["groups"])
    assert (
        found["groups"].set_index("member_id").loc[["M0003", "M0006"], "match_status"].tolist()
        == ["decided"] * 2
    )
    say(tmp_path, "different", key(1), key(2))
    _, found = match(tmp_path)
    assert frozenset({key(1)}) in together(found["groups"])
    asked = set(zip(found["review"]["left_member_id"], found["review"]["right_member_id"], strict=True))
    assert ("M0001", "M0002") not in asked
    assert found["decisions"]["verdict"].tolist() == ["different"]


def test_a_decision_that_two_siren_forbid_is_said_and_stays_to_be_judged(tmp_path: Path) -> None:
    twins = records(
        {"name_core": "MERIDON", "siren": "732829320"} | HERE,
        {"name_core": "MERIDON", "siren": "443061841"} | HERE,
    )
    say(tmp_path, "same", ("clustr", "M0001"), ("clustr", "M0002"))
    report, found = match(tmp_path, twins)
    assert found["groups"]["group_id"].nunique() == 2
    assert report.counts["decisions_refused"] == 1
    assert [remark.level for remark in report.remarks] == ["info", "warning"]
    assert len(found["review"]) == 1


def test_a_promise_of_no_duplicates_is_believed_unless_a_person_says_otherwise(tmp_path: Path) -> None:
    twins = records({"name_core": "MERIDON"} | HERE, {"name_core": "MERIDON"} | HERE)
    assert match(tmp_path, twins)[1]["groups"]["group_id"].nunique() == 1
    assert match(tmp_path, twins, ("clustr",))[1]["groups"]["group_id"].nunique() == 2
    say(tmp_path, "same", ("clustr", "M0001"), ("clustr", "M0002"))
    assert match(tmp_path, twins, ("clustr",))[1]["groups"]["group_id"].nunique() == 1


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    _, found = match(tmp_path / "plain")
    _, shuffled = match(tmp_path / "shuffled", LIST.sample(frac=1, random_state=3))
    for name in ("pairs", "review", "groups", "related"):
        pd.testing.assert_frame_equal(found[name], shuffled[name])


def test_the_zones_begin_where_the_parameters_say(tmp_path: Path) -> None:
    _, found = match(tmp_path / "shipped")
    strict = {"match_from": 0.999999, "review_from": 0.9}
    report, strictly = match(tmp_path / "strict", thresholds=strict)
    assert together(found["groups"]) != together(strictly["groups"])
    assert report.counts["merged_records"] == 0
    zones = strictly["pairs"].set_index(["left_member_id", "right_member_id"])["zone"]
    assert zones.loc[("M0001", "M0002")] == "review"


def test_a_list_of_one_record(tmp_path: Path) -> None:
    report, found = match(tmp_path, records({"name_core": "MERIDON"}))
    assert report.counts["groups"] == 1
    assert found["pairs"].empty
