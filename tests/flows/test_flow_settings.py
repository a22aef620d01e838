"""Every path and limit comes from the environment, or suits a checkout."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.settings import Settings

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ALLIAGE_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if field.annotation is Path]
)
def test_a_path_comes_from_its_variable(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert getattr(Settings(), name).is_relative_to(PROJECT)
    monkeypatch.setenv(f"ALLIAGE_{name.upper()}", str(tmp_path))
    assert getattr(Settings(), name) == tmp_path


def test_the_default_folders_are_those_of_the_project() -> None:
    settings = Settings()
    assert (settings.contracts / "clustr.yml").is_file()
    assert list((settings.raw / "clustr").glob("*.csv"))
    assert settings.warehouse == PROJECT / "data" / "clean" / "warehouse.duckdb"


def test_the_oldest_client_may_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLIAGE_STORAGE_VERSION", "v1.4.0")
    assert Settings().storage_version == "v1.4.0"


def test_settings_do_not_change_under_way() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().raw = Path("elsewhere")
