"""The report as people get it: from a run, from the command, from a version put back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_commands import Said, call
from pipelines import Places, installed, run_all

from benchmarks.sample import Sample
from flows.outcome import Outcome, timed
from flows.parameters import MergeParameters
from flows.runs import begun
from flows.summary import summary
from flows.versions import RestoreParameters, restore_version, restored_text
from transforms.reporting import stage as reporting
from transforms.warehouse import beside, versions
from transforms.warehouse.swap import sweep

Command = Callable[..., Said]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str | Path) -> Said:
        return call("report", *arguments, monkeypatch=monkeypatch, capsys=capsys)

    return run


def test_the_command_writes_both_files_and_says_where(places: Places, command: Command) -> None:
    said = command("--warehouse", places.warehouse)
    page, document = beside.report_page(places.warehouse), beside.report_document(places.warehouse)
    assert said.code == 0
    assert [str(path) in said.out for path in (page, document)] == [True, True]
    assert "1 au moins par territoire qui a un membre" in page.read_text("utf-8")
    assert page.stat().st_size > 10_000
    assert document.read_bytes().startswith(b"%PDF-")


def test_a_kept_version_is_reported_elsewhere(places: Places, tmp_path: Path, command: Command) -> None:
    (version,) = versions.kept(places.warehouse)
    kept = version.folder / places.warehouse.name
    said = command("--warehouse", kept, "--out", tmp_path / "lire", "--json")
    told = json.loads(said.out)
    assert told["warehouse"] == str(kept)
    assert version.run_id in Path(told["html"]).read_text(encoding="utf-8")
    assert version.damage is None


def test_a_wrong_path_is_told_in_french(tmp_path: Path, command: Command) -> None:
    said = command("--warehouse", tmp_path / "nulle-part.duckdb")
    assert (said.code, "pas d'entrepôt" in said.err) == (2, True)


def reported(root: Path, small: Sample, spoil: Callable[[Path], None] = lambda page: None) -> Outcome:
    """A run that reports what is published already; `spoil` is given the path of the page before."""
    places = installed(root, small)
    run_all(places)
    spoil(beside.report_page(places.warehouse))
    parameters = MergeParameters(raw=places.raw, warehouse=places.warehouse, state=places.state)
    with begun(parameters) as run:
        # As if this run had published: the report comes after the moment of publication.
        run.run_id = versions.published_run(places.warehouse) or ""
        run.do("Rapport", lambda build, asked: timed(reporting.run, build, asked), run.for_report())
    return run.outcome("published")


def test_a_run_tells_its_report(small: Sample, tmp_path: Path) -> None:
    outcome = reported(tmp_path, small)
    assert outcome.stage("report").counts["sections"] == 9
    assert beside.report_page(outcome.warehouse).is_file()


def test_a_report_that_fails_takes_back_nothing(small: Sample, tmp_path: Path) -> None:
    outcome = reported(tmp_path, small, spoil=lambda page: page.mkdir())
    assert outcome.stages == ()
    (remark,) = outcome.remarks
    assert remark.level == "warning"
    assert "L'entrepôt est publié, mais ce qui devait suivre a échoué" in remark.text


def test_the_summary_names_the_report_only_where_it_was_made(outcome: Outcome, tmp_path: Path) -> None:
    assert "rapport.html" not in summary(outcome)
    told = reporting.run(tmp_path, reporting.ReportParameters(warehouse=outcome.warehouse, out=tmp_path))
    made = timed(lambda build, asked: told, tmp_path, reporting.ReportParameters(warehouse=outcome.warehouse))
    with_report = outcome.model_copy(update={"stages": (*outcome.stages, made)})
    assert f"rapport : {beside.report_page(outcome.warehouse)}" in summary(with_report)


def restored(places: Places) -> str:
    found = restore_version(
        RestoreParameters(version="précédente", warehouse=places.warehouse, state=places.state)
    )
    return restored_text(found)


def test_a_version_put_back_is_reported_again(places: Places) -> None:
    first = versions.published_run(places.warehouse)
    run_all(places)
    told = restored(places)
    page = beside.report_page(places.warehouse)
    assert f"rapport : {page}" in told
    assert f"Exécution {first}" in page.read_text(encoding="utf-8")


def test_a_version_is_put_back_even_if_it_cannot_be_reported(places: Places) -> None:
    first = versions.published_run(places.warehouse)
    run_all(places)
    beside.report_page(places.warehouse).mkdir()
    told = restored(places)
    assert "La version est en service, mais le rapport n'a pas pu être refait" in told
    assert "  - rapport" not in told
    assert versions.published_run(places.warehouse) == first


def test_the_next_run_sweeps_a_draft_that_a_crash_left(places: Places) -> None:
    page = beside.report_page(places.warehouse)
    draft = page.with_name(f".{page.name}.next-123")
    draft.write_text("<!doctype")
    sweep(places.warehouse, places.state)
    assert not draft.exists()
