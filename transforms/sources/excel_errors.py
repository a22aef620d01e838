"""The cells of an xlsx sheet that hold an error such as #N/A, which the fast reader shows as empty."""

import io
import re
import zipfile
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ERROR_CELL = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')


def error_cells(data: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Line and position of each error cell of `sheet`, with the error as Excel shows it (#N/A, #DIV/0!).

    Other formats than xlsx give none. The format is ECMA-376, part 1, 18.3.1.4 (cell, type `e`).
    """
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, sheet)
        content = archive.read(part) if part in archive.namelist() else b""
    if b't="e"' not in content:
        return {}
    return {
        (int(place[2]), _position(place[1].decode())): shown.decode("utf-8", "replace")
        for attributes, shown in _ERROR_CELL.findall(content)
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
