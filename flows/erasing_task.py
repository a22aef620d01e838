"""What an erasure looks for in every place, and what may become of a place."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from transforms.suppression.matcher import Matcher
from transforms.warehouse import files

Left = Literal["by_hand", "held", "unseen"]
"""Why nobody may call a place clean: it holds the person and Alliage cannot write it; somebody else uses it;
Alliage cannot look into it."""


@dataclass(frozen=True)
class Task:
    """What is looked for in every place.

    Attributes:
        matcher: who.
        members: the rows that are theirs.
        fingerprints: those of their telephones in the register, wherever they stand.
        own_fingerprints: those that others have too: on these rows only.
        only_look: whether everything stays as it is.
        noting: is told of an export before it is replaced: the file, and its bytes before and after.
    """

    matcher: Matcher
    members: frozenset[str]
    fingerprints: frozenset[str] = frozenset()
    own_fingerprints: frozenset[str] = frozenset()
    only_look: bool = False
    noting: Callable[[Path, bytes, bytes], None] = lambda *_: None

    @property
    def elsewhere(self) -> Matcher:
        """Who is looked for where the name of a company may stand."""
        return self.matcher.without_names() if self.matcher.keeps_names else self.matcher

    def cut_of_theirs(self, text: str) -> str:
        """`text` of their rows without them: there a name that others bear too is theirs."""
        for member in sorted(self.members):
            text = self.elsewhere.cut(text, member)
        return text


@dataclass(frozen=True)
class Cleaned:
    """What became of a place: how many texts changed, and why it is not clean if it is not."""

    cells: int = 0
    left: Left | None = None


class NotCleanError(Exception):
    """A place could not be made to forget, or not be looked into."""

    def __init__(self, left: Left) -> None:
        super().__init__(left)
        self.left = left


def replace(path: Path, content: bytes) -> None:
    """Put other bytes into a file, whose mode and age stay: an erasure does not let it be kept for longer."""
    before = path.stat()
    files.write_bytes(path, content, mode=before.st_mode & 0o777)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
