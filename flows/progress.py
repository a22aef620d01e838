"""Telling people what a run is doing: lines on a terminal; log lines, progress and a report in Prefect."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from itertools import accumulate
from typing import Protocol, cast
from uuid import UUID

# What part of a run each stage takes, as measured with 100,000 records; the report is the last.
_PARTS = (14, 17, 3, 18, 13, 15, 2, 15, 3)
_BEFORE = (0, *accumulate(_PARTS))
_PROGRESS = "avancement"


class Teller(Protocol):
    """Somebody who is told what happens."""

    def doing(self, what: str) -> AbstractContextManager[object]:
        """`what` is going on for the length of the block."""

    def done(self, line: str) -> None:
        """A stage has ended."""

    def reached(self, percent: float, what: str) -> None:
        """So far has the run come, and `what` begins."""

    def report(self, key: str, make: Callable[[], str]) -> None:
        """`make` gives what there is to say of the run as a whole (Markdown); it need not be called."""


_artifact: ContextVar[UUID | None] = ContextVar("artifact", default=None)


class PrefectLog:
    """Tells the flow run: lines in its log, its progress and its report as artifacts."""

    def doing(self, what: str) -> AbstractContextManager[object]:
        """One log line at the start."""
        self.done(f"{what}…")
        return nullcontext()

    def done(self, line: str) -> None:
        """One log line."""
        from prefect import get_run_logger

        get_run_logger().info(line)

    def reached(self, percent: float, what: str) -> None:
        """One artifact a run, which follows it."""
        from prefect.artifacts import create_progress_artifact, update_progress_artifact

        known = _artifact.get()
        if known is None or percent == 0:
            made = create_progress_artifact(percent, key=_PROGRESS, description=what)
            _artifact.set(cast(UUID, made))
        else:
            update_progress_artifact(known, percent, description=what)

    def report(self, key: str, make: Callable[[], str]) -> None:
        """One artifact; its key ties it to those of the runs before."""
        from prefect import get_run_logger
        from prefect.artifacts import create_markdown_artifact

        try:
            text = make()
            # The list of artifacts shows the description alone: there the verdict is to be read.
            verdict = text.partition("\n")[0].lstrip("# ")
            create_markdown_artifact(text, key=key, description=verdict)
        except Exception as error:
            # What failed here is told by its kind alone: the text may hold a cell of an export.
            get_run_logger().warning(f"Le compte rendu n'a pas pu être écrit ({type(error).__name__}).")


teller: ContextVar[Callable[[], Teller]] = ContextVar("teller", default=PrefectLog)
"""Who is told; the command line puts a terminal here."""


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Tell that `what` is going on for the length of the block; a teller that fails does not disturb it."""
    shown = ExitStack()
    with suppress(Exception):
        shown.enter_context(teller.get()().doing(what))
    try:
        yield
    finally:
        with suppress(Exception):
            shown.close()


def done(line: str) -> None:
    """Tell that a stage has ended, if the teller can."""
    with suppress(Exception):
        teller.get()().done(line)


def reached(stages: int, what: str) -> None:
    """Tell that `stages` of a run are done and `what` begins, if the teller can."""
    with suppress(Exception):
        teller.get()().reached(_BEFORE[min(stages, len(_PARTS) - 1)], what)


def ended() -> None:
    """Tell that a run has ended, however it did, if the teller can."""
    with suppress(Exception):
        teller.get()().reached(100, "Terminé")


def report(key: str, make: Callable[[], str]) -> None:
    """Tell a run as a whole, if the teller wants to."""
    with suppress(Exception):
        teller.get()().report(key, make)
