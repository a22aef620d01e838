"""What corrections do to companies and lineage, and what becomes of each of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from golden_frames import build
from hypothesis import given
from hypothesis import strategies as st

from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.golden.corrections import outcomes
from transforms.golden.corrections.recording import Proposal, record, take_back
from transforms.report import StageReport
from transforms.stewards.correction import Correction, as_frame
from transforms.warehouse.database import connect
from transforms.warehouse.register import ALIASES_FILE, REGISTER_FILE

NORTH: dict[str, Any] = {
    "source": "north",
    "member_id": "N1",
    "group_id": 0,
    "probability": 0.97,
    "name": "Forges",
    "website": "https://vieux.fr",
    "address": "1 rue Haute",
    "postcode": "38000",
    "city": "Grenoble",
    "city_key": "GRENOBLE",
    "departement": "38",
    "territory": "38",
    "street_number": "1",
    "street_name": "HAUTE",
}
SOUTH: dict[str, Any] = {
    "source": "south",
    "member_id": "S1",
    "group_id": 0,
    "probability": 0.97,
    "name": "Forges",
    "website": "https://x.fr",
}
MILL: dict[str, Any] = {"source": "south", "member_id": "S2", "group_id": 1, "name": "Moulin"}
Merge = Callable[..., tuple[StageReport, dict[str, pd.DataFrame]]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


@pytest.fixture
def merge(tmp_path: Path, state: Path) -> Merge:
    """The stage on some records, and the state that its publication would leave."""

    def run(*rows: dict[str, Any], sirens: Any = ()) -> tuple[StageReport, dict[str, pd.DataFrame]]:
        path = tmp_path / "build.duckdb"
        path.unlink(missing_ok=True)
        build(path, rows or (NORTH, SOUTH, MILL), sirens=sirens)
        started = datetime(2024, 5, 1, tzinfo=UTC)
        continuity.run(path, continuity.ContinuityParameters(state=state, started_at=started))
        report = golden.run(path, golden.GoldenParameters(state=state, run_id="run-1"))
        names = ("companies", "lineage", "corrections", "register", "company_aliases", "memberships")
        with connect(path, read_only=True) as con:
            found = {name: con.execute(f"SELECT * FROM golden.{name} ORDER BY ALL").df() for name in names}
        found["register"].to_csv(state / REGISTER_FILE, index=False)
        found["company_aliases"].to_csv(state / ALIASES_FILE, index=False)
        return report, found

    return run


def company_of(found: dict[str, pd.DataFrame], member_id: str) -> str:
    return str(found["memberships"].set_index("member_id").at[member_id, "company_id"])


def correct(state: Path, found: dict[str, pd.DataFrame], field: str, value: str, **more: Any) -> None:
    member = more.pop("member_id", "N1")
    source = "north" if member.startswith("N") else "south"
    company = company_of(found, member)
    record(
        state,
        Proposal(
            company_id=company,
            source=source,
            member_id=member,
            field=field,
            value=value,
            steward="st-1",
            **more,
        ),
    )


def test_a_correction_wins_and_lineage_names_who_gave_it(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "website", "https://juste.fr")
    report, after = merge()
    company = company_of(after, "N1")
    assert after["companies"].set_index("company_id").at[company, "website"] == "https://juste.fr"
    lines = after["lineage"].set_index(["company_id", "field"])
    line = lines.loc[(company, "website")]
    assert line[["value", "source", "member_id", "rule", "steward"]].tolist() == [
        "https://juste.fr",
        "correction",
        "C-0001",
        "correction",
        "st-1",
    ]
    assert pd.notna(line["corrected_at"])
    assert pd.isna(line["source_row"])
    # What every record says stays in sight, the one that was chosen among them.
    said = {(one["member_id"], one["value"]) for one in line["alternatives"]}
    assert said == {("N1", "https://vieux.fr"), ("S1", "https://x.fr")}
    assert pd.isna(lines.loc[(company, "name"), "steward"])
    (told,) = after["corrections"].to_dict("records")
    assert (told["company_id"], told["outcome"], told["exported_value"]) == (
        company,
        "followed",
        "https://vieux.fr",
    )
    assert report.counts["corrections"] == 1


def test_an_empty_cell_gets_its_line_of_lineage(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "trade_name", "Lumen", member_id="S2")
    _, after = merge()
    company = company_of(after, "S2")
    line = after["lineage"].set_index(["company_id", "field"]).loc[(company, "trade_name")]
    assert (line["value"], len(line["alternatives"])) == ("Lumen", 0)


def test_département_and_territory_follow_a_place(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "postcode", "69100")
    correct(state, before, "city", "Villeurbanne", city_key="VILLEURBANNE")
    _, after = merge()
    company = company_of(after, "N1")
    place = after["companies"].set_index("company_id").loc[company]
    assert place[["address", "postcode", "city", "departement", "territory"]].tolist() == [
        "1 rue Haute",
        "69100",
        "Villeurbanne",
        "69",
        "lyon",
    ]
    lines = after["lineage"].set_index(["company_id", "field"])
    assert lines.loc[(company, "territory"), ["source", "value"]].tolist() == ["correction", "lyon"]
    assert lines.loc[(company, "address"), "source"] == "north"


def test_a_town_abroad_lies_in_no_département(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "city", "Genève", city_key="GENEVE", abroad=True)
    _, after = merge()
    company = company_of(after, "N1")
    place = after["companies"].set_index("company_id").loc[company]
    assert (pd.isna(place["departement"]), place["territory"]) == (True, "hors-region")
    told = after["lineage"].set_index("company_id").loc[company, "field"].tolist()
    assert "departement" not in told


def test_a_siren_is_valid_and_a_person_alone_is_marked(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "siren", "732829320")
    correct(state, before, "legal_form", "EI", member_id="S2")
    _, after = merge()
    rows = after["companies"].set_index("company_id")
    assert rows.at[company_of(after, "N1"), "siren_status"] == "valid"
    assert rows.at[company_of(after, "S2"), "is_sole_trader"]
    assert not rows.at[company_of(after, "N1"), "is_sole_trader"]


def test_a_siren_that_was_matched_holds_against_what_the_exports_say(merge: Merge, state: Path) -> None:
    right, wrong = "732829320", "443061841"
    north = {**NORTH, "siren": right, "siren_status": "valid"}
    south = {**SOUTH, "siren": wrong, "siren_status": "valid"}
    _, before = merge(north, {**south, "group_id": 2}, MILL)
    correct(state, before, "siren", right, member_id="S1")
    corrected = {
        "source": "south",
        "member_id": "S1",
        "siren": right,
        "exported_siren": wrong,
        "correction_id": "C-0001",
    }
    _, after = merge(north, south, MILL, sirens=[corrected])
    company = company_of(after, "S1")
    assert company == company_of(after, "N1")
    line = after["lineage"].set_index(["company_id", "field"]).loc[(company, "siren")]
    assert line[["value", "source", "member_id"]].tolist() == [right, "correction", "C-0001"]
    assert {one["value"] for one in line["alternatives"]} == {right}
    (told,) = after["corrections"].to_dict("records")
    assert (told["outcome"], told["exported_value"]) == ("followed", wrong)
    # The export says it by now: nothing was corrected before the matching.
    _, after = merge(north, {**south, "siren": right}, MILL)
    (told,) = after["corrections"].to_dict("records")
    assert (told["outcome"], told["exported_value"]) == ("agreed", right)


def test_every_cell_still_has_exactly_one_line_of_lineage(merge: Merge, state: Path) -> None:
    _, before = merge()
    for field, value in {
        "postcode": "69100",
        "siren": "732829320",
        "legal_form": "EI",
        "name": "Juste",
    }.items():
        correct(state, before, field, value)
    _, after = merge()
    cells = after["companies"].drop(columns=["n_records", "confidence"])
    cells = cells.melt("company_id", var_name="field").dropna()
    keys = ["company_id", "field"]
    lineage = after["lineage"]
    assert sorted(map(tuple, lineage[keys].to_numpy())) == sorted(map(tuple, cells[keys].to_numpy()))
    written = cells.set_index(keys)["value"].map(
        lambda value: str(value).lower() if value in (True, False) else value
    )
    corrected = lineage[lineage["source"] == "correction"].set_index(keys)["value"]
    assert corrected.to_dict() == written.loc[corrected.index].to_dict()


def test_what_was_taken_back_or_the_exports_say_themselves(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "website", "https://juste.fr")
    correct(state, before, "name", "Forges")
    take_back(state, "C-0001", "st-2")
    report, after = merge()
    assert after["corrections"]["outcome"].tolist() == ["revoked", "agreed"]
    assert "https://vieux.fr" in after["companies"]["website"].tolist()
    assert any("C-0002 dit maintenant la même chose" in one.text for one in report.remarks)


def test_it_follows_its_record_when_the_company_is_split(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "website", "https://juste.fr")
    _, after = merge(NORTH, {**SOUTH, "group_id": 2}, MILL)
    rows = after["companies"].set_index("company_id")
    assert rows.at[company_of(after, "N1"), "website"] == "https://juste.fr"
    assert rows.at[company_of(after, "S1"), "website"] == "https://x.fr"


def test_it_stays_with_its_company_when_the_record_leaves(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "website", "https://juste.fr")
    _, after = merge(SOUTH, MILL)
    assert company_of(after, "S1") == company_of(before, "S1")
    assert (
        after["companies"].set_index("company_id").at[company_of(after, "S1"), "website"]
        == "https://juste.fr"
    )
    report, gone = merge(MILL)
    assert gone["corrections"]["outcome"].tolist() == ["gone"]
    assert any("C-0001 attend" in one.text for one in report.remarks)


def test_of_two_that_meet_in_one_company_the_later_wins_and_it_is_said(merge: Merge, state: Path) -> None:
    _, before = merge()
    correct(state, before, "website", "https://un.fr")
    correct(state, before, "website", "https://deux.fr", member_id="S2")
    report, after = merge(NORTH, SOUTH, {**MILL, "group_id": 0})
    assert set(after["companies"]["website"]) == {"https://deux.fr"}
    assert after["corrections"][["outcome", "against"]].values.tolist()[0] == ["replaced", "C-0002"]
    assert [one.level for one in report.remarks if "n'en font qu'une" in one.text] == ["warning"]


def test_without_corrections_nothing_is_said(merge: Merge) -> None:
    report, found = merge()
    assert (report.counts["corrections"], len(found["corrections"])) == (0, 0)
    assert set(found["lineage"]["source"]) == {"north", "south"}


NOW = datetime(2024, 1, 1, tzinfo=UTC)


@given(
    st.lists(st.tuples(st.sampled_from(["E-1", "E-2"]), st.sampled_from(["name", "website"]), st.booleans())),
    st.randoms(use_true_random=False),
)
def test_at_most_one_correction_of_a_value_stands_whatever_their_order(said: Any, random: Any) -> None:
    words = [
        Correction(
            correction_id=f"C-{at:04}",
            company_id=company,
            source="north",
            member_id=company,
            field=field,
            value=str(at),
            steward="st-1",
            corrected_at=NOW.replace(hour=at % 24, day=1 + at // 24),
            revoked_at=NOW if revoked else None,
        )
        for at, (company, field, revoked) in enumerate(said)
    ]
    companies = pd.DataFrame({"company_id": ["E-1", "E-2"], "name": ["a", "b"], "website": [None, "c"]})
    told = outcomes.outcomes(as_frame(words), companies)
    standing = told[told["outcome"].isin(outcomes.STANDING)]
    assert not standing.duplicated(["company_id", "field"]).any()
    wanted = {(one.company_id, one.field): one.correction_id for one in words if one.revoked_at is None}
    found = zip(standing["company_id"], standing["field"], standing["correction_id"], strict=True)
    assert {(company, field): number for company, field, number in found} == wanted
    random.shuffle(words)
    again = outcomes.outcomes(as_frame(words), companies)
    assert set(again.loc[again["outcome"].isin(outcomes.STANDING), "correction_id"]) == set(wanted.values())
