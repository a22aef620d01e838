"""Versions: every publication is kept whole, the last ones stay, and one can be put back."""

import json
import shutil
import signal
import stat
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from warehouse_faults import child, content, first_line, in_use, published_run

from transforms.errors import InputError, MachineError
from transforms.report import StageReport
from transforms.warehouse import beside, files, stage, state, versions, workspace
from transforms.warehouse.checks import run_checks
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.restore import _draft, restore
from transforms.warehouse.runs import read_runs
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import Publication, sweep

NOON = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def published_twice(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice")
    publish(build, folder, "r1", "r2")
    return folder


@pytest.fixture
def twice(published_twice: Path, tmp_path: Path) -> PublishParameters:
    """r1 and r2 are published, for this test alone."""
    shutil.copytree(published_twice, tmp_path, dirs_exist_ok=True)
    return builds.parameters(tmp_path, "r2")


def publish(build: Path, folder: Path, *run_ids: str, keep: int = 10) -> PublishParameters:
    """Publish once for each run id."""
    for run_id in run_ids:
        stage.run(build, builds.parameters(folder, run_id, versions_kept=keep))
    return builds.parameters(folder, run_ids[-1])


def put_back(parameters: PublishParameters, name: str, run_id: str = "back") -> None:
    version = versions.choose(parameters.warehouse, name)
    restore(version, parameters.warehouse, parameters.state, run_id=run_id, started_at=NOON)


def names(parameters: PublishParameters) -> list[str]:
    return [version.run_id for version in versions.kept(parameters.warehouse)]


def folder_of(parameters: PublishParameters, run_id: str) -> Path:
    return beside.versions(parameters.warehouse) / run_id


def verdicts(parameters: PublishParameters) -> list[tuple[str, str]]:
    return [(run["run_id"], run["verdict"]) for run in read_runs(parameters.state)]


def test_a_version_is_the_publication_byte_for_byte(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    folder = folder_of(parameters, "r1")
    published = [path for path in parameters.warehouse.parent.iterdir() if path.is_file()]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in published
    }
    (version,) = versions.kept(parameters.warehouse)
    assert (version.state, version.damage) == ("published", None)


def test_versions_hold_personal_data_and_are_for_their_owner_only(build: Path, tmp_path: Path) -> None:
    folder = folder_of(publish(build, tmp_path, "r1"), "r1")
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_what_is_written_into_the_published_file_does_not_reach_its_version(
    build: Path, tmp_path: Path
) -> None:
    parameters = publish(build, tmp_path, "r1")
    with duckdb.connect(str(parameters.warehouse)) as con:
        con.execute("DELETE FROM match_pairs")
    (version,) = versions.kept(parameters.warehouse)
    assert (version.state, version.published) == ("kept", False)
    put_back(parameters, "r1")
    (version,) = versions.kept(parameters.warehouse)
    assert version.state == "published"


@pytest.mark.parametrize(
    ("keep", "left"), [(1, ["r4"]), (3, ["r4", "r3", "r2"]), (10, ["r4", "r3", "r2", "r1"])], ids=str
)
def test_the_last_ones_are_kept(keep: int, left: list[str], build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1", "r2", "r3", "r4", keep=keep)
    assert names(parameters) == left


def test_the_order_is_that_of_publication_even_if_the_clock_was_set_back(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "20990101T000000-aaaaaa", "20260105T041500-bbbbbb", keep=2)
    parameters = publish(build, tmp_path, "20260106T041500-cccccc", keep=2)
    assert names(parameters) == ["20260106T041500-cccccc", "20260105T041500-bbbbbb"]


def test_a_version_put_back_is_not_pruned_while_it_is_published(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1", "r2", "r3", keep=3)
    put_back(parameters, "r1")
    versions.prune(parameters.warehouse, 2)
    assert names(parameters) == ["r3", "r1"]


def test_what_is_no_version_is_left_alone(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    mine = folder_of(parameters, "mes notes")
    mine.mkdir()
    (mine / "notes.txt").write_text("à garder", encoding="utf-8")
    publish(build, tmp_path, "r2", "r3", keep=1)
    assert (mine / "notes.txt").exists()
    assert {version.run_id: version.state for version in versions.kept(parameters.warehouse)} == {
        "r3": "published",
        "mes notes": "damaged",
    }


def test_a_publication_of_an_older_program_becomes_a_version(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    files.remove(beside.versions(parameters.warehouse))
    manifest = json.loads(beside.manifest(parameters.warehouse).read_text("utf-8"))
    del manifest["number"]
    beside.manifest(parameters.warehouse).write_text(json.dumps(manifest), encoding="utf-8")
    publish(build, tmp_path, "r2")
    assert names(parameters) == ["r2", "r1"]


def test_two_warehouses_in_one_folder_keep_their_own(build: Path, tmp_path: Path) -> None:
    first = publish(build, tmp_path, "r1")
    second = first.model_copy(
        update={"warehouse": first.warehouse.with_name("essai.duckdb"), "state": tmp_path / "state-2"}
    )
    stage.run(build, second.model_copy(update={"run_id": "r2"}))
    assert names(first) == ["r1"]
    assert names(second) == ["r2"]


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


SEVERAL = ("longue-1", "20260105T041500-aaaaaa", "20260105T041501-aaaaaa", "20260106T041500-aaaaaa")


@pytest.fixture(scope="module")
def several(build: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishParameters:
    """Four versions, the third of them put back; read only."""
    parameters = publish(build, tmp_path_factory.mktemp("several"), *SEVERAL)
    put_back(parameters, SEVERAL[2])
    return parameters


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (SEVERAL[1], SEVERAL[1]),
        ("longu", "longue-1"),
        ("20260106", SEVERAL[3]),
        ("dernière", SEVERAL[3]),
        ("LATEST", SEVERAL[3]),
        ("publiée", SEVERAL[2]),
        ("précédente", SEVERAL[1]),
        ("previous", SEVERAL[1]),
    ],
)
def test_names_that_people_use(name: str, found: str, several: PublishParameters) -> None:
    assert versions.choose(several.warehouse, name).run_id == found


@pytest.mark.parametrize(
    ("name", "what", "near"),
    [
        ("20260105T0415", "Plusieurs versions", SEVERAL[1:3]),
        ("20260105T041502-aaaaaa", "Aucune version ne porte", SEVERAL[1:]),
        ("../x", "Aucune version ne porte", SEVERAL),
        ("", "Aucune version ne porte", SEVERAL),
    ],
    ids=["too short", "mistyped", "a path", "nothing"],
)
def test_names_that_say_nothing(
    name: str, what: str, near: tuple[str, ...], several: PublishParameters
) -> None:
    with pytest.raises(InputError, match=what) as refused:
        versions.choose(several.warehouse, name)
    assert sorted((refused.value.expected or "").split(", ")) == sorted(near)


def test_there_is_no_version_before_the_first(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    with pytest.raises(InputError, match="plus ancienne"):
        versions.choose(parameters.warehouse, "précédente")
    assert versions.kept(tmp_path / "none" / "warehouse.duckdb") == []


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
    assert len(in_use(twice)) == 6
    assert sweep(twice.warehouse, twice.state) == ()


def test_the_way_back_from_an_older_version_is_finished_too(twice: PublishParameters) -> None:
    put_back(twice, "r1")
    publication = Publication(twice.warehouse, twice.state, "forth")
    _draft(versions.choose(twice.warehouse, "r2"), publication, NOON)
    assert not publication.is_published()
    publication.swap()
    sweep(twice.warehouse, twice.state)
    assert versions.published_run(twice.warehouse) == "r2"
    assert [run_id for run_id, _ in verdicts(twice)] == ["r1", "r2", "back", "forth"]


def test_versions_half_made_or_half_deleted_are_swept(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    before = content(parameters)
    for name in (".next-r0", ".gone-r0"):
        folder_of(parameters, name).mkdir()
        (folder_of(parameters, name) / "warehouse.duckdb").write_text("moitié", encoding="utf-8")
    assert names(parameters) == ["r1"]
    sweep(parameters.warehouse, parameters.state)
    assert content(parameters) == before
    assert list(versions.leftovers(parameters.warehouse)) == []


def test_a_disk_that_fills_up_while_a_version_is_kept(build: Path, tmp_path: Path) -> None:
    """The drafts fit on the disk; the copies of them do not."""
    parameters = publish(build, tmp_path, "r1")
    before = content(parameters)
    limited = child(
        """
        import errno
        from pathlib import Path
        import warehouse_builds as builds
        from transforms.errors import MachineError
        from transforms.warehouse import stage, versions
        import resource
        write = versions.copy
        def copy(origin, target):
            if target.name.startswith("contacts"):
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            write(origin, target)
        versions.copy = copy
        try:
            stage.run(Path(sys.argv[2]), builds.parameters(Path(sys.argv[3]), "r2"))
        except MachineError as error:
            print(error.what)
        """,
        str(build),
        str(tmp_path),
    )
    output, _ = limited.communicate()
    assert output.strip() == "Le disque est plein."
    assert content(parameters) == before
    assert not (parameters.state / ".next-r2").exists()
    assert list(versions.leftovers(parameters.warehouse)) == []


def test_a_place_for_versions_that_is_no_folder_is_the_machine_s_fault(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    files.remove(beside.versions(parameters.warehouse))
    beside.versions(parameters.warehouse).write_text("", encoding="utf-8")
    before = content(parameters)
    with pytest.raises(MachineError) as refused:
        publish(build, tmp_path, "r2")
    assert refused.value.exit_code == 4
    assert content(parameters) == before


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
    assert len(in_use(twice)) == 6
    assert [version.damage for version in versions.kept(twice.warehouse)] == [None, None]
    log = read_runs(twice.state)
    told = [json.loads(run["parameters"]).get("version", run["run_id"]) for run in log]
    assert published_run(twice) == versions.published_run(twice.warehouse) == told[-1]
