"""What people read on standard error while a run goes on."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console


class _Stderr(Console):
    """Standard error, which whoever reads it may close without ending the run."""

    def on_broken_pipe(self) -> None:
        """Nobody looks any more: what comes goes nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)


class Terminal:
    """Tells people on standard error what a run is doing; results go to standard output."""

    def __init__(self) -> None:
        self._console = _Stderr(stderr=True, highlight=False)

    def doing(self, what: str) -> AbstractContextManager[object]:
        """A turning wheel on a terminal, nothing elsewhere."""
        return self._console.status(f"{what}…") if self._console.is_terminal else nullcontext()

    def done(self, line: str) -> None:
        """One plain line."""
        self._console.print(line, markup=False, soft_wrap=True)

    def reached(self, percent: float, what: str) -> None:
        """Nothing: the lines tell it."""

    def report(self, key: str, make: Callable[[], str]) -> None:
        """Nothing: the command says at its end what is to be said."""
