"""The stage as a whole, on a small build database."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from golden_frames import build

from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.golden.stage import GoldenParameters
from transforms.report import StageReport
from transforms.warehouse.database import connect
from transforms.warehouse.register import ALIASES_FILE, REGISTER_FILE

WITHOUT_LINEAGE = ["company_id", "n_records", "confidence"]
FORGES_NORTH: dict[str, Any] = {
    "source": "north",
    "member_id": "N1",
    "group_id": 0,
    "probability": 0.97,
    "name": "FORGES DU NORD",
    "fee_eur": 100.5,
    "jobs": 12.0,
    "jobs_kind": "exact",
    "phone": "+33400000000",
}
FORGES_SOUTH: dict[str, Any] = {
    "source": "south",
    "member_id": "S1",
    "group_id": 0,
    "probability": 0.97,
    "name": "Forges du Nord",
    "siren": "732829320",
    "siren_status": "valid",
    "siren_field": "siren",
    "fee_eur": 50.0,
    "export_date": date(2024, 3, 1),
    "joined_on": date(2015, 1, 1),
    "joined_precision": "year",
}
MILL: dict[str, Any] = {"source": "south", "member_id": "S2", "group_id": 1, "is_active": False}
ROWS = [FORGES_NORTH, FORGES_SOUTH, MILL]
CELLS = [
    {"source": "north", "source_row": 1, "name": "FORGES DU NORD", "fee": "100,50", "headcount": "12"},
    {"source": "south", "source_row": 2, "name": "Forges du Nord", "fee": "50", "siren": "732 829 320"},
    {"source": "south", "source_row": 3, "name": "Company S2", "status": "Parti", "phone": "04"},
]


@pytest.fixture
def parameters(tmp_path: Path) -> GoldenParameters:
    return GoldenParameters(state=tmp_path / "state", run_id="run-1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return build(
        tmp_path / "build.duckdb", ROWS, cells=CELLS, related=[(1, 0, "same_site"), (0, 1, "same_site")]
    )


def run(path: Path, parameters: GoldenParameters) -> StageReport:
    """The stage after the one that tells it which records are known."""
    started = datetime(2024, 5, 1, tzinfo=UTC)
    continuity.run(path, continuity.ContinuityParameters(state=parameters.state, started_at=started))
    return golden.run(path, parameters)


def table(path: Path, name: str) -> pd.DataFrame:
    with connect(path, read_only=True) as con:
        return con.execute(f"SELECT * FROM golden.{name} ORDER BY ALL").df()


def publish_state(path: Path, parameters: GoldenParameters) -> None:
    parameters.state.mkdir(exist_ok=True)
    table(path, "register").to_csv(parameters.state / REGISTER_FILE, index=False)
    table(path, "company_aliases").to_csv(parameters.state / ALIASES_FILE, index=False)


def test_one_row_a_company_and_a_membership_for_each_record(path: Path, parameters: GoldenParameters) -> None:
    report = run(path, parameters)
    companies, memberships = table(path, "companies"), table(path, "memberships")
    assert (report.rows_in, report.rows_out, report.counts["companies"]) == (3, 3, 2)
    assert memberships["member_id"].tolist() == ["N1", "S1", "S2"]
    assert memberships["company_id"].nunique() == len(companies) == 2
    forges = companies.set_index("name").loc["Forges du Nord"]
    assert (forges["siren"], forges["jobs"], forges["fee_eur"], forges["n_records"]) == (
        "732829320",
        12,
        150.5,
        2,
    )
    assert (forges["in_north"], forges["in_south"], forges["confidence"]) == (True, True, 0.97)


def test_every_cell_has_exactly_one_line_of_lineage_with_its_value(
    path: Path, parameters: GoldenParameters
) -> None:
    run(path, parameters)
    cells = (
        table(path, "companies")
        .drop(columns=WITHOUT_LINEAGE[1:])
        .melt("company_id", var_name="field")
        .dropna()
    )
    lineage = table(path, "lineage")
    keys = ["company_id", "field"]
    assert not lineage.duplicated(keys).any()
    assert set(map(tuple, lineage[keys].to_numpy())) == set(map(tuple, cells[keys].to_numpy()))


def test_lineage_shows_cell_rule_and_what_the_others_said(path: Path, parameters: GoldenParameters) -> None:
    run(path, parameters)
    lineage = table(path, "lineage")
    lines = lineage[
        lineage["company_id"] == lineage.loc[lineage["value"] == "Forges du Nord", "company_id"].item()
    ]
    lines = lines.set_index("field")
    other = {"source": "north", "member_id": "N1", "source_row": 1}
    columns = ["value", "member_id", "source_row", "raw_value", "rule"]
    assert lines.loc["name", columns].tolist() == [
        "Forges du Nord", "S1", 2, "Forges du Nord", "validated_identifier",
    ]  # fmt: skip
    assert lines.loc["name", "alternatives"].tolist() == [
        {**other, "raw_value": "FORGES DU NORD", "value": "FORGES DU NORD"}
    ]
    assert lines.loc["fee_eur", columns].tolist() == ["150.5", "N1", 1, "100,50", "sum_active"]
    assert [term["value"] for term in lines.loc["fee_eur", "alternatives"]] == ["50"]
    assert lines.loc["siren", "raw_value"] == "732 829 320"
    assert lines.loc["siren", "alternatives"].tolist() == []
    assert lines.loc["jobs_source", ["value", "raw_value", "rule"]].tolist() == [
        "north",
        "12",
        "export_source",
    ]


def test_a_source_without_the_company_has_its_line_too(path: Path, parameters: GoldenParameters) -> None:
    run(path, parameters)
    companies = table(path, "companies").set_index("name")
    lineage = table(path, "lineage").set_index(["company_id", "field"])
    mill = lineage.loc[companies.loc["Company S2", "company_id"]]
    assert (mill.loc["in_north", "value"], mill.loc["in_south", "value"]) == ("false", "false")
    assert pd.isna(mill.loc["in_north", "raw_value"])
    assert mill.loc["in_south", "raw_value"] == "Parti"


def test_contacts_apart_and_related_once(path: Path, parameters: GoldenParameters) -> None:
    run(path, parameters)
    contacts, related = table(path, "contacts"), table(path, "related_companies")
    assert contacts[["member_id", "telephone"]].to_numpy().tolist() == [["N1", "+33400000000"]]
    assert len(related) == 1
    assert related["company_id"].item() < related["related_id"].item()
    texts = table(path, "lineage").astype(str).to_string()
    assert "+33400000000" not in texts


def test_the_state_is_only_read(path: Path, parameters: GoldenParameters) -> None:
    run(path, parameters)
    assert not parameters.state.exists()


def test_a_second_run_on_the_published_state_changes_nothing(
    path: Path, parameters: GoldenParameters
) -> None:
    run(path, parameters)
    publish_state(path, parameters)
    names = ("companies", "memberships", "lineage", "company_aliases", "related_companies", "contacts")
    before = {name: table(path, name) for name in names}
    report = run(path, parameters.model_copy(update={"run_id": "run-2"}))
    assert (report.counts["minted"], report.counts["kept"]) == (0, 2)
    for name in names:
        pd.testing.assert_frame_equal(table(path, name), before[name])


def test_a_merge_is_said(tmp_path: Path, path: Path, parameters: GoldenParameters) -> None:
    run(path, parameters)
    publish_state(path, parameters)
    merged = build(tmp_path / "next.duckdb", [{**row, "group_id": 0} for row in ROWS], cells=CELLS)
    report = run(merged, parameters.model_copy(update={"run_id": "run-2"}))
    assert [remark.text for remark in report.remarks] == [
        "1 identifiant retiré par fusion ; l'ancien identifiant renvoie au nouveau."
    ]
    aliases = table(merged, "company_aliases")
    assert aliases["company_id"].tolist() == table(merged, "companies")["company_id"].tolist()


def test_a_record_without_a_group_is_refused(path: Path, parameters: GoldenParameters) -> None:
    with connect(path) as con:
        con.execute("DELETE FROM matching.groups WHERE member_id = 'S2'")
    with pytest.raises(ValueError, match="S2"):
        run(path, parameters)


def test_no_record_at_all(tmp_path: Path, parameters: GoldenParameters) -> None:
    path = build(tmp_path / "empty.duckdb", [MILL])
    with connect(path) as con:
        for name in ("standard.records", "matching.groups"):
            con.execute(f"DELETE FROM {name}")
    assert run(path, parameters).rows_out == 0
    assert table(path, "companies").empty
