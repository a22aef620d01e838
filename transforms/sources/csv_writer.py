"""Changing some cells of a CSV file and not one other byte of it."""

import codecs
import re
from collections.abc import Callable, Mapping

from transforms.sources.encoding import decode
from transforms.sources.text import REPLACEMENT

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODECS = {"cp1252": "sloppy-windows-1252"}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")
_ESCAPED = re.compile("[\udc80-\udcff]")
_ASCII = {"…": "...", "’": "'", "œ": "oe", "Œ": "OE"}

Place = tuple[int, int]


class UnwritableError(Exception):
    """The file cannot be changed without a risk for what else it holds."""


def with_changed_cells(data: bytes, delimiter: str, changes: Mapping[Place, tuple[str, str]]) -> bytes:
    """The file with other texts in some cells; encoding, delimiter, quotes and line ends stay.

    Args:
        data: the bytes of the file.
        delimiter: what parts its cells.
        changes: for the line where a row begins and the position of a cell, both from 1, the text that is
            there and the one that shall be.

    Raises:
        UnwritableError: the bytes cannot be decoded and encoded again without loss, or a cell is not where it
            should be.
    """
    text, encoded = _opened(data)
    pieces = [match[0] for match in _LINE.finditer(text)]
    rows: dict[int, dict[int, tuple[str, str]]] = {}
    for (line, position), change in changes.items():
        rows.setdefault(line, {})[position] = change
    for line, cells in sorted(rows.items(), reverse=True):
        last = _changed_row(pieces, line - 1, delimiter, cells)
        if last is None:
            raise UnwritableError
    return encoded("".join(pieces))


def _changed_row(
    pieces: list[str], first: int, delimiter: str, cells: Mapping[int, tuple[str, str]]
) -> int | None:
    """Change cells of the row that begins on the line `first`, which may go over several; None: not found."""
    # Most rows are one line; one with line breaks in its cells ends where all of them have been found.
    for last in range(first, min(first + 40, len(pieces))):
        row = "".join(pieces[first : last + 1])
        spans = _spans(row, delimiter)
        if spans is None:
            continue
        if all(_is(row, spans, position, before) for position, (before, _) in cells.items()):
            for position, (_, after) in sorted(cells.items(), reverse=True):
                start, end = spans[position - 1]
                now = after.replace("\n", "\r\n") if "\r\n" in row[start:end] else after
                row = f"{row[:start]}{_quoted(now, row[start:end], delimiter)}{row[end:]}"
            pieces[first : last + 1] = [row, *[""] * (last - first)]
            return last
    return None


def _spans(row: str, delimiter: str) -> list[tuple[int, int]] | None:
    """Where the cells of a row stand, quotes included; None if a quote is still open at its end.

    A line break outside quotes is part of the cell: where a row was cut in two, it is one again.
    """
    end = len(row.rstrip("\r\n"))
    spans: list[tuple[int, int]] = []
    at = 0
    while True:
        start = at
        if row[at : at + 1] == '"':
            at = _closing(row, at + 1, end)
            if at < 0:
                return None
        at = row.find(delimiter, at, end)
        if at < 0:
            return [*spans, (start, end)]
        spans.append((start, at))
        at += 1


def _closing(row: str, at: int, end: int) -> int:
    """Behind the quote that closes a cell; -1 if none does."""
    while (quote := row.find('"', at, end)) >= 0:
        if row[quote + 1 : quote + 2] != '"':
            return quote + 1
        at = quote + 2
    return -1


def _is(row: str, spans: list[tuple[int, int]], position: int, before: str) -> bool:
    if position > len(spans):
        return False
    start, end = spans[position - 1]
    return _plain(_unquoted(row[start:end])) == _plain(before)


def _plain(text: str) -> str:
    """A text as the reader shows it: line ends alike, foreign bytes as it takes them."""
    text = re.sub(r"\r\n|\r", "\n", text).replace("\0", "").strip('"')
    return _ESCAPED.sub(lambda sign: _foreign(sign[0]), text).rstrip("\n")


def _foreign(sign: str) -> str:
    return bytes([ord(sign) - 0xDC00]).decode("sloppy-windows-1252")


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell.startswith('"') and cell.rstrip().endswith('"'):
        return cell.rstrip()[1:-1].replace('""', '"')
    return cell


def _quoted(text: str, old: str, delimiter: str) -> str:
    needs = old.startswith('"') or any(sign in text for sign in (delimiter, '"', "\n", "\r"))
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if needs and text else text


def _opened(data: bytes) -> tuple[str, Callable[[str], bytes]]:
    """The text of a file, and what makes bytes of a text in the same encoding."""
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    named = dict(_MARKS).get(mark)
    told = decode(data).encoding.split(" ")[0].removesuffix("-sig")
    for codec in dict.fromkeys((_CODECS.get(told, told), named or "utf-8")):
        errors = "surrogateescape" if codec == "utf-8" else "strict"
        try:
            text = data[len(mark) :].decode(codec, errors)
            if text.encode(codec, errors) == data[len(mark) :] and REPLACEMENT not in text[:1]:
                return text, _encoder(mark, codec, errors)
        except (UnicodeError, LookupError):
            continue
    raise UnwritableError


def _encoder(mark: bytes, codec: str, errors: str) -> Callable[[str], bytes]:
    def encode(text: str) -> bytes:
        try:
            return mark + text.encode(codec, errors)
        except UnicodeEncodeError:
            plain = "".join(_ASCII.get(sign, sign) for sign in text)
            return mark + plain.encode(codec, errors)

    return encode
