"""Changing some cells of an xlsx workbook and nothing else in it.

A library that loads and saves a workbook drops what it does not know: pictures, saved results of formulas,
pivot tables. So only the cells meant are written anew, in the XML of their sheet (ECMA-376, part 1,
18.3.1.4).
"""

import html
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from transforms.sources.excel_xml import part_of

_CELL = r'<((?:\w+:)?)c\b([^>]*?\br="%s"[^>]*?)(?:/>|>.*?</\1c>)'
_TYPE = re.compile(r'\s\bt="[^"]*"')
_SHARED = "xl/sharedStrings.xml"
_ITEM = re.compile(r"<(?P<p>(?:\w+:)?)si\b[^>]*?(?:/>|>.*?</(?P=p)si>)", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t\b[^>]*>([^<]*)</(?:\w+:)?t>")
_PHONETIC = re.compile(r"<(?P<p>(?:\w+:)?)rPh\b.*?</(?P=p)rPh>", re.DOTALL)
_USED = re.compile(r'<(?:\w+:)?c\b[^>]*\bt="s"[^>]*>.*?<(?:\w+:)?v>(\d+)</(?:\w+:)?v>', re.DOTALL)
_NODE = re.compile(r'(>)([^<>]+)(<)|(=")([^"]*)(")')
# Parts beside sheets in which people stand: who saved it last, comments, links, texts of drawings.
_BESIDE = re.compile(
    r"^(?:docProps/|xl/(?:comments|threadedComments|persons|drawings|worksheets/_rels)|customXml/)"
)

Place = tuple[int, int]


def with_changed_cells(
    data: bytes, changes: Mapping[str, Mapping[Place, str]], cut: Callable[[str], str]
) -> bytes:
    """The workbook with other texts in some cells; an empty text leaves the cell with its look.

    Args:
        data: the bytes of an xlsx workbook.
        changes: by sheet, then line and position from 1, what shall be there.
        cut: what takes the persons out of any other text: comments, properties, links, texts that no cell
            shows any more.

    Raises:
        KeyError: a cell is not in the XML.
        BadZipFile: the workbook is no xlsx.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
        infos = archive.infolist()
        sheets = {part_of(archive, sheet): cells for sheet, cells in changes.items()}
    before = _used(parts)
    for part, cells in sheets.items():
        parts[part] = _changed(parts[part].decode("utf-8"), cells).encode()
    if _SHARED in parts:
        gone = before - _used(parts)
        parts[_SHARED] = _emptied(parts[_SHARED].decode("utf-8"), gone, _used(parts), cut).encode()
    for name in parts:
        if _BESIDE.match(name) and name.endswith((".xml", ".rels", ".vml")):
            parts[name] = _texts_cut(parts[name], cut)
    return _zipped(infos, parts)


def _changed(xml: str, cells: Mapping[Place, str]) -> str:
    for (line, position), text in cells.items():
        reference = f"{_letters(position)}{line}"
        found = re.search(_CELL % reference, xml, re.DOTALL)
        if found is None:
            raise KeyError(reference)
        xml = f"{xml[: found.start()]}{_cell(found[1], found[2], text)}{xml[found.end() :]}"
    return xml


def _cell(prefix: str, attributes: str, text: str) -> str:
    bare = _TYPE.sub("", attributes).rstrip("/ ")
    if not text:
        return f"<{prefix}c{bare}/>"
    shown = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is>'
    return f'<{prefix}c{bare} t="inlineStr">{shown}</{prefix}c>'


def _used(parts: Mapping[str, bytes]) -> set[int]:
    """The shared texts that some cell shows."""
    sheets = (content for name, content in parts.items() if name.startswith("xl/worksheets/sheet"))
    return {int(number) for xml in sheets for number in _USED.findall(xml.decode("utf-8", "replace"))}


def _emptied(xml: str, gone: set[int], used: set[int], cut: Callable[[str], str]) -> str:
    """The shared texts, without those that no cell shows any more and with persons cut out of the unused."""
    counter = iter(range(len(xml)))

    def item(found: re.Match[str]) -> str:
        number = next(counter)
        shown = html.unescape("".join(_TEXT.findall(_PHONETIC.sub("", found[0]))))
        if number in gone or (number not in used and cut(shown) != shown):
            return f"<{found['p']}si><{found['p']}t></{found['p']}t></{found['p']}si>"
        return found[0]

    return _ITEM.sub(item, xml)


def _texts_cut(content: bytes, cut: Callable[[str], str]) -> bytes:
    """The XML of a part with persons cut out of its texts and attributes."""
    try:
        xml = content.decode("utf-8")
    except UnicodeDecodeError:
        return content

    def node(found: re.Match[str]) -> str:
        before, text, after = found.groups()[:3] if found[1] else found.groups()[3:]
        plain = html.unescape(text)
        now = cut(plain)
        return f"{before}{escape(now, {chr(34): '&quot;'})}{after}" if now != plain else found[0]

    changed = _NODE.sub(node, xml)
    return changed.encode() if changed != xml else content


def _zipped(infos: list[zipfile.ZipInfo], parts: Mapping[str, bytes]) -> bytes:
    """The archive again, parts in their order, with their dates: the same change gives the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for info in infos:
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.external_attr, fresh.create_system = info.external_attr, info.create_system
            archive.writestr(fresh, parts[info.filename], info.compress_type)
    return written.getvalue()


def _letters(position: int) -> str:
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
