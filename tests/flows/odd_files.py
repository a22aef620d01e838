"""Files that no export should be: a locked workbook, archives that explode, a document of another kind."""

import io
import struct
import zipfile

import openpyxl

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def locked_workbook(size: int = 5_000) -> bytes:
    """A workbook with a password: an OLE2 container (MS-CFB) with the stream EncryptedPackage."""
    sectors = -(-size // _SECTOR)
    fat = [_FAT, _END, *range(3, 2 + sectors), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0,
    )  # fmt: skip
    header += struct.pack("<I", _FREE) * ((_SECTOR - len(header)) // 4)
    directory = _entry("Root Entry", kind=5, child=1, start=_END, size=0)
    directory += _entry("EncryptedPackage", kind=2, child=_FREE, start=2, size=size)
    content = bytes(number % 251 for number in range(size)).ljust(sectors * _SECTOR, b"\0")
    return header + struct.pack("<128I", *fat) + directory.ljust(_SECTOR, b"\0") + content


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    return struct.pack("<64sHBBIII16xI16xIQ", text, len(text), kind, 1, _FREE, _FREE, child, 0, start, size)


def workbook(rows: list[list[object]]) -> bytes:
    """An ordinary workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def bomb(rows: list[list[object]], *, megabytes: int) -> bytes:
    """A workbook whose sheet ends in so many blanks, which pack to next to nothing."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(rows))) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            with new.open(name, "w") as part:
                part.write(old.read(name))
                if name.endswith("sheet1.xml"):
                    for _ in range(megabytes):
                        part.write(b" " * 1_000_000)
    return written.getvalue()


def lying(archive: bytes) -> bytes:
    """The same archive, which announces a hundred bytes for its largest part."""
    with zipfile.ZipFile(io.BytesIO(archive)) as parts:
        largest = max(part.file_size for part in parts.infolist())
    return archive.replace(struct.pack("<I", largest), struct.pack("<I", 100))
