"""A part of the service that the machine does not let start, and the command of a flow run."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.serving import register
from flows.serving.child import Child, EndlessError
from flows.settings import settings
from transforms.errors import MachineError


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Child]:
    """A part of an installation of its own, which ends as soon as it has started."""
    monkeypatch.setenv("ALLIAGE_PREFECT_HOME", str(tmp_path / "prefect"))
    settings.cache_clear()
    one = Child("worker", "no.such.module")
    yield one
    one.end(patience=5)
    settings.cache_clear()


def test_what_the_machine_refuses_is_told_and_may_be_tried_for_ever(part: Child) -> None:
    whole, part._command = part._command, ["/nulle/part"]
    for _ in range(6):
        with pytest.raises(MachineError) as refused:
            part.start()
        assert not isinstance(refused.value, EndlessError)
    part._command = whole
    part.start()


def test_what_ends_again_and_again_is_given_up(part: Child) -> None:
    part._command = [sys.executable, "-S", "-c", ""]
    for _ in range(5):
        part.start()
        part.end(patience=5)
    with pytest.raises(EndlessError, match="ce qui lance les exécutions"):
        part.start()


def test_a_folder_with_a_space_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/mon dossier/.venv/bin/python")
    assert shlex.split(register.flow_command()) == [sys.executable, "-m", "flows.serving.flow_process"]
