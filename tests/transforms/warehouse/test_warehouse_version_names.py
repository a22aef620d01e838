"""The names by which people call a version."""

from pathlib import Path

import pytest
from warehouse_versions import publish, put_back

from transforms.errors import InputError
from transforms.warehouse import versions
from transforms.warehouse.stage import PublishParameters

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


@pytest.mark.parametrize("name", ["précédente", "publiée"])
def test_nothing_is_before_a_version_that_is_unknown(name: str, twice: PublishParameters) -> None:
    with twice.warehouse.open("ab") as file:
        file.write(b"x")
    with pytest.raises(InputError, match="La version en service est inconnue") as refused:
        versions.choose(twice.warehouse, name)
    assert refused.value.expected == "r2, r1"
