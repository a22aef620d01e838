"""A process of the service as the service sees it: started, looked at, started again, ended."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from flows.serving import holders, places
from flows.serving.surroundings import surroundings
from transforms.errors import MachineError
from transforms.warehouse.files import machine_errors

_MOST_STARTS = 5
_WITHIN_SECONDS = 600.0
_LARGEST_LOG = 5_000_000


class EndlessError(MachineError):
    """A part that ends again and again."""


class Child:
    """One part of the service, of that `name`: a module and its arguments."""

    def __init__(self, name: str, module: str, arguments: Sequence[str] = ()) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "flows.serving.part", name, module, *arguments]
        self._starts: deque[float] = deque(maxlen=_MOST_STARTS)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a group of its own: Ctrl-C is for the service alone, which ends its parts in order.

        Raises:
            EndlessError: it has ended too often.
            MachineError: the machine does not let it start, for want of memory or disk perhaps only for now.
        """
        now = time.monotonic()
        if len(self._starts) == _MOST_STARTS and now - self._starts[0] < _WITHIN_SECONDS:
            raise self.failed("il s'arrête sans cesse", EndlessError)
        path = places.log(self.name)
        with machine_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > _LARGEST_LOG:
                path.replace(path.with_suffix(".log.1"))
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as log, machine_errors(Path(sys.executable)):
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                self._command,
                cwd=places.PROJECT,
                env=surroundings() | {"ALLIAGE_SERVICE_PID": str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._starts.append(now)

    def code(self) -> int | None:
        """How it ended, or nothing while it lives."""
        return self._process.poll() if self._process else 0

    def end(self, *, patience: float) -> None:
        """End it, politely at first, and wait until it has."""
        if not self._process:
            return
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def failed(self, found: str, kind: type[MachineError] = MachineError) -> MachineError:
        """The error that tells that this part does not work."""
        return kind(
            f"Une partie du service ne marche pas : {_FRENCH[self.name]}.",
            found=found,
            next_step=f"lire la fin de {places.log(self.name)}, corriger, puis relancer make serve",
        )


def end_left_over() -> None:
    """End what an earlier service of this installation has left, when it was killed."""
    for lock in (
        places.lock("register"),
        places.lock("watch"),
        places.lock("worker"),
        places.lock("review"),
        *places.runs().glob("*.lock"),
        places.lock("server"),
    ):
        holders.end(lock, patience=10)


_FRENCH = {
    "server": "le serveur de l'interface web",
    "worker": "ce qui lance les exécutions",
    "register": "l'enregistrement de prefect.yaml",
    "watch": "le contrôle du matin",
    "review": "la page des gestionnaires",
}
