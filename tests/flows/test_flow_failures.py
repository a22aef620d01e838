"""What a run tells when it does not publish: how far it came, and what is the matter."""

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flow_commands import Said, call, where
from pipelines import Places, installed, rows, run_all
from pydantic import BaseModel

from benchmarks.sample import Sample
from flows import cli
from flows.outcome import Outcome, TimedReport, on_failure, timed
from flows.parameters import MergeParameters
from flows.progress import teller
from flows.runs import begun
from flows.settings import Settings
from flows.terminal import Terminal
from transforms.errors import GateError
from transforms.golden import stage as golden
from transforms.report import StageReport
from transforms.warehouse import beside
from transforms.warehouse.database import connect
from transforms.warehouse.runs import read_runs
from transforms.warehouse.stage import run as publish

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


@dataclass(frozen=True)
class Gone:
    """Somebody who was told things and can no longer be reached."""

    def doing(self, what: str) -> AbstractContextManager[object]:
        raise BrokenPipeError(32, "Broken pipe")

    def done(self, line: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")


def test_nobody_listening_is_no_reason_to_fail(tmp_path: Path) -> None:
    token = teller.set(Gone)
    try:
        with begun(parameters(tmp_path)) as run:
            run.do("Publication", timed_nothing, Nothing())
            found = run.outcome("published")
    finally:
        teller.reset(token)
    assert [timed.report.stage for timed in found.stages] == ["publish"]


def parameters(root: Path) -> MergeParameters:
    return MergeParameters(raw=root, warehouse=root / "clean" / "warehouse.duckdb", state=root / "state")


def timed_nothing(build: Path, parameters: Nothing) -> TimedReport:
    return TimedReport(report=StageReport(stage="publish", rows_in=0, rows_out=0), seconds=0.1)


def test_an_error_after_publication_is_told_and_takes_nothing_back(small: Sample, tmp_path: Path) -> None:
    places = installed(tmp_path, small)
    before = run_all(places)
    ended: list[Outcome] = []
    token = on_failure.set(ended.append)
    try:
        with begun(parameters(tmp_path)) as run:
            publish(places.build, run.for_publish())
            raise ZeroDivisionError("lena.morvan@exemple.example")
    finally:
        on_failure.reset(token)
    (remark,) = run.outcome("published").remarks
    assert remark.level == "warning"
    assert "est publié, mais ce qui devait suivre a échoué : ZeroDivisionError" in remark.text
    assert "lena" not in remark.text
    assert ended == []
    logged = [(one["run_id"], one["verdict"]) for one in read_runs(places.state)]
    assert logged == [(before.run_id, "published"), (run.run_id, "published")]
    assert rows(places.warehouse, "SELECT run_id, verdict FROM runs") == logged
    assert list(beside.builds(places.warehouse)) == []


def test_a_terminal_that_was_closed_does_not_end_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        terminal = Terminal()
        for _ in range(2):
            terminal.done("Lecture des exports")
        print("message", file=stderr, flush=True)
