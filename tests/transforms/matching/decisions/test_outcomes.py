"""What became of each decision at a run, and what people are told of it."""

import json
from pathlib import Path

import pandas as pd
from decision_words import decision
from matching_records import build_with, records

from transforms.matching.decisions.decision import Decision, Verdict, as_frame
from transforms.matching.decisions.log import FILE
from transforms.matching.decisions.outcomes import outcomes, remarks
from transforms.matching.stage import MatchParameters, run
from transforms.report import StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

# Six records that nothing but a decision puts together; two of them have the same SIREN, one has another.
LIST = records(
    {"source": "north", "member_id": "a", "name_core": "MERIDON"},
    {"source": "north", "member_id": "b", "name_core": "TAVIOL"},
    {"source": "north", "member_id": "c", "name_core": "BRENUS"},
    {"source": "north", "member_id": "m", "name_core": "QUORVEX", "siren": "732829320"},
    {"source": "north", "member_id": "n", "name_core": "ORVALIS", "siren": "443061841"},
    {"source": "north", "member_id": "o", "name_core": "QUORVEX", "siren": "732829320"},
)


def match(folder: Path, *said: Decision, tail: str = "") -> tuple[StageReport, pd.DataFrame, dict[str, int]]:
    lines = "".join(one.model_dump_json(exclude_none=True) + "\n" for one in said)
    (folder / FILE).write_text(lines + tail, encoding="utf-8")
    build = build_with(folder / "build.duckdb", LIST)
    report = run(build, MatchParameters(state=folder))
    with connect(build, read_only=True) as con:
        told = tables.read(con, "matching.decisions").set_index("decision_id")
        groups = tables.read(con, "matching.groups").set_index("member_id")["group_id"]
    return report, told, groups.to_dict()


def test_each_kind_is_told_and_defined(tmp_path: Path) -> None:
    said: list[tuple[Verdict, str, str]] = [
        ("same", "a", "b"),
        ("different", "a", "c"),
        ("same", "b", "c"),
        ("same", "m", "n"),
        ("different", "m", "o"),
        ("same", "a", "z"),
        ("unsure", "b", "n"),
        ("different", "n", "b"),
        ("same", "c", "c"),
        ("same", "c", "n"),
    ]
    log = [decision(number, *one) for number, one in enumerate(said, 1)]
    log[9] = log[9].model_copy(update={"revoked_at": log[9].decided_at})
    report, told, groups = match(tmp_path, *log)
    assert told["outcome"].tolist() == [
        "followed",
        "followed",
        "contradicted",
        "two_sirens",
        "against_siren",
        "gone",
        "replaced",
        "followed",
        "itself",
        "revoked",
    ]
    against = told["against"].dropna().to_dict()
    assert against == {"D-0003": "D-0002", "D-0007": "D-0008"}
    assert groups["a"] == groups["b"] != groups["c"]
    assert len({groups["m"], groups["n"], groups["o"]}) == 3
    assert (report.counts["decisions_refused"], report.counts["decisions_waiting"]) == (2, 1)
    words = [(remark.level, remark.text) for remark in report.remarks[1:]]
    assert [level for level, _ in words] == ["warning", "warning", "warning", "info", "info"]
    for number, part in enumerate(["D-0003", "D-0004", "D-0009", "D-0005", "D-0006"]):
        assert part in words[number][1]
    assert "alliage decide --revoke D-0003" in words[0][1]
    assert "n'est pas dans les exports" in words[4][1]


def test_people_come_before_the_machine(tmp_path: Path) -> None:
    """Their SIREN would make one company of m and o; « a is m » and « a is not o » keep o out."""
    _, told, groups = match(tmp_path, decision(1, "different", "a", "o"), decision(2, "same", "a", "m"))
    assert told["outcome"].tolist() == ["followed", "followed"]
    assert groups["a"] == groups["m"] != groups["o"]


def test_a_torn_line_is_said_and_stops_nothing(tmp_path: Path) -> None:
    tail = json.dumps(decision(2, "same", "b", "c").model_dump(mode="json"))[:50]
    report, told, _ = match(tmp_path, decision(1, "same", "a", "b"), tail=tail)
    assert told["outcome"].tolist() == ["followed"]
    assert "ligne 2" in report.remarks[1].text


def test_one_or_several_keep_two_apart() -> None:
    said = as_frame(decision(number, "same", "a", f"b{number}") for number in (1, 2))
    one, several = remarks(said.assign(outcome="contradicted", against=["D-0007", "D-0007, D-0008"]))
    assert "D-0007 sépare leurs" in one.text
    assert "D-0007, D-0008 séparent leurs" in several.text


def test_many_of_a_kind_are_cut_short() -> None:
    said = as_frame(decision(number, "same", "a", f"b{number}") for number in range(1, 31))
    told = remarks(said.assign(outcome="two_sirens", against=None))
    assert len(told) == 21
    assert told[-1].text.startswith("… et 10 autres")


def test_no_decision_at_all() -> None:
    nothing = as_frame([])
    decided = nothing.assign(left=pd.Series(dtype=int), right=pd.Series(dtype=int))
    told = outcomes(nothing, nothing, decided, pd.Series([None, None], dtype=object), pd.Series([0, 1]))
    assert told.empty
    assert remarks(told) == ()
