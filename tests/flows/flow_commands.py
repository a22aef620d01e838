"""The command line, as a process of its own or inside this one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pipelines import Places

from flows import cli

PROGRAM = Path(sys.executable).with_name("alliage")


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The object on the last line of standard output."""
        content: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return content


Command = Callable[..., Said]
"""A command on an installation, in this process: its places, and more options."""


def start(*arguments: str | Path, prefect_home: Path) -> Said:
    """Run `alliage` as people do, with a Prefect of its own."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "ALLIAGE_PREFECT_HOME": str(prefect_home), "COLUMNS": "120"},
    )
    return Said(done.returncode, done.stdout, done.stderr)


def call(*arguments: str | Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """The same in this process, with the Prefect that the tests have started."""
    monkeypatch.setattr(sys, "argv", ["alliage", *map(str, arguments)])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return Said(int(ended.value.code or 0), said.out, said.err)


def where(places: Places) -> list[str | Path]:
    """The options of `alliage run` that name an installation."""
    return ["--raw", places.raw, "--warehouse", places.warehouse, "--state", places.state]
