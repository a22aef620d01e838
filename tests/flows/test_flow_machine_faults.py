"""A machine that cannot: the command says so, and leaves what was published as it is and nothing behind."""

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from disks import filled, read_only, small_disk, without_permission
from flow_commands import Command
from pipelines import Places, fingerprints, run_all
from wholeness import file_names

from transforms.errors import MachineError

pytestmark = pytest.mark.slow

NOT_WRITABLE = {
    "kind": "MachineError",
    "exit_code": 4,
    "what": "Le dossier n'est pas accessible en écriture.",
    "expected": "un dossier où Alliage peut écrire",
}


# The command makes a report besides; what these tests compare with was published without one.
REPORT = {"clean/rapport.html", "clean/rapport.pdf"}


def published_names(places: Places) -> set[str]:
    return file_names(places) - REPORT


@pytest.fixture(scope="module")
def after_two_runs(small_published: Places, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all files when nothing has gone wrong."""
    places = Places(shutil.copytree(small_published.root, tmp_path_factory.mktemp("two") / "installation"))
    run_all(places)
    return file_names(places)


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    """An installation that has published once, on a disk of its own."""
    disk = tmp_path / "disk"
    with small_disk(disk, megabytes=64):
        yield Places(shutil.copytree(small_published.root, disk / "installation"))


@dataclass(frozen=True)
class StateElsewhere(Places):
    """An installation whose state lies on another disk."""

    elsewhere: Path

    @property
    def state(self) -> Path:
        return self.elsewhere


def told(error: dict[str, Any], below: Path) -> dict[str, Any]:
    """An error without its run, its place and the system's words, which say what is wrong below `below`."""
    where = error.pop("where")
    assert where.pop("file").startswith(str(below))
    assert where == {"sheet": None, "line": None, "column": None}
    assert error.pop("found")
    error.pop("run_id")
    return error


FULL = {
    "kind": "MachineError",
    "exit_code": 4,
    "what": "Le disque est plein.",
    "expected": "de la place pour écrire ce fichier",
    "next_step": "libérer de la place sur ce disque, puis relancer",
}


def sizes(places: Places) -> int:
    """Bytes that a run needs at its height: its build, and the drafts of what it publishes."""
    published = [path for path in places.warehouse.parent.iterdir() if path.is_file()]
    return sum(path.stat().st_size for path in [places.build, *published])


@pytest.mark.parametrize(
    "share",
    [0.5, *(pytest.param(share, marks=pytest.mark.long) for share in (0, 0.2, 0.9))],
    ids="{:.0%} of the room it needs".format,
)
def test_a_disk_that_is_full(
    share: float, places: Places, after_two_runs: set[str], command: Command
) -> None:
    before = fingerprints(places)
    with filled(places.root.parent, room=int(share * sizes(places))):
        said = command(places)
    assert said.code == 4, said.err
    assert told(said.json["error"], places.root) == FULL
    assert "Le disque est plein." in said.err
    assert "À faire : libérer de la place sur ce disque, puis relancer" in said.err
    assert fingerprints(places) == before
    assert command(places).code == 0
    assert published_names(places) == after_two_runs


STAGES = ("intake", "standardise", "continuity", "match", "validate")


@pytest.mark.parametrize(
    "stage", ["golden", "publish", *(pytest.param(stage, marks=pytest.mark.long) for stage in STAGES)]
)
def test_a_disk_that_fills_up_before_a_stage(stage: str, places: Places, after_two_runs: set[str]) -> None:
    before = fingerprints(places)
    with ExitStack() as until_it_ends:

        def entering(name: str) -> None:
            if name == stage:
                until_it_ends.enter_context(filled(places.root.parent))

        with pytest.raises(MachineError) as refused:
            run_all(places, entering=entering)
    assert told(refused.value.as_dict(), places.root) == FULL
    assert fingerprints(places) == before
    run_all(places)
    assert published_names(places) == after_two_runs


def test_a_disk_that_is_full_before_the_first_run(places: Places, command: Command) -> None:
    never_run = Places(places.root.parent / "new")
    shutil.copytree(places.raw, never_run.raw)
    never_run.warehouse.parent.mkdir()
    never_run.state.mkdir()
    with filled(places.root.parent):
        said = command(never_run)
    assert said.code == 4, said.err
    assert told(said.json["error"], never_run.root) == FULL
    assert not never_run.warehouse.exists()
    assert command(never_run).code == 0


def test_a_full_disk_of_the_state(
    places: Places, small_published: Places, tmp_path: Path, command: Command
) -> None:
    """The run fails at its very end, when the next state is staged."""
    root = shutil.copytree(small_published.root, tmp_path / "installation")
    apart = StateElsewhere(root, places.state)
    before = fingerprints(apart)
    with filled(places.root.parent):
        said = command(apart)
    assert said.code == 4, said.err
    assert told(said.json["error"], tmp_path) == FULL
    assert fingerprints(apart) == before
    assert command(apart).code == 0


Forbids = Callable[[Path], AbstractContextManager[None]]
NO_PERMISSION: tuple[Forbids, int, str] = (
    without_permission, errno.EACCES, "donner les droits d'écriture sur ce dossier, puis relancer",
)  # fmt: skip
READ_ONLY: tuple[Forbids, int, str] = (
    read_only, errno.EROFS, "choisir un dossier qui n'est pas en lecture seule, puis relancer",
)  # fmt: skip


@pytest.mark.parametrize(
    ("forbid", "number", "next_step", "folder"),
    [
        pytest.param(*NO_PERMISSION, "clean", id="no permission to publish"),
        pytest.param(*READ_ONLY, "state", id="a state on a read-only disk"),
        pytest.param(*NO_PERMISSION, "state", id="no permission to keep state", marks=pytest.mark.long),
        pytest.param(*READ_ONLY, "clean", id="a warehouse on a read-only disk", marks=pytest.mark.long),
    ],
)
def test_a_folder_that_may_not_be_written(
    forbid: Forbids,
    number: int,
    next_step: str,
    folder: str,
    small_published: Places,
    after_two_runs: set[str],
    tmp_path: Path,
    command: Command,
) -> None:
    places = Places(shutil.copytree(small_published.root, tmp_path / "installation"))
    before = fingerprints(places)
    with forbid(places.root / folder):
        said = command(places)
    assert said.code == 4, said.err
    error = said.json["error"]
    assert os.strerror(number) in error["found"]
    assert told(error, places.root / folder) == {**NOT_WRITABLE, "next_step": next_step}
    assert f"À faire : {next_step}" in said.err
    assert fingerprints(places) == before
    assert command(places).code == 0
    assert published_names(places) == after_two_runs


def test_a_file_where_a_folder_should_be(small_published: Places, tmp_path: Path, command: Command) -> None:
    places = Places(shutil.copytree(small_published.root, tmp_path / "installation"))
    before = fingerprints(places)
    no_folder = tmp_path / "file"
    no_folder.touch()
    said = command(places, "--warehouse", no_folder / "warehouse.duckdb")
    assert said.code == 4
    error = said.json["error"]
    assert error["kind"] == "MachineError"
    assert error["where"]["file"].startswith(str(no_folder))
    assert all(error[part] for part in ("what", "found", "expected", "next_step"))
    assert str(no_folder) in said.err
    assert fingerprints(places) == before
