"""What is beyond its limit goes with the cleaning; what is newest, in service or being written stays."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pipelines import Places

from benchmarks.sample import exports
from flows import cleaning, retention
from flows.cleaning import CleanParameters, clean
from flows.dropped_decisions import FOLDER, LEDGER, TakenFile
from flows.settings import Settings
from transforms.warehouse import beside, versions
from transforms.warehouse.files import sha256_of

LONG_AGO = (datetime.now(UTC) - timedelta(days=400)).timestamp()


@pytest.fixture
def places(small_published: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    settings = Settings(prefect_home=tmp_path / "prefect")
    for module in (cleaning, retention):
        monkeypatch.setattr(module, "settings", lambda: settings)
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


def cleaned(places: Places, **more: object) -> set[str]:
    """What the cleaning removes, by name."""
    found = clean(CleanParameters(raw=places.raw, warehouse=places.warehouse, state=places.state, **more))
    return {one.path.name for one in found.removed}


def old(path: Path) -> Path:
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_an_export_goes_once_a_newer_one_is_there_and_it_is_old(places: Places) -> None:
    newest = old(places.raw / exports.CLUSTR_FILE)
    kept = newest.with_name("adherents_clustr_2016-09-01.csv")
    gone = newest.with_name("adherents_clustr_2015-09-01.csv")
    for path in (kept, gone):
        path.write_bytes(newest.read_bytes())
    old(gone)
    assert cleaned(places) == {gone.name}
    assert newest.exists()
    assert kept.exists()


def test_the_only_export_of_a_source_stays_however_old(places: Places) -> None:
    old(places.raw / exports.CLUSTR_FILE)
    old(places.raw / exports.NUMELINK_FILE)
    assert cleaned(places, exports_kept_days=1) == set()


def test_a_version_goes_by_age_unless_it_is_in_service(places: Places) -> None:
    (published,) = versions.kept(places.warehouse)
    other = published.folder.with_name("20200105T041500-0a1b2c")
    shutil.copytree(published.folder, other)
    path = other / beside.manifest(places.warehouse).name
    path.write_text(
        path.read_text().replace(published.run_id, other.name).replace('"ended_at": "2', '"ended_at": "1')
    )
    assert cleaned(places) == {other.name}
    assert published.folder.exists()


def test_logs_are_set_aside_then_go(places: Places, tmp_path: Path) -> None:
    logs = tmp_path / "prefect" / "logs"
    logs.mkdir(parents=True)
    (logs / "server.log").write_text("une ligne\n")
    aside = logs / "server.log.1"
    assert cleaned(places) == set()
    assert aside.read_text() == "une ligne\n"
    assert (logs / "server.log").read_text() == ""
    old(aside)
    assert cleaned(places) == {"server.log.1"}


def test_what_a_killed_cleaning_left_half_aside_is_set_aside(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "server.log").write_text("une ligne\nune autre\n")
    for left in ("", "une ligne\n"):
        (logs / "server.log.1").write_text(left)
        (logs / "server.log").write_text("une ligne\nune autre\n")
        retention.set_logs_aside(tmp_path)
        assert (logs / "server.log.1").read_text() == "une ligne\nune autre\n"
        assert (logs / "server.log").read_text() == ""
    (logs / "server.log").write_text("d'autres\n")
    retention.set_logs_aside(tmp_path)
    assert (logs / "server.log").read_text() == "d'autres\n"


def test_a_file_of_decisions_goes_once_all_of_it_was_taken_and_it_is_old(places: Places) -> None:
    folder = places.raw / FOLDER
    folder.mkdir()
    taken, new, refused = (folder / f"{name}.csv" for name in ("prises", "neuves", "refusées"))
    for number, path in enumerate((taken, new, refused)):
        path.write_text(f"verdict {number}\n")
        old(path)
    entries = [
        TakenFile(sha256=sha256_of(path), file=path.name, taken_at=datetime.now(UTC), lines=(), refused=count)
        for path, count in ((taken, 0), (refused, 1))
    ]
    (places.state / LEDGER).write_text("".join(one.model_dump_json() + "\n" for one in entries))
    assert cleaned(places, decisions_kept_days=500) == set()
    assert "| Fichiers de décisions pris en compte | 365 jours | 1 fichier" in retention.section(
        places.raw, places.warehouse, places.state
    )
    assert cleaned(places) == {taken.name}
    assert {path.name for path in folder.iterdir()} == {new.name, refused.name}


def test_the_report_of_a_run_tells_limits_and_what_is_beyond(places: Places) -> None:
    newest = places.raw / exports.CLUSTR_FILE
    gone = newest.with_name("adherents_clustr_2015-09-01.csv")
    gone.write_bytes(newest.read_bytes())
    old(gone)
    told = retention.section(places.raw, places.warehouse, places.state)
    assert "365 jours" in told
    assert "1 fichier ou dossier" in told
