"""A simulation tells what the merge will do, and leaves every byte as it was."""

import fcntl
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from changed_exports import shorter
from flow_commands import call
from pipelines import Places, rows, run_all

from benchmarks.sample import Sample, exports
from flows import runs
from flows.merge_members import walk
from flows.parameters import MergeParameters
from flows.progress import teller
from flows.scratch import SCRATCH
from flows.settings import Settings
from flows.simulation import Simulated, simulate
from flows.simulation_text import simulation_text
from flows.terminal import Terminal
from transforms.errors import InputError, LockError
from transforms.gates import Gate
from transforms.warehouse import beside


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


@pytest.fixture(autouse=True)
def _on_a_terminal() -> None:
    teller.set(Terminal)


def everything(places: Places) -> dict[Path, tuple[bytes, int, int]]:
    """Every file of an installation with its bytes, its age and its inode."""
    found = {path: path.stat() for path in places.root.rglob("*") if path.is_file()}
    return {path: (path.read_bytes(), stat.st_mtime_ns, stat.st_ino) for path, stat in found.items()}


def simulated(places: Places, **more: object) -> Simulated:
    return simulate(
        MergeParameters(raw=places.raw, warehouse=places.warehouse, state=places.state, **more), walk
    )


def scratch_folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))


def changed(places: Places, small: Sample) -> None:
    exports.write(replace(small, clustr=small.clustr.iloc[:-4]), places.raw, places.root / "truth.csv")


@pytest.mark.slow
def test_it_tells_what_the_merge_then_does_and_writes_nothing(
    places: Places, small: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A folder for scratch of its own: other tests simulate at the same time.
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    changed(places, small)
    before, folders = everything(places), scratch_folders()
    found = simulated(places)
    assert everything(places) == before
    assert scratch_folders() == folders
    assert (found.verdict, found.refused, found.first) == ("published", (), False)
    assert found.counts["left"] > 0
    assert "Simulation : la fusion serait publiée." in simulation_text(found)
    run_all(places)
    told = sorted(tuple(change.model_dump().values()) for change in found.changes)
    query = """
        SELECT kind, company_id, name, other_id, field, old_value, new_value
        FROM changes
        WHERE run_id = (SELECT max(run_id) FROM runs)
    """
    assert sorted(rows(places.warehouse, query), key=repr) == sorted(told, key=repr)


@pytest.mark.slow
def test_it_names_every_gate_that_would_refuse(
    places: Places, small: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports.write(shorter(small), places.raw, places.root / "truth.csv")
    monkeypatch.setattr(runs, "settings", lambda: Settings(group_limit=1))
    before = everything(places)
    found = simulated(places, force=frozenset({Gate.LARGEST_GROUP}))
    assert everything(places) == before
    assert found.verdict == "refused"
    assert [(one.gate, one.source) for one in found.refused] == [(Gate.FEWER_ROWS, "clustr")]
    assert {one.gate for one in found.gates if one.verdict == "lifted"} == {Gate.LARGEST_GROUP}
    # What would change is told all the same.
    assert found.counts["left"] > 0
    text = simulation_text(found)
    assert "la fusion serait refusée par 1 contrôle" in text
    assert "--force moins_de_lignes" in text


@pytest.mark.slow
def test_before_the_first_publication_everything_joins(small_published: Places, tmp_path: Path) -> None:
    places = small_published.twin(tmp_path)
    found = simulated(places)
    ((companies,),) = rows(small_published.warehouse, "SELECT count(*) FROM companies")
    assert (found.first, found.counts) == (True, {"joined": companies})
    assert sorted(path.name for path in places.root.iterdir()) == ["raw"]


def test_a_bad_export_is_told_by_the_places_in_service(places: Places) -> None:
    shutil.rmtree(places.raw / "clustr")
    before = everything(places)
    with pytest.raises(InputError) as refused:
        simulated(places)
    assert everything(places) == before
    assert SCRATCH not in str(refused.value)


def test_while_a_run_goes_on_it_leaves_with_a_clear_word(places: Places) -> None:
    with beside.lock(places.warehouse).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LockError, match="Une autre exécution est en cours"):
            simulated(places)


@pytest.mark.slow
def test_the_command_says_it_in_json(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--raw", places.raw, "--warehouse", places.warehouse, "--state", places.state]
    before = everything(places)
    said = call("simulate", *arguments, "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert everything(places) == before
    assert said.code == 0
    assert said.json["verdict"] == "published"
    assert said.json["changes"] == []
    assert said.json["warehouse"] == str(places.warehouse)
