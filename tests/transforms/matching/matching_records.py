"""Records and pairs for the tests of matching: what a test does not name is plain or missing."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from transforms.matching.comparisons.base import Comparison
from transforms.matching.members import members_spec, read_records
from transforms.matching.records import Pairs, Records
from transforms.warehouse import tables
from transforms.warehouse.database import connect

_COLUMNS = tables.build_table("standard.records").columns
_DEFAULTS: dict[str, Any] = {
    "source": "clustr",
    "source_file": "export.csv",
    "is_sole_trader": False,
    "siren_status": "missing",
    "siret_status": "missing",
    "tva_status": "missing",
    "rna_status": "missing",
    "is_cedex": False,
    "is_free_mail": False,
    "jobs_kind": "unknown",
    "turnover_eur_kind": "unknown",
    "is_active": True,
}


def _filled(rows: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    filled = [
        {column.name: None for column in _COLUMNS}
        | _DEFAULTS
        | {
            "member_id": f"M{number:04}",
            "source_row": number,
            "name": row.get("name_core", "X"),
            "name_core": "X",
        }
        | row
        for number, row in enumerate(rows, start=1)
    ]
    return pd.DataFrame(filled).astype(object)


def records(*rows: dict[str, Any]) -> pd.DataFrame:
    """One record for each of `rows`, ordered by (source, member_id), typed as the database gives them."""
    with connect(None) as con:
        tables.write(con, tables.build_table("standard.records"), _filled(rows))
        return tables.read(con, "standard.records")


def members(*rows: dict[str, Any]) -> pd.DataFrame:
    """The same as the members' spec reads them."""
    with connect(None) as con:
        tables.write(con, tables.build_table("standard.records"), _filled(rows))
        return read_records(con)


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of any columns as a spec's readers give them: objects, None where a value is missing."""
    frame = pd.DataFrame(rows, dtype=object)
    return frame.where(frame.notna(), None)


def pairs_of(frame: pd.DataFrame, *ends: tuple[int, int]) -> Pairs:
    """Pairs of the records of `frame`, by position; by default the first two."""
    left, right = np.array(ends or [(0, 1)], dtype=np.int64).T
    return Pairs(Records(frame), left, right)


def said(comparison: Comparison, pairs: Pairs) -> list[str]:
    """The name of the level of each pair."""
    return [comparison.levels[level] for level in comparison.compare(pairs)]


def signal(name: str) -> Comparison:
    """One comparison of the members' spec."""
    return next(one for one in members_spec().comparisons if one.signal == name)


def build_with(path: Path, frame: pd.DataFrame, without_duplicates: tuple[str, ...] = ()) -> Path:
    """A build database at `path` that holds `frame` as standard.records, and its sources."""
    table = tables.build_table("raw.sources")
    required = {column.name: column.type for column in table.columns if column.required}
    plain = {name: {"VARCHAR": "x", "BOOLEAN": False}.get(kind, 1) for name, kind in required.items()}
    sources = [
        plain | {"source": source, "no_duplicates": source in without_duplicates}
        for source in sorted(frame["source"].unique())
    ]
    with connect(path) as con:
        tables.write(con, table, pd.DataFrame(sources, columns=table.column_names).astype(object))
        tables.write(con, tables.build_table("standard.records"), frame)
        numbers = tables.build_table("continuity.numbers")
        tables.write(con, numbers, pd.DataFrame(columns=numbers.column_names, dtype="str"))
        known = frame[["source", "member_id"]].assign(
            bearer="same", takes_over=False, known_member_id=frame["member_id"], known_first_run="r1"
        )
        continued = tables.build_table("continuity.records")
        tables.write(con, continued, known.reindex(columns=continued.column_names).astype(object))
    return path
