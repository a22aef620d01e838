"""Who may open the folder of what is published."""

import stat
from pathlib import Path

import pytest

from transforms.warehouse.modes import make_publication_folder


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "données" / "clean"
    make_publication_folder(folder)
    assert _mode(folder) == 0o700


@pytest.mark.parametrize("there", [[], [".gitkeep"]])
def test_an_empty_folder_of_a_checkout_is_closed(tmp_path: Path, there: list[str]) -> None:
    folder = tmp_path / "clean"
    folder.mkdir()
    folder.chmod(0o755)
    for name in there:
        (folder / name).touch()
    make_publication_folder(folder)
    assert _mode(folder) == 0o700


def test_a_folder_in_use_stays_as_its_owner_opened_it(tmp_path: Path) -> None:
    folder = tmp_path / "clean"
    make_publication_folder(folder)
    (folder / "warehouse.duckdb").touch()
    folder.chmod(0o750)
    make_publication_folder(folder)
    assert _mode(folder) == 0o750
