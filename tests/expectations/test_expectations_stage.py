"""The door of the quality stage, on a build database with and without faults."""

import subprocess
import sys

import pytest

from expectations import stage
from transforms.warehouse import tables
from transforms.warehouse.database import connect


@pytest.fixture
def parameters(tmp_path):
    return stage.ValidateParameters(rejects=tmp_path / "rejects")


def read(build, full_name):
    with connect(build, read_only=True) as con:
        return con.execute(f"SELECT * FROM {full_name} ORDER BY ALL").df()


def put(frame, row, **cells):
    key = "member_id" if "member_id" in frame else "company_id"
    for column, value in cells.items():
        frame[column] = frame[column].astype(object).where(frame[key] != row, value)


def test_sound_build_is_let_through(write_build, parameters):
    build = write_build()
    report = stage.run(build, parameters)
    results = read(build, "quality.results")
    assert (report.rows_in, report.rows_out, report.rejected) == (10, 10, 0)
    assert report.counts["rules"] == len(stage.RULES) == len(results)
    assert report.counts["critical_failures"] == report.counts["warnings"] == report.counts["rejections"] == 0
    assert results["success"].all()
    assert set(results["stage"]) == {"raw", "standard", "golden"}


def test_a_warning_publishes_and_shows(frames, write_build, parameters):
    put(frames["standard.records"], "A3", phone="0472000000")
    build = write_build()
    report = stage.run(build, parameters)
    assert report.counts["warnings"] == 1
    assert report.counts["critical_failures"] == 0
    assert "Le téléphone standardisé" in report.remarks[0].text


def test_a_critical_failure_is_counted(frames, write_build, parameters):
    put(frames["standard.records"], "B1", siren="444555668")
    build = write_build()
    assert stage.run(build, parameters).counts["critical_failures"] == 1


def test_rejections_show_the_cell_as_received(frames, write_build, parameters):
    put(frames["standard.records"], "A3", siren="123123123")
    put(frames["standard.records"], "A3", phone="0472000000")
    put(frames["golden.memberships"], "A5", match_status="guessed")
    build = write_build()
    stage.run(build, parameters)
    rejected = read(build, "quality.rejections").set_index("rule")
    assert set(rejected.index) == {"standard_siren_checksum", "standard_phone_format", "golden_match_status"}
    shown = ["source", "file", "source_row", "member_id"]
    number = rejected.loc["standard_siren_checksum"]
    assert number[shown].tolist() == ["alpha", "alpha.csv", 4, "A3"]
    assert number[["field", "column_name", "value", "severity"]].tolist() == [
        "siren",
        "SIREN",
        " 123123127",
        "critical",
    ]
    assert "Attendu : un SIREN dont la clé de contrôle" in number["message"]
    assert rejected["personal"].to_dict() == {
        "standard_siren_checksum": False,
        "standard_phone_format": True,
        "golden_match_status": False,
    }
    assert rejected.loc["golden_match_status", "field"] == "*"


def test_the_filled_cell_among_several_is_the_one_to_correct(frames, write_build, parameters):
    put(frames["raw.records"], "A3", siren=None, siret="12312312700011")
    put(frames["standard.records"], "A3", siren="123123123")
    build = write_build()
    stage.run(build, parameters)
    (rejected,) = read(build, "quality.rejections").to_dict("records")
    assert (rejected["field"], rejected["column_name"]) == ("siret", "N° SIRET")


def test_a_failing_company_stands_with_its_records(frames, write_build, parameters):
    put(frames["golden.companies"], "C1", fee_eur=1.0)
    build = write_build()
    stage.run(build, parameters)
    rejected = read(build, "quality.rejections")
    assert rejected[["rule", "source", "member_id"]].to_numpy().tolist() == [
        ["golden_fee_is_sum", "alpha", "A1"],
        ["golden_fee_is_sum", "beta", "B1"],
    ]


def test_the_same_build_gives_the_same_results(frames, write_build, parameters):
    put(frames["standard.records"], "A3", siret="x", phone="y")
    build = write_build()
    both = []
    for _ in range(2):
        stage.run(build, parameters)
        both.append([read(build, f"quality.{name}") for name in ("results", "rejections")])
    for first, second in zip(*both, strict=True):
        assert first.equals(second)


def test_results_have_the_public_shape(write_build, parameters):
    build = write_build()
    stage.run(build, parameters)
    assert list(read(build, "quality.results")) == tables.public_table("quality_results").column_names


def test_the_door_opens_without_great_expectations():
    code = "import sys, expectations.stage; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_warning_names_companies_and_each_network_hears_of_the_other(frames, write_build, parameters):
    put(frames["standard.records"], "B1", turnover_eur=20_000_001.0)
    companies = frames["golden.companies"]
    build = write_build()
    (told,) = [one.text for one in stage.run(build, parameters).remarks if "turnovers_agree" in one.text]
    name = companies.set_index("company_id").at["C1", "name"]
    assert f"Entreprises : {name} (C1). À faire : vérifier le chiffre d'affaires" in told
    messages = dict(read(build, "quality.rejections")[["member_id", "message"]].itertuples(index=False))
    assert "20\u202f000\u202f001 €" in messages["A1"]
    assert "1\u202f000\u202f000 €" in messages["B1"]
    assert "1\u202f000\u202f000 €" not in messages["A1"]


def test_the_name_of_a_sole_trader_is_not_told(frames, write_build, parameters):
    put(frames["standard.records"], "B1", turnover_eur=20_000_001.0)
    frames["golden.companies"]["is_sole_trader"] = True
    (told,) = [
        one.text for one in stage.run(write_build(), parameters).remarks if "turnovers_agree" in one.text
    ]
    assert "Entreprises : C1." in told
