"""The long form of `kill -9`: every stage, every step around the swap, the command itself, and recovery."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Timer

import pytest
from faults import BEGINNING, Moment, Night, kill, killed, night, rehearsed
from flow_commands import PROGRAM, start, where
from pipelines import Places
from wholeness import assert_recovers, assert_whole

from benchmarks.sample import generate

STAGES = ("intake", "standardise", "continuity", "match", "golden", "validate")
# Publication has some sixty steps; each of these stands for a few of the same kind that follow each other.
STEPS = 16
SECONDS = 240


@pytest.fixture(scope="module")
def tonight(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return night(tmp_path_factory.mktemp("night"), generate(companies=100, seed=23, roughness=1.5))


@pytest.mark.parametrize("share", [0.1, 0.45, 0.8])
@pytest.mark.parametrize("stage", STAGES)
def test_killed_within_a_stage(tonight: Night, stage: str, share: float, tmp_path: Path) -> None:
    tonight.survives(Moment(stage, share=share), tmp_path)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_killed_while_it_publishes(tonight: Night, share: float, tmp_path: Path) -> None:
    tonight.survives(Moment("publish", share=share), tmp_path)


@pytest.mark.parametrize("nth", range(STEPS))
def test_killed_at_a_step_of_publication(tonight: Night, nth: int, tmp_path: Path) -> None:
    steps = len(tonight.pace.steps["publish"])
    tonight.survives(Moment("publish", step=1 + nth * (steps - 1) // (STEPS - 1)), tmp_path)


@pytest.mark.parametrize("beyond", [0, 1, 2])
def test_killed_around_the_swap(tonight: Night, beyond: int, tmp_path: Path) -> None:
    tonight.survives(tonight.step("swap", beyond=beyond), tmp_path)


@pytest.mark.parametrize("swapped", [False, True], ids=["discarding", "completing"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_run_that_clears_up_is_killed_too(
    tonight: Night, swapped: bool, share: float, tmp_path: Path
) -> None:
    first = tonight.step("swap", beyond=swapped)
    pace = rehearsed(killed(tonight.before, tmp_path / "rehearsal", first, tonight.pace))
    # In place: what is staged names the path of its warehouse.
    places = killed(tonight.before, tmp_path / "hit", first, tonight.pace)
    second = Moment(BEGINNING, step=1 + int(share * len(pace.steps[BEGINNING])))
    assert kill(places, second, pace) == BEGINNING
    assert_whole(places, tonight.expected)
    assert_recovers(places, tonight.expected)


@pytest.mark.parametrize("last", ["Choix des valeurs", "Contrôle de la qualité"])
def test_the_command_is_killed_after_a_stage(tonight: Night, last: str, tmp_path: Path) -> None:
    places = Places(shutil.copytree(tonight.before.root, tmp_path / "installation"))
    home = tmp_path / "prefect"
    run = subprocess.Popen(
        [PROGRAM, "run", *where(places)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "ALLIAGE_PREFECT_HOME": str(home)},
    )
    try:
        _kill_after(run, last)
    finally:
        # The server that Prefect had started for the run.
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    assert_whole(places, tonight.expected)
    assert start("run", *where(places), prefect_home=home).code == 0
    assert_recovers(places, tonight.expected)


def _kill_after(run: "subprocess.Popen[str]", stage: str) -> None:
    """Kill the run once it has told that `stage` is done."""
    patience = Timer(SECONDS, run.kill)
    patience.start()
    assert run.stderr is not None
    with run.stderr:
        told = next((line for line in run.stderr if line.startswith(stage)), None)
        run.kill()
    patience.cancel()
    assert run.wait() == -signal.SIGKILL
    assert told is not None
