"""Damage to a file: bytes flipped, cut, repeated, swapped, zeroed; in a workbook also inside its parts."""

import io
import zipfile
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytearray, Random], None]

_LONGEST_BLOCK = 4_000
_MOST_MUTATIONS = 4
# What hurts readers of text most: quotes, delimiters, line ends, marks of encodings, control characters.
_NASTY = (
    *(b'"', b";", b"\n", b"\r", b"\0", b"\t", b",", b'";"', b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xe9"),
    *(b"=1+1", b"\xe2\x80\x8f", b"\xed\xa0\x80", b"\x1a", b"</row>", b"<v>", b"&#0;", b'r="A1"', b"99999999"),
)


def damaged(data: bytes, dice: Random) -> bytes:
    """`data` after one to four mutations."""
    mutable = bytearray(data)
    for _ in range(dice.randint(1, _MOST_MUTATIONS)):
        if mutable:
            dice.choice(MUTATIONS)(mutable, dice)
    return bytes(mutable)


def damaged_workbook(data: bytes, dice: Random) -> bytes:
    """A workbook damaged as a file, or inside one of its parts, which are then zipped again."""
    if dice.random() < 0.4:
        return damaged(data, dice)
    parts = _parts(data)
    # The sheets and the shared texts hold the members; the other parts are damaged less often.
    likely = [name for name in parts if "sheet" in name.lower() or "shared" in name.lower()]
    name = dice.choice(likely if dice.random() < 0.8 else list(parts))
    return _zipped({**parts, name: damaged(parts[name], dice)})


def _flip(data: bytearray, dice: Random) -> None:
    for _ in range(dice.choice((1, 1, 3, 20))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _cut_end(data: bytearray, dice: Random) -> None:
    del data[dice.randrange(len(data)) :]


def _cut_middle(data: bytearray, dice: Random) -> None:
    start, end = _block(data, dice)
    del data[start:end]


def _repeat(data: bytearray, dice: Random) -> None:
    start, end = _block(data, dice)
    data[end:end] = data[start:end] * dice.randint(1, 3)


def _swap(data: bytearray, dice: Random) -> None:
    """Exchange two blocks that do not overlap, or do nothing to the last byte of a short file."""
    a, b, c, d = sorted(dice.randrange(len(data) + 1) for _ in range(4))
    b, d = min(b, a + _LONGEST_BLOCK), min(d, c + _LONGEST_BLOCK)
    data[a:d] = data[c:d] + data[b:c] + data[a:b]


def _zero(data: bytearray, dice: Random) -> None:
    start, end = _block(data, dice, longest=200)
    data[start:end] = bytes(end - start)


def _insert(data: bytearray, dice: Random) -> None:
    for _ in range(dice.choice((1, 1, 2, 30))):
        at = dice.randrange(len(data) + 1)
        data[at:at] = dice.choice(_NASTY)


def _move_line(data: bytearray, dice: Random) -> None:
    """Put one line elsewhere, as sorting does to a header."""
    lines = bytes(data).split(b"\n")
    line = lines.pop(dice.choice((0, dice.randrange(len(lines)))))
    lines.insert(dice.randrange(len(lines) + 1), line)
    data[:] = b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _cut_end, _cut_middle, _repeat, _swap, _zero, _insert, _move_line),
)


def _block(data: bytearray, dice: Random, longest: int = _LONGEST_BLOCK) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, min(len(data), start + dice.randint(1, longest))


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()
