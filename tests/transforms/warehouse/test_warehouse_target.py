"""What a publication may replace."""

from pathlib import Path

import duckdb
import pytest
from ruins import spoil

from transforms.errors import InputError
from transforms.warehouse import beside
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.target import check_storage_version, check_target


def foreign_database(path: Path) -> None:
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE runs (distance INTEGER)")


def empty_database(path: Path) -> None:
    duckdb.connect(str(path)).close()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("notes à garder", encoding="utf-8"),
        lambda path: path.write_bytes(b"x" * 9000),
        foreign_database,
        empty_database,
        Path.mkdir,
    ],
    ids=["text", "bytes", "other runs", "no table", "folder"],
)
def test_a_file_of_somebody_else_is_refused(make: object, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputError, match="n'est pas un entrepôt d'Alliage") as refused:
        check_target(path)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", ["contacts.duckdb", "essai.contacts.duckdb"])
def test_the_place_of_contacts_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fichier des contacts"):
        check_target(tmp_path / name)


def test_a_free_path_an_empty_file_and_a_warehouse_are_fine(
    published: PublishParameters, tmp_path: Path
) -> None:
    check_target(tmp_path / "absent" / "warehouse.duckdb")
    (tmp_path / "empty.duckdb").touch()
    check_target(tmp_path / "empty.duckdb")
    check_target(published.warehouse)


def test_a_ruin_of_ours_may_be_replaced_and_that_is_told(twice: PublishParameters) -> None:
    assert check_target(twice.warehouse) == ()
    spoil(twice.warehouse, opens=False)
    (remark,) = check_target(twice.warehouse)
    assert (remark.level, "abîmé" in remark.text) == ("warning", True)


def test_a_ruin_without_our_manifest_may_be_anybody_s(twice: PublishParameters) -> None:
    spoil(twice.warehouse, opens=False)
    beside.manifest(twice.warehouse).unlink()
    with pytest.raises(InputError, match="n'est pas un entrepôt d'Alliage"):
        check_target(twice.warehouse)


def test_another_s_database_is_not_replaced_even_beside_our_manifest(twice: PublishParameters) -> None:
    twice.warehouse.unlink()
    foreign_database(twice.warehouse)
    with pytest.raises(InputError, match="n'est pas un entrepôt d'Alliage"):
        check_target(twice.warehouse)


@pytest.mark.parametrize("version", ["v9.9", "1.2", "", "v1.2.0' --"])
def test_a_storage_version_that_no_duckdb_has_is_refused_with_the_allowed_form(version: str) -> None:
    with pytest.raises(InputError, match=r"v1\.2\.0"):
        check_storage_version(version)


@pytest.mark.parametrize("version", ["v1.2.0", "latest"])
def test_a_storage_version_of_duckdb_is_fine(version: str) -> None:
    check_storage_version(version)
