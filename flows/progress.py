"""Telling people what a run is doing: lines on a terminal, log lines in Prefect."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
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
