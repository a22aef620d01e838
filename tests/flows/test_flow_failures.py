"""What a run tells when it does not publish: how far it came, and what is the matter."""

from pathlib import Path

import pytest
from flow_commands import Said, call, where
from pipelines import Places, installed, run_all
from pydantic import BaseModel

from benchmarks.sample import Sample
from flows import cli
from flows.runs import Outcome, on_failure, timed
from flows.settings import Settings
from transforms.errors import GateError
from transforms.golden import stage as golden
from transforms.report import StageReport
from transforms.warehouse.database import connect

INVENTED = "UPDATE golden.companies SET siren = '123456789' WHERE n_records = 1"


class Nothing(BaseModel):
    """No parameters."""


def invent(build: Path) -> None:
    with connect(build) as con:
        con.execute(INVENTED)


def lose(build: Path, parameters: Nothing) -> StageReport:
    return StageReport(stage="match", rows_in=3, rows_out=2)


def test_a_stage_that_loses_rows_is_refused_as_that(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="toutes ses lignes") as refused:
        timed(lose, tmp_path, Nothing())
    assert "3 in, 2 out" in (refused.value.found or "")


def test_a_refused_run_is_given_with_the_report_of_its_quality(small: Sample, tmp_path: Path) -> None:
    ended: list[Outcome] = []
    token = on_failure.set(ended.append)
    try:
        with pytest.raises(GateError):
            run_all(installed(tmp_path, small), spoil=invent)
    finally:
        on_failure.reset(token)
    (outcome,) = ended
    assert outcome.verdict == "refused"
    assert outcome.stage("validate").counts["critical_failures"] == 1
    assert outcome.as_json({})["remarks"]


def main(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    return call(*arguments, monkeypatch=monkeypatch, capsys=capsys)


@pytest.mark.parametrize("shown", [True, False], ids=["traceback", "no traceback"])
def test_an_unexpected_error_is_told_in_french(
    shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fall(**_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(cli, "app", fall)
    monkeypatch.setattr(cli, "settings", lambda: Settings(traceback=shown))
    said = main(["run", "--json"], monkeypatch, capsys)
    assert said.code == 1
    assert "Erreur inattendue" in said.err
    assert ("Traceback" in said.err) is shown
    assert said.json["verdict"] == "failed"
    assert said.json["error"]["found"] == "ZeroDivisionError : division by zero"


@pytest.mark.slow
def test_the_json_of_a_refused_run_says_how_far_it_came(
    prefect: None,
    small: Sample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settle = golden.run

    def settle_badly(build: Path, parameters: golden.GoldenParameters) -> StageReport:
        report = settle(build, parameters)
        invent(build)
        return report

    monkeypatch.setattr(golden, "run", settle_badly)
    places: Places = installed(tmp_path, small)
    said = call("run", *where(places), "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 3
    assert said.json["verdict"] == "refused"
    assert said.json["counts"]["validate.critical_failures"] == 1
    assert list(said.json["seconds"]["stages"])[-1] == "validate"
    assert said.json["remarks"]
