"""Published files that a disk has spoilt."""

from pathlib import Path

import duckdb

_HEADERS = 3 * 4096
_BLOCKS = "SELECT DISTINCT block_id FROM pragma_storage_info('runs') WHERE block_id >= 0"


def spoil(warehouse: Path, *, opens: bool = True) -> None:
    """Overwrite the blocks in which the rows of `runs` lie; or the header, so that it does not even open."""
    data = bytearray(warehouse.read_bytes())
    if opens:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            blocks = [number for (number,) in con.execute(_BLOCKS).fetchall()]
            ((size,),) = con.execute("SELECT block_size FROM pragma_database_size()").fetchall()
        assert blocks
        for number in blocks:
            start = _HEADERS + number * size
            data[start : start + size] = bytes(size)
    else:
        data[:_HEADERS] = bytes(_HEADERS)
    warehouse.write_bytes(data)
