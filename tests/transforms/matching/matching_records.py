"""Standard records for the tests of the matching stage: what a test does not name has a plain default."""

from pathlib import Path
from typing import Any

import pandas as pd

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


def records(*rows: dict[str, Any]) -> pd.DataFrame:
    """One record for each of `rows`, ordered by (source, member_id), typed as the database gives them."""
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
    with connect(None) as con:
        tables.write(con, tables.build_table("standard.records"), pd.DataFrame(filled).astype(object))
        return tables.read(con, "standard.records")


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
    return path
