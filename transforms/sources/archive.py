"""How large a workbook is once unpacked, counted before anything reads it."""

import io
import zipfile
import zlib

from transforms.errors import InputError, Where

# A list of a million cells unpacks to some 50 MB; far beyond, it is a mistake or an attack.
MOST_UNPACKED = 500_000_000
_CHUNK = 1 << 20
_LOCAL_HEADER = 30  # bytes, before the name and the extra field whose lengths stand at 26 and 28


def refuse_bomb(data: bytes, file: str, most: int = MOST_UNPACKED) -> None:
    """Refuse an archive (xlsx, ods) that unpacks to more than `most` bytes, whatever it announces.

    Raises:
        InputError: it does.
        zipfile.BadZipFile: it is no whole archive.
    """
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    announced = sum(part.file_size for part in parts)
    if announced > most:
        raise _too_large(file, f"{announced // 1_000_000} Mo une fois décompressé", most)
    left = most
    for part in parts:
        left -= _unpacked(data, part, left)
        if left < 0:
            found = (
                f"plus de {most // 1_000_000} Mo une fois décompressé ({announced // 1_000_000} Mo annoncés)"
            )
            raise _too_large(file, found, most)


def _unpacked(data: bytes, part: zipfile.ZipInfo, most: int) -> int:
    """How many bytes a part really holds; counting ends soon after `most`."""
    lengths = data[part.header_offset + 26 : part.header_offset + _LOCAL_HEADER]
    start = part.header_offset + _LOCAL_HEADER + sum(lengths[at] + 256 * lengths[at + 1] for at in (0, 2))
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    count, rest = 0, memoryview(data)[start:]
    while not inflater.eof and count <= most:
        given = inflater.unconsumed_tail or rest[:_CHUNK]
        rest = rest if inflater.unconsumed_tail else rest[_CHUNK:]
        unpacked = len(inflater.decompress(given, _CHUNK))
        if not given and not unpacked:
            break
        count += unpacked
    return count


def _too_large(file: str, found: str, most: int) -> InputError:
    return InputError(
        "Ce classeur est démesuré.",
        where=Where(file=file),
        found=found,
        expected=f"moins de {most // 1_000_000} Mo",
        next_step="copier la seule liste des adhérents dans un nouveau classeur",
    )
