"""What the fast reader does not tell of an xlsx sheet: errors, formulas without a value, cells far away."""

import html
import io
import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

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
        part = _part_of(archive, sheet)
        return archive.read(part) if part in archive.namelist() else b""


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


def _is_sane(area: int, filled: int) -> bool:
    return area <= _ALWAYS_CHEAP or (area <= _MOST_CELLS and filled >= _FILLED_SHARE * area)


def _placed(cells: Iterable[tuple[bytes, bytes]]) -> dict[Place, str]:
    return {
        (int(place[2]), _position(place[1].decode())): html.unescape(shown.decode("utf-8", "replace"))
        for attributes, shown in cells
        if (place := _PLACE.search(attributes))
    }


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
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
