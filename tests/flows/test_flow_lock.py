"""One run at a time on one warehouse."""

from pathlib import Path

import pytest

from flows.lock import held
from transforms.errors import LockError, MachineError


def test_a_second_holder_is_refused_and_told_who_holds(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with (
        held(warehouse),
        pytest.raises(LockError, match=r"Trouvé : .*, processus \d+") as refused,
        held(warehouse),
    ):
        pytest.fail("two holders")
    assert refused.value.exit_code == 5
    assert refused.value.next_step is not None


def test_it_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with held(tmp_path / "warehouse.duckdb"):
            pass


def test_it_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path / "warehouse.duckdb"):
        1 / 0  # noqa: B018
    with held(tmp_path / "warehouse.duckdb"):
        pass


def test_a_refusal_does_not_free_it(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with held(warehouse):
        for _ in range(2):
            with pytest.raises(LockError), held(warehouse):
                pytest.fail("two holders")


def test_two_warehouses_have_two_locks(tmp_path: Path) -> None:
    with held(tmp_path / "one.duckdb"), held(tmp_path / "two.duckdb"):
        assert len(list(tmp_path.glob(".*.lock"))) == 2


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    with held(tmp_path / "new" / "folder" / "warehouse.duckdb"):
        assert (tmp_path / "new" / "folder").is_dir()


def test_a_file_in_the_place_of_the_folder_is_the_machine_s_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError), held(tmp_path / "file" / "warehouse.duckdb"):
        pytest.fail("held")
