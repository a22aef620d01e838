"""Runs that end by SIGKILL at a moment that is known, and what must hold then and after the next run.

A child process runs all stages and tells which one it enters. Within a stage it is killed by the clock;
within publication and its preparation also by the step: a call that changes files, before which it kills
itself.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any

import pytest
from forks import CONTEXT
from pipelines import Places, run_all
from wholeness import Expected, assert_recovers, assert_whole, changed

from benchmarks.sample import Sample

BEGINNING, END = "begin", "end"
# The stages that change files step by step: renaming, deleting, syncing. The others only write their build.
BY_STEP = (BEGINNING, "publish")
_CHANGES = {"fsync", "mkdir", "pwrite", "replace", "rename", "rmdir", "sendfile", "unlink"}
_HOUSE = tuple(str(Path(__file__).parents[2] / folder) for folder in ("flows", "transforms"))
_HELPERS = ("fsync", "copy", "remove", "remove_at_once", "write_text")
_LONGEST = 120.0
_ATTEMPTS = 5


@dataclass(frozen=True)
class Moment:
    """Where a run is killed: after a share of the seconds of a stage, or before one of its steps."""

    stage: str
    share: float = 0.0
    step: int = 0

    def __str__(self) -> str:
        return f"{self.stage} step {self.step}" if self.step else f"{self.stage} {self.share:.0%}"


@dataclass(frozen=True)
class Told:
    """What a run tells when it enters a stage: when, and who asked for each step of the one before."""

    stage: str
    moment: float
    steps: tuple[str, ...]


class _Watch:
    """In the child: tells each stage that begins, counts steps, and kills the process at one of them."""

    def __init__(self, told: Connection, last: Moment) -> None:
        self._told = told
        self._last = last
        self._stage = ""
        self._steps: list[str] = []

    def enter(self, stage: str) -> None:
        sys.setprofile(None)
        self._told.send(Told(stage, monotonic(), tuple(self._steps)))
        self._stage, self._steps = stage, []
        if stage in BY_STEP:
            sys.setprofile(self._see)

    def _see(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or getattr(called, "__module__", None) != "posix":
            return
        if called.__name__ in _CHANGES:
            self._steps.append(_asked_by(frame))
            if (self._stage, len(self._steps)) == (self._last.stage, self._last.step):
                os.kill(os.getpid(), signal.SIGKILL)


def _asked_by(frame: FrameType | None) -> str:
    """The function of the house, helpers aside, that asks for a call."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(_HOUSE) and code.co_name not in _HELPERS:
            return code.co_name
        frame = frame.f_back
    return ""


def _run(places: Places, told: Connection, last: Moment) -> None:
    watch = _Watch(told, last)
    watch.enter(BEGINNING)
    run_all(places, entering=watch.enter)
    watch.enter(END)


class _Child:
    """A run in a process of its own."""

    def __init__(self, process: Any, told: Connection) -> None:
        self.process = process
        self.told: list[Told] = []
        self._connection = told

    def listen(self, until: str) -> None:
        """Hear what the run tells until it enters the stage `until` or ends."""
        while not self.told or self.told[-1].stage != until:
            if not self._connection.poll(_LONGEST):
                raise TimeoutError(f"the run hangs after {self.told[-1:]}")
            try:
                self.told.append(self._connection.recv())
            except EOFError:
                return


@contextmanager
def _child(places: Places, last: Moment) -> Iterator[_Child]:
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_run, args=(places, theirs, last))
    process.start()
    theirs.close()
    try:
        yield _Child(process, ours)
    finally:
        process.kill()
        process.join()
        ours.close()


@dataclass(frozen=True)
class Pace:
    """An undisturbed run: the seconds of each stage, and for each of its steps who asks for it."""

    seconds: dict[str, float]
    steps: dict[str, tuple[str, ...]]


def rehearsed(places: Places) -> Pace:
    """Run to the end, undisturbed, as a run does that will be killed."""
    with _child(places, Moment(END)) as child:
        child.listen(END)
        child.process.join(_LONGEST)
        assert child.process.exitcode == 0
    pairs = list(pairwise(child.told))
    return Pace(
        {now.stage: after.moment - now.moment for now, after in pairs},
        {now.stage: after.steps for now, after in pairs},
    )


@dataclass(frozen=True)
class Night:
    """An installation before its run, how that run goes when nothing happens, and what comes of it."""

    before: Places
    pace: Pace
    expected: Expected

    def survives(self, moment: Moment, root: Path) -> None:
        """Kill the run at `moment` in a copy in `root`; look at what is there; run again and look again."""
        places = killed(self.before, root, moment, self.pace)
        assert_whole(places, self.expected)
        assert_recovers(places, self.expected)

    def step(self, asked_by: str, *, beyond: int = 0) -> Moment:
        """The last step that the function `asked_by` asks for in publication, or one `beyond` it."""
        asked = [number for number, name in enumerate(self.pace.steps["publish"], 1) if name == asked_by]
        return Moment("publish", step=asked[-1] + beyond)


def night(root: Path, sample: Sample) -> Night:
    """A night on which members have joined and left and a steward has decided, in the folder `root`."""
    before = changed(root / "before", sample)
    twin = Places(shutil.copytree(before.root, root / "twin"))
    pace = rehearsed(twin)
    return Night(before, pace, Expected.of(before, twin))


def kill(places: Places, moment: Moment, pace: Pace, *, sooner: int = 1) -> str:
    """Kill a run of `places` at `moment`, by the clock `sooner` times as soon; the stage that it was in.

    Raises:
        TimeoutError: the run hangs.
    """
    with _child(places, moment) as child:
        if not moment.step:
            child.listen(moment.stage)
            sleep(moment.share * pace.seconds[moment.stage] / sooner)
            child.process.kill()
        child.listen(END)
        child.process.join(_LONGEST)
        assert child.process.exitcode in (0, -signal.SIGKILL)
    return child.told[-1].stage


def killed(prepared: Places, root: Path, moment: Moment, pace: Pace) -> Places:
    """A copy of the installation `prepared` whose run was killed at `moment`, in its stage for certain.

    A run that was quicker than `pace` may have left the stage: then another copy is killed sooner.
    """
    for attempt in range(_ATTEMPTS):
        places = Places(shutil.copytree(prepared.root, root / str(attempt)))
        if kill(places, moment, pace, sooner=2**attempt) == moment.stage:
            return places
    pytest.fail(f"no run was killed at {moment}")
