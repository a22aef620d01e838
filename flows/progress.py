"""Telling people what a run is doing: lines on a terminal, log lines in Prefect."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Protocol


class Teller(Protocol):
    """Somebody who is told what happens."""

    def doing(self, what: str) -> AbstractContextManager[object]:
        """`what` is going on for the length of the block."""

    def done(self, line: str) -> None:
        """A stage has ended."""


class PrefectLog:
    """Tells the log of the flow run."""

    def doing(self, what: str) -> AbstractContextManager[object]:
        """One log line at the start."""
        self.done(f"{what}…")
        return nullcontext()

    def done(self, line: str) -> None:
        """One log line."""
        from prefect import get_run_logger

        get_run_logger().info(line)


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
