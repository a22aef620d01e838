"""One run at a time on one warehouse."""

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.lock import Patience, held, held_state, looking, patience
from transforms.errors import LockError, MachineError
from transforms.warehouse import beside


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


@pytest.fixture
def told() -> Iterator[list[str]]:
    """What a run of the service says, which waits for others."""
    lines: list[str] = []
    before = patience.set(Patience(10, lines.append))
    yield lines
    patience.reset(before)


def another(path: Path, seconds: float) -> None:
    """Another run holds the lock of `path` for some seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    threading.Timer(seconds, os.close, (descriptor,)).start()


def test_a_run_of_the_service_waits_for_one_that_still_ends(tmp_path: Path, told: list[str]) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    another(beside.lock(warehouse), 1.5)
    with held(warehouse):
        pass
    assert told == ["Une autre exécution est en cours sur cet entrepôt : celle-ci attend qu'elle se termine."]


def test_a_moment_is_not_worth_a_word(tmp_path: Path, told: list[str]) -> None:
    another(tmp_path / ".state.lock", 0.2)
    with looking(tmp_path / "warehouse.duckdb", tmp_path):
        pass
    with held_state(tmp_path):
        pass
    assert told == []


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
