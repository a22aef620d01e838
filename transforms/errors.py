"""The errors that Alliage raises on purpose: each says what, where, found, expected and what to do next.

Messages are French, because data staff read them; each class carries the exit code of the command line.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Where:
    """A place in an export: file, sheet, line and column, as far as they are known."""

    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = (
            self.file,
            self.sheet and f"feuille « {self.sheet} »",
            self.line and f"ligne {self.line}",
            self.column and f"colonne « {self.column} »",
        )
        return ", ".join(part for part in parts if part)


class AlliageError(Exception):
    """Base of all errors of the project; shown to people, so every part is written for them.

    Args:
        what: what is wrong, one French sentence.
        where: the place, if there is one.
        found: what was found there.
        expected: what should have been there.
        next_step: what the reader can do now.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: Where | None = None,
        found: str | None = None,
        expected: str | None = None,
        next_step: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.found = found
        self.expected = expected
        self.next_step = next_step
        self.run_id: str | None = None
        super().__init__(self._text())

    def as_dict(self) -> dict[str, Any]:
        """The parts, for programs."""
        return {
            "kind": type(self).__name__,
            "exit_code": self.exit_code,
            "run_id": self.run_id,
            "what": self.what,
            "where": asdict(self.where) if self.where else None,
            "found": self.found,
            "expected": self.expected,
            "next_step": self.next_step,
        }

    def _text(self) -> str:
        labelled = (
            ("Où", str(self.where) if self.where else None),
            ("Trouvé", self.found),
            ("Attendu", self.expected),
            ("À faire", self.next_step),
        )
        return "\n".join([self.what, *(f"  {label} : {text}" for label, text in labelled if text)])


class InputError(AlliageError):
    """Bad use, or an input that cannot be read."""

    exit_code = 2


class GateError(AlliageError):
    """A gate refused publication; the old warehouse is untouched."""

    exit_code = 3


class MachineError(AlliageError):
    """The machine refused: disk full, no permission."""

    exit_code = 4


class LockError(AlliageError):
    """Another run has the lock."""

    exit_code = 5
