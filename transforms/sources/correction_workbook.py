"""Which workbooks hold corrections: the folder where they belong, and their titles wherever they lie."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pandas as pd

from transforms import reference
from transforms.errors import AlliageError
from transforms.sources.archive import refuse_bomb
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import LOCKS, read_bytes
from transforms.sources.text import key

FOLDER = "corrections"
_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods"}
_TITLE_LINES = 20
# Parts of xlsx and ods archives that hold texts.
_TEXTS = ("xl/sharedStrings.xml", "content.xml")


def workbooks(folder: Path) -> tuple[list[Path], list[Path]]:
    """The workbooks of a folder and its other files, by name; hidden and lock files are passed over."""
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    seen = [path for path in files if not path.name.startswith(LOCKS)]
    return (
        [path for path in seen if path.suffix.lower() in _SUFFIXES],
        [path for path in seen if path.suffix.lower() not in _SUFFIXES],
    )


def misplaced(folder: Path) -> list[Path]:
    """The correction workbooks that lie beside the exports instead of in the folder of corrections."""
    return [path for path in workbooks(folder)[0] if is_correction_workbook(read_bytes(path), path.name)]


def is_correction_workbook(data: bytes, file: str) -> bool:
    """Whether these bytes are a workbook with the titles of the corrections; False when unreadable."""
    if not _may_be(data):
        return False
    try:
        return any(places(grid.values) is not None for grid in read_excel(data, file))
    except AlliageError:
        return False


def places(values: pd.DataFrame) -> tuple[int, dict[str, int]] | None:
    """The line of the titles and where each needed column stands; None when a title is missing."""
    wanted = {key(column["title"]): column["key"] for column in layout()["columns"] if column.get("used")}
    for line in values.index[:_TITLE_LINES]:
        positions = {wanted[key(text)]: p for p, text in values.loc[line].items() if key(text) in wanted}
        if len(positions) == len(wanted):
            return int(line), positions
    return None


def layout() -> dict[str, Any]:
    """`reference/correction_workbook.yml`."""
    said: dict[str, Any] = reference.load("correction_workbook")
    return said


def _may_be(data: bytes) -> bool:
    """A look that costs far less than reading: do the texts of the archive hold the title to type under?"""
    if not data.startswith(b"PK"):
        return data.startswith(b"\xd0\xcf\x11\xe0")
    # The beginning of the title up to its first accent, which XML may write in several ways.
    title = next(column["title"] for column in layout()["columns"] if column.get("editable"))
    start = title[: next((at for at, sign in enumerate(title) if not sign.isascii()), len(title))].encode()
    try:
        refuse_bomb(data, "")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            texts = [name for name in _TEXTS if name in names]
            inline = [name for name in names if name.startswith("xl/worksheets/") and not texts]
            return any(start in archive.read(name) for name in (*texts, *inline))
    except (AlliageError, zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error):
        return False
