"""What lies at the path of a warehouse: nothing to lose, a warehouse of ours, its ruin, or another's file."""

from pathlib import Path
from typing import Literal

import duckdb

from transforms.warehouse import beside, database, files
from transforms.warehouse.manifest import read_manifest

Condition = Literal["free", "ours", "damaged", "foreign"]

# What every warehouse of ours answers, whatever its age.
_OURS = "SELECT run_id, verdict FROM runs LIMIT 0"


def condition_of(path: Path) -> Condition:
    """What lies at `path`.

    *free*: nothing, or an empty file; *ours*: a warehouse that opens; *damaged*: no whole database, but our
    manifest lies beside it; *foreign*: anything else, which may be all that somebody has of it.

    Raises:
        duckdb.IOException: another program writes into the file.
        OSError: the file cannot be read.
    """
    if not path.exists():
        return "free"
    if not path.is_file():
        return "foreign"
    if path.stat().st_size == 0:
        return "free"
    try:
        with database.connect(path, read_only=True) as con:
            con.execute(_OURS)
    except (duckdb.CatalogException, duckdb.BinderException):
        return "foreign"
    except duckdb.Error as error:
        if not files.is_damage(error):
            raise
        return "damaged" if read_manifest(beside.manifest(path)) else "foreign"
    return "ours"
