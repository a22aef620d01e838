"""Exports that cannot be read: refused with every part that people need, and nothing else changes."""

import fcntl
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from disks import without_permission
from pipelines import Places
from refused import refusal
from refused_files import REFUSED_CSV, REFUSED_XLSX, Refused

from benchmarks.sample.exports import CLUSTR_FILE, NUMELINK_FILE
from transforms.errors import AlliageError, InputError, LockError, MachineError, Where


@dataclass(frozen=True)
class WithExports(Places):
    """An installation that reads its exports from elsewhere."""

    exports: Path

    @property
    def raw(self) -> Path:
        return self.exports


@pytest.fixture
def exports(small_published: Places, tmp_path: Path) -> WithExports:
    """An installation that has published, with exports that a test may spoil."""
    root = shutil.copytree(small_published.root, tmp_path / "installation")
    return WithExports(root, shutil.copytree(small_published.raw, tmp_path / "raw"))


def told(error: AlliageError) -> dict[str, object]:
    """An error as programs see it, without the id of its run."""
    said = error.as_dict()
    assert said.pop("run_id")
    return said


def expected(file: Refused, path: Path) -> dict[str, object]:
    return {
        "kind": "InputError",
        "exit_code": 2,
        "what": file.what,
        "where": {"file": path.name, "sheet": file.sheet, "line": file.line, "column": file.column},
        "found": file.found,
        "expected": file.expected,
        "next_step": file.next_step,
    }


@pytest.mark.parametrize("file", REFUSED_CSV.values(), ids=REFUSED_CSV)
def test_a_csv_is_refused_and_nothing_changes(file: Refused, exports: WithExports) -> None:
    path = exports.raw / CLUSTR_FILE
    path.write_bytes(file.content())
    assert told(refusal(exports)) == expected(file, path)


@pytest.mark.parametrize("file", REFUSED_XLSX.values(), ids=REFUSED_XLSX)
def test_a_workbook_is_refused_quickly_and_nothing_changes(file: Refused, exports: WithExports) -> None:
    path = exports.raw / NUMELINK_FILE
    path.write_bytes(file.content())
    started = time.perf_counter()
    error = refusal(exports)
    assert time.perf_counter() - started < 10
    assert told(error) == expected(file, path)


def gone(raw: Path) -> None:
    shutil.rmtree(raw)


def without_source(raw: Path) -> None:
    shutil.rmtree(raw / "numelink")


def emptied(raw: Path) -> None:
    (raw / NUMELINK_FILE).unlink()


def a_file(raw: Path) -> None:
    without_source(raw)
    (raw / "numelink").touch()


def another_kind(raw: Path) -> None:
    (raw / NUMELINK_FILE).rename(raw / "numelink" / "liste.doc")


NO_FOLDER = ("un dossier avec un sous-dossier par source", "vérifier le chemin donné avec --raw")
NO_EXPORT = (
    "un fichier *.xlsx",
    "déposer l'export dans ce dossier, ou donner une date « closed_on » passée au contrat si la source "
    "n'existe plus",
)


@pytest.mark.parametrize(
    ("spoil", "what", "place", "found", "remedy"),
    [
        (gone, "Le dossier des exports n'existe pas.", "raw", "aucun dossier", NO_FOLDER),
        (without_source, "Aucun export de Numelink.", "raw/numelink", "le dossier n'existe pas", NO_EXPORT),
        (emptied, "Aucun export de Numelink.", "raw/numelink", "un dossier vide", NO_EXPORT),
        (
            a_file,
            "Aucun export de Numelink.",
            "raw/numelink",
            "un fichier au lieu d'un dossier",
            NO_EXPORT,
        ),
        (another_kind, "Aucun export de Numelink.", "raw/numelink", "« liste.doc »", NO_EXPORT),
    ],
    ids=["no folder", "no folder of a source", "empty folder", "a file for a folder", "another kind of file"],
)
def test_a_missing_export_is_refused(
    spoil: Callable[[Path], None],
    what: str,
    place: str,
    found: str,
    remedy: tuple[str, str],
    exports: WithExports,
) -> None:
    spoil(exports.raw)
    error = refusal(exports)
    assert (type(error), error.what, error.found) == (InputError, what, found)
    assert error.where == Where(file=str(exports.raw.parent / place))
    assert (error.expected, error.next_step) == remedy


def test_another_run_in_progress(exports: WithExports, tmp_path: Path) -> None:
    path = exports.warehouse.with_name(".warehouse.duckdb.lock")
    with path.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate()
        lock.write("4321")
        lock.flush()
        error = refusal(exports)
    assert isinstance(error, LockError)
    assert error.where == Where(file=str(path))
    assert error.found == "un verrou tenu, processus 4321"
    assert error.expected == "une seule exécution à la fois"
    assert error.next_step == "attendre la fin de l'autre exécution, puis relancer"


def test_an_export_without_permission(exports: WithExports) -> None:
    path = exports.raw / CLUSTR_FILE
    with without_permission(path):
        error = refusal(exports)
    assert isinstance(error, MachineError)
    assert error.where == Where(file=path.name)
    assert error.found == "un fichier fermé à ce compte"
    assert error.expected == "un fichier lisible"
    assert error.next_step == "donner le droit de lecture au compte qui lance la fusion"
