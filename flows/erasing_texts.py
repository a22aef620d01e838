"""Files of text without a person: journals, states, notes, and the logs that the service is writing."""

import codecs
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from flows.erasing_places import Place
from flows.erasing_task import NotCleanError, Task, replace
from transforms.personal import MASK
from transforms.suppression.matcher import Matcher

# So much of a file that is no table and no text is not a list of members.
_LARGEST_TEXT = 50_000_000
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What is no UTF-8 is read as Windows writes it: one byte a sign, and every byte comes back as it was.
_WINDOWS = ("cp1252", "surrogateescape")
_BEGINNING = 8000


def clean_text(place: Place, task: Task) -> int:
    """A text without the person; how many times they stood in it.

    Raises:
        NotCleanError: the file is too large or no text and holds them, or cannot be looked into.
    """
    if place.path.suffix != ".jsonl" or task.only_look:
        return _cleaned(place, task)
    # Stewards go on judging: nobody may add to a journal between its reading and its writing.
    with place.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return _cleaned(place, task)


def clean_log(place: Place, task: Task) -> int:
    """A log without the person, byte for byte as long as before, written where it lies.

    Whoever writes it holds it open, and adds to its end meanwhile: another file under its name would be
    written no more, and a shorter one would end in the middle of a line that is written just then.
    """
    before = place.path.stat()
    found, at = 0, 0
    with place.path.open("rb" if task.only_look else "r+b") as file:
        for line in file.readlines():
            for start, end in _spans(line, task.elsewhere):
                found += 1
                if not task.only_look:
                    os.pwrite(file.fileno(), MASK.encode().ljust(end - start)[: end - start], at + start)
            at += len(line)
        if found and not task.only_look:
            os.fsync(file.fileno())
    if found and not task.only_look:
        os.utime(place.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return found


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file, from 1; one that is no UTF-8 is read as Windows writes it."""
    data = path.read_bytes()
    if data.startswith(_UTF_16):
        yield from enumerate(data.decode("utf-16", "replace").splitlines(), 1)
        return
    for number, line in enumerate(data.splitlines(), 1):
        try:
            yield number, line.decode()
        except UnicodeDecodeError:
            yield number, line.decode(*_WINDOWS)


def require_text(path: Path) -> None:
    """Refuse a file that is no text.

    Raises:
        NotCleanError: what stands in it may be packed so that it cannot be found.
    """
    with path.open("rb") as file:
        if _is_opaque(file.read(_BEGINNING)):
            raise NotCleanError("unseen")


def _is_opaque(beginning: bytes) -> bool:
    if beginning.startswith(_UTF_16):
        return False
    return beginning.startswith(b"%PDF") or b"\0" in beginning


def _readings(data: bytes) -> list[str]:
    """A file of text in every encoding in which it may be meant."""
    if data.startswith(_UTF_16):
        return [data.decode("utf-16", "replace")]
    text = data.decode("utf-8", "surrogateescape")
    return [text] if _is_utf_8(text) else [text, data.decode(*_WINDOWS)]


def _cleaned(place: Place, task: Task) -> int:
    if place.path.stat().st_size > _LARGEST_TEXT:
        raise NotCleanError("by_hand")
    data = place.path.read_bytes()
    if _is_opaque(data[:_BEGINNING]):
        is_held = any(task.elsewhere.holds(text) for text in (data.decode(*_WINDOWS), _without_zeros(data)))
        raise NotCleanError("by_hand" if is_held else "unseen")
    after = _cut(data, task.elsewhere)
    if after == data:
        return 0
    if not task.only_look:
        if place.kind == "export":
            task.noting(place.path, data, after)
        replace(place.path, after)
    return sum(len(task.elsewhere.mentions(text)) for text in _readings(data)) or 1


def _without_zeros(data: bytes) -> str:
    return data.replace(b"\0", b"").decode("utf-8", "replace")


def _cut(data: bytes, matcher: Matcher) -> bytes:
    if data.startswith(_UTF_16):
        text = data.decode("utf-16", "replace")
        after = _cut_lines(text, matcher)
        return data if after == text else after.encode("utf-16")
    text = data.decode("utf-8", "surrogateescape")
    data = _cut_lines(text, matcher).encode("utf-8", "surrogateescape")
    if _is_utf_8(text):
        return data
    return _cut_lines(data.decode(*_WINDOWS), matcher).encode(*_WINDOWS)


def _cut_lines(text: str, matcher: Matcher) -> str:
    """Line by line: the end of one and the beginning of the next are not one name."""
    return "".join(matcher.cut(line) for line in text.splitlines(keepends=True))


def _is_utf_8(text: str) -> bool:
    return not any("\udc80" <= sign <= "\udcff" for sign in text)


def _spans(line: bytes, matcher: Matcher) -> Iterator[tuple[int, int]]:
    """Where a person stands in a line, in bytes, each byte once."""
    text = line.decode("utf-8", "surrogateescape")
    found = [tuple(_size(text[:at]) for at in (one.start, one.end)) for one in matcher.mentions(text)]
    if not _is_utf_8(text):
        found += [(one.start, one.end) for one in matcher.mentions(line.decode(*_WINDOWS))]
    done = 0
    for start, end in sorted(found):
        if end > done:
            yield max(start, done), end
            done = end


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
