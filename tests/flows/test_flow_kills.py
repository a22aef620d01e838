"""`kill -9` in the middle of a run: the published file is whole, and a normal run makes good the rest."""

from pathlib import Path

import pytest
from faults import Moment, Night, night

from benchmarks.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tonight(small: Sample, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return night(tmp_path_factory.mktemp("night"), small)


@pytest.mark.parametrize("stage", [pytest.param("match", marks=pytest.mark.long), "validate"])
def test_killed_in_the_middle_of_a_stage(tonight: Night, stage: str, tmp_path: Path) -> None:
    tonight.survives(Moment(stage, share=0.5), tmp_path)


def test_killed_just_before_the_swap(tonight: Night, tmp_path: Path) -> None:
    tonight.survives(tonight.step("swap"), tmp_path)


def test_killed_just_after_the_swap(tonight: Night, tmp_path: Path) -> None:
    tonight.survives(tonight.step("swap", beyond=1), tmp_path)


def test_killed_while_the_state_follows(tonight: Night, tmp_path: Path) -> None:
    tonight.survives(tonight.step("append_run"), tmp_path)
