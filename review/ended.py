"""Sessions that somebody has left: a copy of their cookie opens nothing any more.

A session lives in its cookie, and goes on when the server starts again. So those that were left are kept on
disk, by a name that opens nothing, until they would have run out anyway.
"""

import secrets
import time
from pathlib import Path
from threading import Lock

from transforms.warehouse.files import machine_errors, write_text

FILE = "review.ended"


def new_session() -> str:
    """A name for a session that nobody can guess."""
    return secrets.token_urlsafe(16)


class Ended:
    """The sessions that were left and have not run out, kept in a file of `folder`; without, in memory."""

    def __init__(self, folder: Path | None, seconds: int) -> None:
        """Read those of earlier servers; `seconds` is how long a session lives.

        Raises:
            MachineError: the file can be neither read nor written.
        """
        self._place = folder / FILE if folder else None
        self._seconds = seconds
        self._lock = Lock()
        self._until: dict[str, float] = {}
        if self._place is not None and self._place.exists():
            with machine_errors(self._place):
                self._until = _read(self._place)
                self._put()

    def __contains__(self, session: object) -> bool:
        """Whether a session was left."""
        with self._lock:
            return session in self._until

    def end(self, session: str) -> None:
        """Let a session open nothing from now on, on the disk when this returns.

        Raises:
            MachineError: it cannot be written; until this server ends, the session is left all the same.
        """
        with self._lock:
            self._until[session] = time.time() + self._seconds
            if self._place is not None:
                with machine_errors(self._place):
                    self._put()

    def _put(self) -> None:
        now = time.time()
        self._until = {session: until for session, until in self._until.items() if until > now}
        if self._place is None:
            return
        self._place.parent.mkdir(parents=True, exist_ok=True)
        lines = (f"{session} {until:.0f}\n" for session, until in self._until.items())
        write_text(self._place, "".join(lines))


def _read(place: Path) -> dict[str, float]:
    lines = (line.split() for line in place.read_text(encoding="ascii", errors="replace").splitlines())
    return {line[0]: float(line[1]) for line in lines if len(line) == 2 and line[1].isdecimal()}
