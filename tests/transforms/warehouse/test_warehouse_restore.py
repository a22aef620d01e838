"""Putting a version back: what is read changes, the state goes on, and no moment of it leaves a ruin."""

import json
import signal
import stat
import time
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from warehouse_faults import child, content, first_line, in_use, published_run
from warehouse_versions import NOON, folder_of, names, publish, put_back, verdicts

from transforms.errors import InputError
from transforms.report import StageReport
from transforms.warehouse import beside, files, stage, state, versions, workspace
from transforms.warehouse.checks import run_checks
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.restore import _draft
from transforms.warehouse.runs import read_runs
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import Publication, sweep

DAMAGES = {
    "a byte flipped": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x01"),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("name", ["warehouse.duckdb", "contacts.duckdb"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_version_is_shown_and_refused(damage: str, name: str, twice: PublishParameters) -> None:
    DAMAGES[damage](folder_of(twice, "r1") / name)
    before = content(twice)
    assert [version.state for version in versions.kept(twice.warehouse)] == ["published", "damaged"]
    with pytest.raises(InputError, match="abîmée") as refused:
        put_back(twice, "r1")
    assert name in (refused.value.found or "")
    assert refused.value.next_step
    assert content(twice) == before


def test_a_version_that_is_proved_but_no_warehouse_is_refused(twice: PublishParameters) -> None:
    folder = folder_of(twice, "r1")
    (folder / "warehouse.duckdb").unlink()
    duckdb.connect(str(folder / "warehouse.duckdb")).close()
    path = folder / "warehouse.duckdb.manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["warehouse"]["sha256"] = files.sha256_of(folder / "warehouse.duckdb")
    manifest["warehouse"]["bytes"] = (folder / "warehouse.duckdb").stat().st_size
    path.write_text(json.dumps(manifest), encoding="utf-8")
    before = content(twice)
    with pytest.raises(InputError, match="abîmée"):
        put_back(twice, "r1")
    assert content(twice) == before


def test_putting_back_changes_what_is_read_and_the_state_goes_on(
    twice: PublishParameters, build: Path
) -> None:
    log = twice.state / "decisions.jsonl"
    log.write_text('{"decision_id": "D-1"}\n', encoding="utf-8")
    kept_state = {path: path.read_bytes() for path in (log, *(twice.state / name for name in state._FILES))}
    put_back(twice, "r1")
    assert published_run(twice) == "r1"
    manifest = read_manifest(beside.manifest(twice.warehouse))
    assert manifest is not None
    for path, facts in zip((twice.warehouse, beside.contacts(twice.warehouse)), manifest.parts, strict=True):
        assert files.sha256_of(path) == facts.sha256
    assert stat.S_IMODE(beside.contacts(twice.warehouse).stat().st_mode) == 0o600
    assert twice.warehouse.stat().st_mode == build.stat().st_mode
    assert {path: path.read_bytes() for path in kept_state} == kept_state
    assert verdicts(twice) == [("r1", "published"), ("r2", "published"), ("back", "restored")]
    assert [(one.run_id, one.state) for one in versions.kept(twice.warehouse)] == [
        ("r2", "kept"),
        ("r1", "published"),
    ]


def test_the_run_log_tells_what_readers_have_now(build: Path, tmp_path: Path) -> None:
    reports = (StageReport(stage="intake", rows_in=5, rows_out=4, ignored=1),)
    stage.run(build, builds.parameters(tmp_path, "r1", reports=reports))
    parameters = publish(build, tmp_path, "r2")
    put_back(parameters, "r1")
    first, _, last = read_runs(parameters.state)
    assert last["parameters"] == '{"version": "r1"}'
    assert (last["inputs"], last["counts"]) == (first["inputs"], first["counts"])
    assert last["counts"]["intake.rows_in"] == 5


def test_a_version_put_back_obeys_every_law_of_a_publication(
    twice: PublishParameters, build: Path, tmp_path: Path
) -> None:
    put_back(twice, "r1")
    contacts = beside.contacts(twice.warehouse)
    with (
        workspace.opened(build, tmp_path / "scratch") as con,
        workspace.reopened(con, twice.warehouse, contacts),
    ):
        assert run_checks(con) > 10


def test_the_next_publication_tells_of_it_and_goes_on_counting(
    twice: PublishParameters, build: Path, tmp_path: Path
) -> None:
    put_back(twice, "r1")
    publish(build, tmp_path, "r3")
    with duckdb.connect(str(twice.warehouse), read_only=True) as con:
        told = con.execute("SELECT run_id, message FROM runs WHERE verdict = 'restored'").fetchall()
    assert told == [("back", "Version r1 remise en service")]
    assert names(twice) == ["r3", "r2", "r1"]


def interrupt(twice: PublishParameters, *, swapped: bool) -> None:
    """r1 is drafted again, and perhaps swapped, nothing more."""
    publication = Publication(twice.warehouse, twice.state, "back")
    _draft(versions.choose(twice.warehouse, "r1"), publication, NOON)
    if swapped:
        publication.swap()


@pytest.mark.parametrize("swapped", [True, False], ids=["swapped", "drafted"])
def test_an_interrupted_return_is_finished_or_discarded(swapped: bool, twice: PublishParameters) -> None:
    interrupt(twice, swapped=swapped)
    (remark,) = sweep(twice.warehouse, twice.state)
    assert ("terminée" in remark.text) is swapped
    assert published_run(twice) == ("r1" if swapped else "r2")
    assert versions.published_run(twice.warehouse) == ("r1" if swapped else "r2")
    assert verdicts(twice)[2:] == [("back", "restored")] * swapped
    assert len(in_use(twice)) == 8
    assert sweep(twice.warehouse, twice.state) == ()


@pytest.mark.parametrize("first", ["restored.json", "run.json", "warehouse.txt"])
def test_a_return_that_was_cut_while_it_cleared_up_is_not_called_abandoned(
    first: str, twice: PublishParameters
) -> None:
    worker = child(
        """
        import os
        from pathlib import Path
        import warehouse_builds as builds
        from warehouse_versions import put_back
        place = builds.parameters(Path(sys.argv[2]))
        def cut(event, arguments):
            # The last thing that a return deletes is the folder with what was staged.
            if event == "shutil.rmtree" and Path(arguments[0]).parent == place.state:
                (Path(arguments[0]) / sys.argv[3]).unlink()
                os._exit(9)
        sys.addaudithook(cut)
        put_back(place, "r1")
        """,
        str(twice.state.parent),
        first,
    )
    worker.communicate()
    assert worker.returncode == 9
    assert sweep(twice.warehouse, twice.state) == ()
    assert versions.published_run(twice.warehouse) == "r1"
    assert verdicts(twice)[2:] == [("back", "restored")]
    assert len(in_use(twice)) == 8


def test_the_way_back_from_an_older_version_is_finished_too(twice: PublishParameters) -> None:
    put_back(twice, "r1")
    publication = Publication(twice.warehouse, twice.state, "forth")
    _draft(versions.choose(twice.warehouse, "r2"), publication, NOON)
    assert not publication.is_published()
    publication.swap()
    sweep(twice.warehouse, twice.state)
    assert versions.published_run(twice.warehouse) == "r2"
    assert [run_id for run_id, _ in verdicts(twice)] == ["r1", "r2", "back", "forth"]


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.25, 0.4, 0.6])
def test_killed_at_any_moment_of_a_return_all_is_whole(
    seconds: float, twice: PublishParameters, tmp_path: Path
) -> None:
    worker = child(
        """
        from datetime import UTC, datetime
        from pathlib import Path
        import warehouse_builds as builds
        from transforms.warehouse import versions
        from transforms.warehouse.restore import restore
        place = builds.parameters(Path(sys.argv[2]))
        print("ready", flush=True)
        for number in range(1000):
            version = versions.choose(place.warehouse, ("r1", "r2")[number % 2])
            restore(
                version, place.warehouse, place.state, run_id=f"b{number:03}", started_at=datetime.now(UTC)
            )
        """,
        str(tmp_path),
    )
    assert first_line(worker) == "ready"
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    sweep(twice.warehouse, twice.state)
    assert len(in_use(twice)) == 8
    assert [version.damage for version in versions.kept(twice.warehouse)] == [None, None]
    log = read_runs(twice.state)
    told = [json.loads(run["parameters"]).get("version", run["run_id"]) for run in log]
    assert published_run(twice) == versions.published_run(twice.warehouse) == told[-1]
