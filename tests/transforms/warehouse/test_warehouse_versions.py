"""Versions: every publication is kept whole, and the last ones stay."""

import json
import stat
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from warehouse_faults import child, content
from warehouse_versions import folder_of, names, publish, put_back

from transforms.errors import MachineError
from transforms.warehouse import beside, files, stage, versions
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import sweep


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
    ("keep", "left"), [(1, ["r3"]), (2, ["r3", "r2"]), (10, ["r3", "r2", "r1"])], ids=str
)
def test_the_last_ones_are_kept(keep: int, left: list[str], build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1", "r2", "r3", keep=keep)
    assert names(parameters) == left


def test_nights_without_a_new_export_do_not_push_out_what_was_different(build: Path, tmp_path: Path) -> None:
    other = builds.write_build(tmp_path / "other.duckdb", raw_rejections=[builds.rejection(4)])
    publish(other, tmp_path, "r1", keep=3)
    parameters = publish(build, tmp_path, "r2", "r3", "r4", "r5", keep=3)
    assert names(parameters) == ["r5", "r4", "r1"]
    put_back(parameters, "r1")
    publish(build, tmp_path, "r6", keep=3)
    assert names(parameters) == ["r6", "r5", "r1"]
    assert names(publish(other, tmp_path, "r7", keep=2)) == ["r7", "r6"]


def test_keys_of_a_later_program_do_not_make_a_version_damaged(build: Path, tmp_path: Path) -> None:
    parameters = publish(build, tmp_path, "r1")
    path = folder_of(parameters, "r1") / beside.manifest(parameters.warehouse).name
    later = json.loads(path.read_text("utf-8"))
    for part in (later, later["inputs"][0], later["warehouse"]):
        part["mood"] = "serene"
    path.write_text(json.dumps(later), encoding="utf-8")
    assert [version.state for version in versions.kept(parameters.warehouse)] == ["published"]
    put_back(publish(build, tmp_path, "r2"), "r1")


@pytest.mark.parametrize("name", ["warehouse.duckdb", "contacts.duckdb", "warehouse.duckdb.manifest.json"])
def test_a_publication_is_whole_with_all_its_parts_only(name: str, twice: PublishParameters) -> None:
    assert versions.is_whole(twice.warehouse)
    twice.warehouse.with_name(name).unlink()
    assert not versions.is_whole(twice.warehouse)


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
                resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
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
