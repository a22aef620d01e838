"""Small invented inputs of the golden stage: a test names what matters, the rest gets a default."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from transforms.warehouse import tables
from transforms.warehouse.database import connect

SOURCES = ("north", "south")
_RECORD = {
    "source_file": "members.csv",
    "source_sheet": None,
    "name_core": "ACME",
    "siren_status": "missing",
    "siret_status": "missing",
    "tva_status": "missing",
    "rna_status": "missing",
    "jobs_kind": "unknown",
    "turnover_eur_kind": "unknown",
    "is_sole_trader": False,
    "is_cedex": False,
    "is_free_mail": False,
    "is_active": True,
}


def records(*rows: Mapping[str, Any], company: str | None = "E-0000000001") -> pd.DataFrame:
    """Records as survivorship meets them: with their company and the priority of their source."""
    frame = _typed(rows)
    if company is not None and "company_id" not in frame:
        frame["company_id"] = company
    frame["priority"] = frame["source"].map({source: i for i, source in enumerate(SOURCES, start=1)})
    frame["probability"] = [row.get("probability") for row in rows]
    return frame


def build(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    cells: Iterable[Mapping[str, Any]] = (),
    refused: Iterable[tuple[str, int, str]] = (),
    sirens: Iterable[Mapping[str, Any]] = (),
    related: Iterable[tuple[int, int, str]] = (),
) -> Path:
    """A build database with everything that the stage reads; each row also names its group_id."""
    rows = list(rows)
    frame = _typed(rows)
    groups = frame[["source", "member_id"]].copy()
    groups["group_id"] = [row["group_id"] for row in rows]
    alone = groups.groupby("group_id")["group_id"].transform("size") == 1
    groups["match_status"] = alone.map({True: "single", False: "matched"})
    groups["probability"] = [row.get("probability") for row in rows]
    groups["linked_source"] = groups["linked_member_id"] = None
    groups["reason"] = "seule"
    frames = {
        "raw.contracts": _sources()[["source", "priority"]],
        "raw.sources": _sources(),
        "raw.cells": _cells(cells),
        "standard.records": frame[tables.build_table("standard.records").column_names],
        "standard.rejections": _rejections(refused),
        "matching.groups": groups,
        "matching.related": _related(related),
    }
    # Of the export itself only the comparison with the last publication reads more, and finds nothing to say.
    for name in ("raw.columns", "raw.missing_columns", "raw.records", "raw.rejections"):
        frames[name] = pd.DataFrame(columns=tables.build_table(name).column_names)
    corrected = tables.build_table("matching.sirens").column_names
    frames["matching.sirens"] = pd.DataFrame(list(sirens), columns=corrected)
    with connect(path) as con:
        for name, content in frames.items():
            tables.write(con, tables.build_table(name), content)
    return path


def _typed(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of standard.records, missing columns filled, with the types that DuckDB gives them."""
    filled = [
        {"member_id": str(number), "source": "north", "source_row": number, **_RECORD, **row}
        for number, row in enumerate(rows, start=1)
    ]
    filled = [{"name": f"Company {row['member_id']}", **row} for row in filled]
    frame = pd.DataFrame(filled)
    for column in tables.build_table("standard.records").columns:
        values = frame.get(column.name, pd.Series(None, index=frame.index, dtype=object))
        if column.type == "DATE":
            frame[column.name] = pd.to_datetime(values)
        elif column.type in ("DOUBLE", "DECIMAL(14,2)", "BIGINT"):
            frame[column.name] = values.astype("float64")
        elif column.type == "VARCHAR":
            frame[column.name] = values.astype("str")
        else:
            frame[column.name] = values
    return frame


def _sources() -> pd.DataFrame:
    names = tables.build_table("raw.sources").column_names
    rows = [
        {
            "source": source,
            "title": source.title(),
            "priority": priority,
            "founder": True,
            "no_duplicates": False,
            "file": "members.csv",
            "sha256": "0",
            "bytes": 1,
            "header_row": 1,
            "export_date_from": "none",
            "active_field": "status" if source == "south" else None,
            "rows_read": 1,
            "rows_ignored": 0,
            "rows_rejected": 0,
            "records": 1,
        }
        for priority, source in enumerate(SOURCES, start=1)
    ]
    return pd.DataFrame(rows).reindex(columns=names)


def _cells(cells: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Cells given as {source, source_row, field: value, ...}; a pair is a value and its correction."""
    names = tables.build_table("raw.cells").column_names
    rows = []
    for record in cells:
        fields = [field for field in record if field not in ("source", "source_row")]
        for position, field in enumerate(fields, start=1):
            value, corrected = record[field] if isinstance(record[field], tuple) else (record[field], None)
            place = {"source": record["source"], "file": "members.csv", "source_row": record["source_row"]}
            content = {"position": position, "field": field, "value": value, "corrected": corrected}
            rows.append({**place, **content, "cell_type": "text"})
    return pd.DataFrame(rows, columns=names)


def _rejections(refused: Iterable[tuple[str, int, str]]) -> pd.DataFrame:
    names = tables.build_table("standard.rejections").column_names
    rows = [
        {
            "source": source,
            "file": "members.csv",
            "source_row": row,
            "field": field,
            "rule": "unreadable",
            "severity": "warning",
            "message": "Illisible.",
            "personal": False,
        }
        for source, row, field in refused
    ]
    return pd.DataFrame(rows, columns=names)


def _related(related: Iterable[tuple[int, int, str]]) -> pd.DataFrame:
    rows = [(left, right, kind, "Même adresse.") for left, right, kind in related]
    return pd.DataFrame(rows, columns=tables.build_table("matching.related").column_names)
