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
        names = ("pairs", "review", "groups", "related", "blocking", "decisions", "sirens")
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
    assert sorted(found["related"]["kind"]) == ["same_site", "same_site", "sibling"]


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


def seven() -> pd.DataFrame:
    """Seven records of one name and street, more than a company usually has; the last has another number."""
    name = {"name_core": "MERIDON BOIS"}
    return records(*[name | HERE] * 6, name | HERE | {"street_number": "2"})


def test_a_group_that_is_too_large_is_kept_and_its_weakest_link_is_to_be_judged(tmp_path: Path) -> None:
    report, found = match(tmp_path, seven())
    assert found["groups"]["group_id"].nunique() == 1
    assert report.counts["oversized_groups"] == 1
    assert len(found["review"]) == 1
    (asked,) = found["review"].to_dict("records")
    assert asked["cause"] == "groupe trop grand : 7 fiches, lien le plus faible"
    # One bit of doubt; to part one record from six others settles six pairs: log2(1 + 6).
    assert (asked["right_member_id"], asked["zone"], asked["priority"]) == ("M0007", "match", 2.807355)
    (warning,) = [remark.text for remark in report.remarks if remark.level == "warning"]
    assert "plus de 6 fiches" in warning
    assert "clustr:M0007" in warning
    assert "À faire" in warning


@pytest.mark.parametrize("verdict", ["same", "unsure"])
def test_a_judged_link_of_a_group_that_is_too_large_is_not_asked_again(tmp_path: Path, verdict: str) -> None:
    asked = match(tmp_path, seven())[1]["review"].iloc[0]
    ends = [(asked[f"{side}_source"], asked[f"{side}_member_id"]) for side in ("left", "right")]
    say(tmp_path, verdict, *ends)
    report, found = match(tmp_path, seven())
    again = set(zip(found["review"]["left_member_id"], found["review"]["right_member_id"], strict=True))
    assert (ends[0][1], ends[1][1]) not in again
    # A confirmed link counts its two records as one; a doubtful one leaves seven, and the next link is asked.
    assert report.counts["oversized_groups"] == (0 if verdict == "same" else 1)


def test_the_size_from_which_a_group_is_looked_at_is_a_parameter(tmp_path: Path) -> None:
    report, found = match(tmp_path, seven(), thresholds={"match_from": 0.65, "largest_group": 7})
    assert (report.counts["oversized_groups"], len(found["review"])) == (0, 0)


def test_every_record_says_why_it_is_where_it_is(tmp_path: Path) -> None:
    say(tmp_path, "same", key(3), key(6))
    _, found = match(tmp_path)
    told = found["groups"].set_index("member_id")
    assert told.loc["M0001", ["linked_source", "linked_member_id"]].tolist() == ["numelink", "M0002"]
    assert told.loc["M0002", ["linked_source", "linked_member_id"]].tolist() == ["clustr", "M0001"]
    assert "téléphone (identique, +" in told.loc["M0001", "reason"]
    assert told.loc["M0003", ["linked_member_id", "reason"]].tolist() == [
        "M0006",
        "réunie par la décision D1",
    ]
    assert told.loc["M0004", "reason"].startswith("seule tant que personne n'a tranché")
    assert told.loc["M0004", "linked_member_id"] is None or pd.isna(told.loc["M0004", "linked_member_id"])


def test_the_queue_says_why(tmp_path: Path) -> None:
    _, found = match(tmp_path)
    causes = found["review"].set_index(["left_member_id", "right_member_id"])["cause"].to_dict()
    assert causes[("M0004", "M0005")] == "même identifiant, mais presque tout le reste diffère"
    say(tmp_path, "same", ("clustr", "M0001"), ("clustr", "M0002"))
    twins = records(
        {"name_core": "MERIDON", "siren": "732829320"} | HERE,
        {"name_core": "MERIDON", "siren": "443061841"} | HERE,
    )
    assert match(tmp_path, twins)[1]["review"]["cause"].tolist() == [
        "décision de les réunir non suivie : deux SIREN différents"
    ]


@pytest.mark.parametrize(
    ("known", "causes"),
    [
        ("missing", ["décision de les séparer, mais le même SIREN depuis"]),
        ("different", ["décision de les séparer, mais le même SIREN depuis"]),
        ("same", []),
        (None, []),
    ],
)
def test_a_siren_that_came_after_a_word_asks_again(
    tmp_path: Path, known: str | None, causes: list[str]
) -> None:
    say(tmp_path, "different", ("clustr", "M0001"), ("clustr", "M0002"))
    line = json.loads((tmp_path / FILE).read_text(encoding="utf-8")) | {"sirens": known}
    (tmp_path / FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")
    twins = records(*[{"name_core": "MERIDON", "siren": "732829320"} | HERE] * 2)
    _, found = match(tmp_path, twins)
    assert found["groups"]["group_id"].nunique() == 2
    assert found["review"]["cause"].tolist() == causes
    assert found["review"]["priority"].tolist() == [1.0] * len(causes)


def say_all(state: Path, *said: tuple[str, str, str]) -> None:
    """Decisions on records of clustr by their numbers, one a day."""
    lines = [
        {
            "decision_id": f"D{at}",
            "left_source": "clustr",
            "left_member_id": left,
            "right_source": "clustr",
            "right_member_id": right,
            "verdict": verdict,
            "steward": "s1",
            "decided_at": f"2026-01-0{at}T10:00:00Z",
        }
        for at, (verdict, left, right) in enumerate(said, start=1)
    ]
    (state / FILE).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


THREE = records(*({"name_core": name} for name in ("MERIDON", "TAVIOL", "QUORVEX")))


def test_decisions_that_contradict_each_other_through_a_third_record_are_reported(tmp_path: Path) -> None:
    say_all(tmp_path, ("same", "M0001", "M0002"), ("same", "M0002", "M0003"), ("different", "M0001", "M0003"))
    report, found = match(tmp_path, THREE)
    groups = found["groups"].set_index("member_id")["group_id"]
    assert groups["M0001"] == groups["M0002"] != groups["M0003"]
    outcomes = found["decisions"].set_index("decision_id")
    assert outcomes["outcome"].to_dict() == {"D1": "followed", "D2": "contradicted", "D3": "followed"}
    assert outcomes.loc["D2", "against"] == "D3"
    assert report.counts["decisions_refused"] == 1
    (warning,) = [remark.text for remark in report.remarks if remark.level == "warning"]
    assert "D2" in warning
    assert "D3" in warning


def test_decisions_through_records_without_siren_join_no_two_siren(tmp_path: Path) -> None:
    chain = THREE.assign(siren=["732829320", None, "443061841"])
    say_all(tmp_path, ("same", "M0001", "M0002"), ("same", "M0002", "M0003"))
    report, found = match(tmp_path, chain)
    groups = found["groups"].set_index("member_id")["group_id"]
    assert groups["M0001"] == groups["M0002"] != groups["M0003"]
    assert found["decisions"]["outcome"].tolist() == ["followed", "two_sirens"]
    assert any("deux SIREN valides différents" in remark.text for remark in report.remarks)
