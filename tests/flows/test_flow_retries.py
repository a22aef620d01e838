"""What is tried again, and what never is."""

import errno
from pathlib import Path
from typing import Any

import duckdb
import pytest
from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.retries import passing, retried
from transforms.errors import AlliageError, GateError, InputError, LockError, MachineError
from transforms.warehouse.files import machine_errors


def refused(error: Exception) -> Exception:
    """What a stage makes of a refusal of the system or of DuckDB."""
    with pytest.raises(MachineError) as told, machine_errors(Path("/invented")):
        raise error
    return told.value


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        OSError(errno.ESTALE, "Stale file handle"),
        OSError(errno.ETIMEDOUT, "Connection timed out"),
        duckdb.IOException("IO Error: Could not set lock on file"),
        duckdb.IOException("IO Error: Could not read from file: Input/output error"),
    ],
    ids=str,
)
def test_a_stumble_of_the_machine_is_tried_again(error: Exception) -> None:
    assert passing(refused(error))


@pytest.mark.parametrize(
    "error",
    [
        refused(OSError(errno.ENOSPC, "No space left on device")),
        refused(OSError(errno.EACCES, "Permission denied")),
        refused(OSError(errno.EROFS, "Read-only file system")),
        MachineError("Le disque est plein."),
        InputError("Aucun export."),
        GateError("Refusé."),
        LockError("Une autre exécution est en cours."),
        AlliageError("Erreur inattendue."),
        ValueError("Input/output"),
    ],
    ids=repr,
)
def test_what_says_the_same_next_time_is_not(error: Exception) -> None:
    assert not passing(error)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "calls"), [(errno.EIO, 3), (errno.ENOSPC, 1)], ids=["input/output error", "disk full"]
)
def test_a_task_is_tried_again_for_a_stumble_alone(prefect: None, number: int, calls: int) -> None:
    seen: list[int] = []
    quickly: dict[str, Any] = {**retried(), "retry_delay_seconds": 0}

    @task(cache_policy=NO_CACHE, **quickly)
    def write() -> None:
        seen.append(1)
        with machine_errors(Path("/invented")):
            raise OSError(number, "refused")

    @flow
    def run() -> None:
        write()

    with pytest.raises(MachineError):
        run()
    assert len(seen) == calls


def test_delays_are_few_and_small() -> None:
    how = retried()
    assert how["retries"] == len(how["retry_delay_seconds"]) <= 3
    assert sum(how["retry_delay_seconds"]) <= 15


def test_only_reading_and_writing_are_tried_again() -> None:
    from flows import merge_members as stages

    again = {name for name, one in vars(stages).items() if getattr(one, "retries", 0) and hasattr(one, "fn")}
    assert again == {"read_exports", "publish", "publish_copy"}
