"""Cleaning: what goes, what stays, and that looking changes nothing."""

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flow_commands import call
from pipelines import Places, fingerprints, run_all

from flows.cleaning import Cleaned, CleanParameters, clean, cleaned_text
from flows.scratch import INSIDE, SCRATCH, scratch_folder
from transforms.warehouse import beside, versions
from transforms.warehouse.runs import read_runs

LONG_AGO = (datetime.now(UTC) - timedelta(days=200)).timestamp()


@pytest.fixture(scope="module")
def lived(small_published: Places, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published three times."""
    places = Places(shutil.copytree(small_published.root, tmp_path_factory.mktemp("lived") / "installation"))
    for _ in range(2):
        run_all(places)
    return places


@pytest.fixture
def places(lived: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(lived.root, tmp_path / "installation"))


@pytest.fixture
def leftovers(places: Places) -> list[Path]:
    """What runs that were killed have left."""
    clean = places.warehouse.parent
    build = clean / ".build-warehouse-20260105T041500-0a1b2c.duckdb"
    draft = clean / f".warehouse.duckdb{beside.STAGED}20260105T041500-0a1b2c.duckdb"
    half = beside.versions(places.warehouse) / f"{beside.STAGED}20260105T041500-0a1b2c"
    build.write_bytes(b"half")
    draft.write_bytes(b"half")
    half.mkdir()
    return [build, draft, half]


def cleaned(places: Places, **more: object) -> Cleaned:
    return clean(CleanParameters(warehouse=places.warehouse, state=places.state, **more))


def test_versions_beyond_the_number_go_and_the_published_one_stays(places: Places) -> None:
    published = versions.published_run(places.warehouse)
    before, log = fingerprints(places), read_runs(places.state)
    found = cleaned(places, versions_kept=1)
    assert [one.kind for one in found.removed] == ["version", "version"]
    assert all(one.bytes > 0 and not one.path.exists() for one in found.removed)
    assert [one.run_id for one in versions.kept(places.warehouse)] == [published]
    assert fingerprints(places) == before
    assert read_runs(places.state) == log


def test_leftovers_go(places: Places, leftovers: list[Path]) -> None:
    found = cleaned(places)
    assert {one.path for one in found.removed if one.kind == "leftover"} == set(leftovers)
    assert not any(path.exists() for path in leftovers)


def test_a_state_staged_for_another_warehouse_stays(places: Places, tmp_path: Path) -> None:
    staged = places.state / f"{beside.STAGED}20260105T041500-0a1b2c"
    staged.mkdir()
    (staged / "warehouse.txt").write_text(f"{tmp_path / 'autre.duckdb'}\n")
    cleaned(places)
    assert staged.exists()


def test_old_workbooks_go_and_those_of_the_last_merge_stay(places: Places) -> None:
    old, new = (beside.rejects(places.warehouse) / f"{name}{beside.WORKBOOK}" for name in ("gone", "clustr"))
    for path in (old, new):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    os.utime(old, (LONG_AGO, LONG_AGO))
    found = cleaned(places, workbooks_kept_days=90)
    assert [one.path for one in found.removed if one.kind == "workbook"] == [old]
    assert new.exists()
    assert not old.exists()


def test_scratch_of_a_killed_simulation_goes_and_that_of_a_running_one_stays(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old = Path(tempfile.mkdtemp(prefix=SCRATCH))
    (old / INSIDE).mkdir()
    with scratch_folder() as new:
        cleaned(places)
        assert [old.exists(), new.exists()] == [False, True]


def test_only_showing_removes_nothing(places: Places, leftovers: list[Path]) -> None:
    found = cleaned(places, versions_kept=1, only_show=True)
    assert {one.kind for one in found.removed} == {"version", "leftover"}
    assert all(one.path.exists() for one in found.removed)
    assert cleaned_text(found).startswith("À supprimer : 2 versions anciennes, 3 restes d'exécutions")


def test_the_command_says_what_it_removed(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--warehouse", places.warehouse, "--state", places.state]
    said = call("clean", "--versions", "1", *where, monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 0
    assert said.out.startswith("Supprimé : 2 versions anciennes, 0 reste")
    again = call("clean", "--versions", "1", *where, "--json", monkeypatch=monkeypatch, capsys=capsys)
    assert again.json["removed"] == []
