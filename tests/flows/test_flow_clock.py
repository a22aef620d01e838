"""A machine whose clock is wrong: it is said, and the order of runs and files does not suffer."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import odd_files
import pytest
from bad_exports import GOOD, NUMELINK_HEADER
from pipelines import Places, run_all

from benchmarks.sample.exports import CLUSTR_FILE, NUMELINK_FILE
from transforms.sources.stage import IntakeParameters
from transforms.sources.stage import run as take_in
from transforms.warehouse import stage as publish
from transforms.warehouse.runs import RunRecord, append_run, read_runs
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import Publication


def test_an_export_from_tomorrow_is_said(tmp_path: Path) -> None:
    (tmp_path / "raw" / "clustr").mkdir(parents=True)
    (tmp_path / "raw" / "numelink").mkdir()
    (tmp_path / "raw" / CLUSTR_FILE).write_text(GOOD, encoding="utf-8")
    numelink = [NUMELINK_HEADER, ["1", "Forge", *[""] * 13]]
    (tmp_path / "raw" / NUMELINK_FILE).write_bytes(odd_files.workbook(numelink))  # type: ignore[arg-type]
    parameters = IntakeParameters(raw=tmp_path / "raw", today=datetime(2016, 10, 2, tzinfo=UTC).date())
    said = [remark.text for remark in take_in(tmp_path / "build.duckdb", parameters).remarks]
    assert any("se dit du 03/10/2016, après la date de la machine (02/10/2016)" in text for text in said)


def test_a_clock_set_back_is_said_and_ids_go_on(small_published: Places, tmp_path: Path) -> None:
    places = Places(shutil.copytree(small_published.root, tmp_path / "installation"))
    ahead = datetime.now(UTC) + timedelta(days=3)
    last = RunRecord(
        run_id=f"{ahead:%Y%m%dT%H%M%S}-ffffff", started_at=ahead, ended_at=ahead, verdict="failed"
    )
    append_run(places.state, last)
    first, second = run_all(places), run_all(places)
    assert "L'horloge de la machine recule" in " ".join(remark.text for remark in first.remarks)
    ids = [run["run_id"] for run in read_runs(places.state)]
    assert ids[-3:] == [last.run_id, first.run_id, second.run_id]
    assert sorted(ids) == ids


@pytest.mark.slow
def test_a_publication_finished_late_is_in_the_log_before_the_run_that_finishes_it(
    small_published: Places, tmp_path: Path
) -> None:
    """It was cut off just after its swap, on a machine whose clock was ahead and was then put right."""
    places = Places(shutil.copytree(small_published.root, tmp_path / "installation"))
    ahead = f"{datetime.now(UTC) + timedelta(days=3):%Y%m%dT%H%M%S}-ffffff"
    parameters = PublishParameters(
        warehouse=places.warehouse, state=places.state, run_id=ahead, started_at=datetime.now(UTC)
    )
    publication = Publication(places.warehouse, places.state, ahead)
    publish._draft(places.build, publication, parameters)
    publication.swap()
    outcome = run_all(places)
    told = " ".join(remark.text for remark in outcome.remarks)
    assert f"{ahead} a été terminée" in told
    assert "L'horloge de la machine recule" in told
    ids = [run["run_id"] for run in read_runs(places.state)]
    assert ids[-2:] == [ahead, outcome.run_id]
    assert sorted(ids) == ids
