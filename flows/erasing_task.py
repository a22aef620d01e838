"""What an erasure looks for in every place, and what may become of a place."""

import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from flows.people import Subject
from transforms.continuity.traits import french_phone, phone_fingerprint
from transforms.standardise.contacts import standardise_phones
from transforms.suppression.identifiers import phone_value
from transforms.suppression.matcher import Matcher, entries_of
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

    @classmethod
    def about(cls, found: Subject, key: str, *, keeps_names: bool = False) -> "Task":
        """To look for whom a question is about; `key` is that of the installation's fingerprints."""
        identity = found.identity
        return cls(
            Matcher(key, frozenset(entries_of(identity, key)), keeps_names),
            identity.members,
            _fingerprints(found, identity.phones, key),
            _fingerprints(found, identity.own_phones, key),
            only_look=True,
        )

    @property
    def elsewhere(self) -> Matcher:
        """Who is looked for where the name of a company may stand."""
        return self.matcher.without_names() if self.matcher.keeps_names else self.matcher

    def cut_of_theirs(self, text: str) -> str:
        """`text` of their rows without them: there a name that others bear too is theirs."""
        for member in sorted(self.members):
            text = self.elsewhere.cut(text, member)
        return text

    def fingerprints_in(self, register: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """The lines of the register, from 1, that hold their telephones: line, member, fingerprints."""
        rows = csv.reader(io.StringIO(register.read_bytes().decode(), newline=""))
        for cells in rows:
            member = ":".join(cells[:2])
            known = self.fingerprints | (self.own_fingerprints if member in self.members else frozenset())
            # A row that takes several lines ends with its fingerprints.
            if found := tuple(one for one in cells if one in known):
                yield rows.line_num, member, found


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


def _fingerprints(found: Subject, phones: frozenset[str], key: str) -> frozenset[str]:
    """Those by which the register knows telephones, given by their last nine digits, foreign ones too."""
    said = [row.cells["phone"] for row in found.rows if row.cells.get("phone")]
    said += [found.question.text] * (found.question.phone is not None)
    numbers = standardise_phones(pd.Series(said, dtype="str"))["phone"].dropna()
    known = {number for number in numbers if phone_value(number) in phones}
    return frozenset(phone_fingerprint(key, one) for one in {*known, *map(french_phone, phones)})
