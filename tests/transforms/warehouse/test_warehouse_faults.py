"""Faults: whatever happens, the published file is whole and the state belongs to it."""

import errno
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from disks import read_only, small_disk, without_permission
from warehouse_faults import child, content, first_line, in_use, interrupted, published_run

from transforms.errors import MachineError
from transforms.warehouse import stage
from transforms.warehouse.files import machine_errors
from transforms.warehouse.runs import read_runs
from transforms.warehouse.swap import sweep
from transforms.warehouse.versions import kept, leftovers


def test_a_program_that_writes_into_the_warehouse_is_named_when_it_is_in_the_way(
    build: Path, tmp_path: Path
) -> None:
    parameters = interrupted(build, tmp_path, swapped=True)
    before = content(parameters)
    writer = child(
        """
        import duckdb, time
        con = duckdb.connect(sys.argv[2])
        print("open", flush=True)
        time.sleep(60)
        """,
        str(parameters.warehouse),
    )
    assert first_line(writer) == "open"
    with pytest.raises(MachineError) as caught:
        sweep(parameters.warehouse, parameters.state)
    assert caught.value.as_dict() == {
        "kind": "MachineError",
        "exit_code": 4,
        "run_id": None,
        "what": "Un autre programme tient ce fichier ouvert en écriture.",
        "where": place(parameters.warehouse),
        "found": "un verrou d'écriture tenu par un autre programme",
        "expected": "un fichier que personne d'autre ne modifie",
        "next_step": "fermer ce programme (ou l'ouvrir en lecture seule), puis relancer",
    }
    writer.kill()
    writer.communicate()
    assert content(parameters) == before
    sweep(parameters.warehouse, parameters.state)
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1", "r2"]


def test_an_open_reader_keeps_the_old_file_while_a_new_one_is_published(build: Path, tmp_path: Path) -> None:
    parameters = builds.parameters(tmp_path, "r1")
    stage.run(build, parameters)
    reader = child(
        """
        import duckdb
        con = duckdb.connect(sys.argv[2], read_only=True)
        query = "SELECT max(run_id), (SELECT count(*) FROM lineage) FROM runs"
        print(con.execute(query).fetchall(), flush=True)
        sys.stdin.readline()
        print(con.execute(query).fetchall(), flush=True)
        """,
        str(parameters.warehouse),
    )
    before = first_line(reader)
    stage.run(build, builds.parameters(tmp_path, "r2"))
    after, _ = reader.communicate("go\n")
    assert after.strip() == before
    assert published_run(parameters) == "r2"


def test_the_log_of_a_program_that_wrote_into_the_old_file_does_not_reach_the_new_one(
    build: Path, tmp_path: Path
) -> None:
    parameters = builds.parameters(tmp_path, "r1")
    stage.run(build, parameters)
    writer = child(
        """
        import duckdb, time
        con = duckdb.connect(sys.argv[2])
        con.execute("DELETE FROM match_pairs")
        print("written", flush=True)
        time.sleep(60)
        """,
        str(parameters.warehouse),
    )
    assert first_line(writer) == "written"
    stage.run(build, builds.parameters(tmp_path, "r2"))
    writer.kill()
    writer.communicate()
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM match_pairs").fetchall() == [(1,)]


def test_a_target_that_is_no_folder_is_explained(build: Path, tmp_path: Path) -> None:
    (tmp_path / "clean").write_text("", encoding="utf-8")
    with pytest.raises(MachineError) as caught:
        stage.run(build, builds.parameters(tmp_path))
    assert caught.value.next_step
    assert not (tmp_path / "state").exists()


def place(path: Path) -> dict[str, object]:
    """Where an error is: in a file, at no line of it."""
    return {"file": str(path), "sheet": None, "line": None, "column": None}


def test_a_full_disk_leaves_the_old_warehouse_and_nothing_else(build: Path, tmp_path: Path) -> None:
    """The limit on the size of a file fails a write as a full disk does, in the middle of it."""
    parameters = builds.parameters(tmp_path, "r1")
    stage.run(build, parameters)
    before = content(parameters)
    limited = child(
        """
        import json, resource
        from pathlib import Path
        import warehouse_builds as builds
        from transforms.errors import MachineError
        from transforms.warehouse import stage
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
        try:
            stage.run(Path(sys.argv[2]), builds.parameters(Path(sys.argv[3]), "r2"))
        except MachineError as error:
            print(json.dumps(error.as_dict()))
        """,
        str(build),
        str(tmp_path),
    )
    output, _ = limited.communicate()
    said = json.loads(output)
    assert said.pop("where")["file"].startswith(str(parameters.warehouse.parent))
    assert "too large" in said.pop("found")
    assert said == {
        "kind": "MachineError",
        "exit_code": 4,
        "run_id": None,
        "what": "Le disque est plein.",
        "expected": "de la place pour écrire ce fichier",
        "next_step": "relever la taille permise d'un fichier, puis relancer",
    }
    assert content(parameters) == before
    assert not (parameters.state / ".next-r2").exists()


def test_a_disk_that_is_really_full(build: Path, tmp_path: Path) -> None:
    parameters = builds.parameters(tmp_path / "disk")
    with small_disk(tmp_path / "disk", megabytes=1):
        with pytest.raises(MachineError) as caught:
            stage.run(build, parameters)
        assert content(parameters) == {}
    error = caught.value
    assert (error.what, error.expected) == ("Le disque est plein.", "de la place pour écrire ce fichier")
    assert error.next_step == "libérer de la place sur ce disque, puis relancer"
    assert error.where is not None
    assert error.found


@pytest.mark.parametrize(
    ("forbid", "number"),
    [(without_permission, errno.EACCES), (read_only, errno.EROFS)],
    ids=["no permission", "a read-only disk"],
)
@pytest.mark.parametrize("name", ["clean", "state"])
def test_a_folder_without_permission(
    name: str,
    forbid: Callable[[Path], AbstractContextManager[None]],
    number: int,
    build: Path,
    tmp_path: Path,
) -> None:
    parameters = builds.parameters(tmp_path, "r1")
    stage.run(build, parameters)
    before = content(parameters)
    with forbid(tmp_path / name), pytest.raises(MachineError) as caught:
        stage.run(build, builds.parameters(tmp_path, "r2"))
    error = caught.value
    assert error.what == "Le dossier n'est pas accessible en écriture."
    assert error.where is not None
    assert str(error.where.file).startswith(str(tmp_path / name))
    assert os.strerror(number) in str(error.found)
    assert error.expected == "un dossier où Alliage peut écrire"
    assert str(error.next_step).endswith("puis relancer")
    assert content(parameters) == before


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.35, 0.5, 0.65, 1.1])
def test_killed_at_any_moment_the_state_belongs_to_the_warehouse(
    seconds: float, build: Path, tmp_path: Path
) -> None:
    parameters = builds.parameters(tmp_path, "r000")
    stage.run(build, parameters)
    worker = child(
        """
        from pathlib import Path
        import warehouse_builds as builds
        from transforms.warehouse import stage
        print("ready", flush=True)
        for number in range(1, 1000):
            stage.run(Path(sys.argv[2]), builds.parameters(Path(sys.argv[3]), f"r{number:03}"))
        """,
        str(build),
        str(tmp_path),
    )
    assert first_line(worker) == "ready"
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    sweep(parameters.warehouse, parameters.state)
    assert len(in_use(parameters)) == 8
    versions = kept(parameters.warehouse)
    assert {version.damage for version in versions} == {None}
    # The oldest one goes at the very end: one too many goes with the next publication.
    assert min(len(read_runs(parameters.state)), 10) <= len(versions) <= 11
    assert versions[0].run_id == published_run(parameters)
    assert list(leftovers(parameters.warehouse)) == []
    assert read_runs(parameters.state)[-1]["run_id"] == published_run(parameters)


def test_a_commit_that_the_system_refused_is_told_and_any_other_stays_a_fault(tmp_path: Path) -> None:
    refused = f"Failed to commit: Could not write file: {os.strerror(errno.ENOSPC)}"
    with pytest.raises(MachineError, match=r"Le disque est plein\."), machine_errors(tmp_path):
        raise duckdb.TransactionException(refused)
    with pytest.raises(duckdb.TransactionException), machine_errors(tmp_path):
        raise duckdb.TransactionException("Failed to commit: write-write conflict")
