"""What the fast reader does not tell of an xlsx sheet: errors, formulas without a value, cells far away."""

import html
import io
import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

_SHARED = "xl/sharedStrings.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ERROR_CELL = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)
_FORMULA_CELL = re.compile(
    rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>([^<]*)</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
# A text that a formula computed to be empty (=IF(…;"")) is a value.
_EMPTY_TEXT = b't="str"'
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)([0-9]+)"[^>]*(?<!/)>\s*<(?:\w+:)?(?:f|v|is)\b')
# A plain text at the start of a pattern makes the search fast: sheets have millions of cells.
_ROW = re.compile(rb'row\b[^>]*?\sr="([0-9]+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,9})"')
_MOST_COLUMNS = 20_000
_COLUMNS = tuple(re.compile(rb' r="([A-Z]{%d})[0-9]' % letters) for letters in (3, 2, 1))
# The reader lays a sheet out as a full rectangle. Below the first bound that is always cheap; above the
# second never; in between it is a large list if its rectangle is filled at least so far.
_ALWAYS_CHEAP = 1_500_000
_MOST_CELLS = 20_000_000
_FILLED_SHARE = 0.02

Place = tuple[int, int]


def sheet_xml(data: bytes, sheet: str) -> bytes:
    """The XML of one sheet; nothing for other formats than xlsx."""
    if not data.startswith(b"PK"):
        return b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = part_of(archive, sheet)
        return archive.read(part) if part in archive.namelist() else b""


def shared_texts(data: bytes) -> bytes:
    """The XML of the texts that the sheets of an xlsx share; nothing where there are none."""
    if not data.startswith(b"PK"):
        return b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(_SHARED) if _SHARED in archive.namelist() else b""


def require_well_formed(xml: bytes) -> None:
    """Refuse XML whose elements do not close: the fast reader passes over what it cannot place.

    Raises:
        ExpatError: it is not well-formed.
    """
    if xml:
        expat.ParserCreate().Parse(xml, True)


def error_cells(xml: bytes) -> dict[Place, str]:
    """Line and position of each cell with an error, as Excel shows it (#N/A, #DIV/0!), or a lost result.

    A formula whose result was not saved is shown as its text (« =SUM(A1:A3) »), or as « = » when a
    neighbouring cell holds the text. The format is ECMA-376, part 1, 18.3.1.4 (cell) and 18.3.1.40 (formula).
    """
    found: dict[Place, str] = {}
    if b't="e"' in xml:
        found |= _placed((attributes, shown) for attributes, shown in _ERROR_CELL.findall(xml))
    if b"<f" in xml:
        found |= _placed(
            (attributes, b"=" + formula)
            for attributes, formula in _FORMULA_CELL.findall(xml)
            if _EMPTY_TEXT not in attributes
        )
    return found


def stray_cell(xml: bytes) -> str | None:
    """The farthest filled cell (« XFD1048576 ») of a sheet that spans an absurd area, else None."""
    height = max(map(int, _ROW.findall(xml)), default=0)
    letters_seen = next((seen for pattern in _COLUMNS if (seen := set(pattern.findall(xml)))), set())
    width = max((_position(letters.decode()) for letters in letters_seen), default=0)
    if _is_sane(height * width, xml.count(b"v>") // 2 + xml.count(b"is>") // 2):
        return None
    filled = [
        (int(line), _position(letters.decode()), letters) for letters, line in _FILLED_CELL.findall(xml)
    ]
    area = max((line for line, *_ in filled), default=0) * max((place for _, place, _ in filled), default=0)
    if _is_sane(area, len(filled)):
        return None
    line, _, letters = max(filled)
    return f"{letters.decode()}{line}"


def disorder(xml: bytes) -> int | None:
    """The first line of a damaged sheet that comes again or too late, else None.

    Lines and the cells in them ascend (ECMA-376, part 1, 18.3.1.73 and 18.3.1.4); the reader takes the last
    one and drops those that it has passed, without a word.
    """
    rows = np.array(_ROW.findall(xml), dtype="S10").astype("float64")
    if len(late := np.flatnonzero(np.diff(rows) < 1)):
        return int(rows[late[0] + 1])
    lines, columns = _places_of(_CELL.findall(xml))
    late = np.flatnonzero(np.diff(lines * _MOST_COLUMNS + columns) < 1)
    return int(lines[late[0] + 1]) if len(late) else None


def _places_of(references: list[bytes]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lines and columns of references such as « XFD1048576 », for millions of them at a time."""
    lines, columns = np.zeros((2, len(references)), dtype="int64")
    texts = np.array(references, dtype="S")
    for place in texts.view("u1").reshape(-1, texts.itemsize).T:
        is_letter, is_digit = place >= ord("A"), (place > 0) & (place <= ord("9"))
        columns = np.where(is_letter, columns * 26 + place - (ord("A") - 1), columns)
        lines = np.where(is_digit, lines * 10 + place - ord("0"), lines)
    return lines, columns


def _is_sane(area: int, filled: int) -> bool:
    return area <= _ALWAYS_CHEAP or (area <= _MOST_CELLS and filled >= _FILLED_SHARE * area)


def _placed(cells: Iterable[tuple[bytes, bytes]]) -> dict[Place, str]:
    return {
        (int(place[2]), _position(place[1].decode())): html.unescape(shown.decode("utf-8", "replace"))
        for attributes, shown in cells
        if (place := _PLACE.search(attributes))
    }


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The path of a sheet inside the archive; '' when the archive is no xlsx."""
    if "xl/workbook.xml" not in archive.namelist() or "xl/_rels/workbook.xml.rels" not in archive.namelist():
        return ""
    # Not a danger: the parser resolves no external entity, and size was checked before.
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{_PACKAGE}Relationship")}
    for entry in book.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _position(letters: str) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position
