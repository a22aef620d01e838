"""Lineage: values as text, and the raw cell that each value goes back to."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from golden_frames import SOURCES, build, records

from transforms.golden.lineage import as_text
from transforms.golden.raw_cells import RawCells
from transforms.golden.survivorship import candidates, choices
from transforms.warehouse.database import connect

TEXTS = {
    "text": ("VARCHAR", "Forges d'Été", "Forges d'Été"),
    "whole number": ("DOUBLE", 12.0, "12"),
    "half a job": ("DOUBLE", 2.5, "2.5"),
    "cents": ("DECIMAL(14,2)", 1800.1, "1800.1"),
    "whole euros": ("DECIMAL(14,2)", 1800, "1800"),
    "billions": ("DOUBLE", 2500000000.0, "2500000000"),
    "yes": ("BOOLEAN", True, "true"),
    "no": ("BOOLEAN", False, "false"),
    "date": ("DATE", date(2012, 1, 1), "2012-01-01"),
    "moment of a frame": ("DATE", pd.Timestamp(2012, 1, 1), "2012-01-01"),
    "nothing": ("DOUBLE", None, None),
}


@pytest.mark.parametrize(("column_type", "value", "text"), TEXTS.values(), ids=TEXTS)
def test_as_text(column_type: str, value: Any, text: str | None) -> None:
    with duckdb.connect() as con:
        assert con.execute(f"SELECT {as_text('$value', column_type)}", {"value": value}).fetchone() == (text,)


Row = dict[str, Any]
CELLS: dict[str, tuple[str, Row, Row, list[str], str | None]] = {
    # field: record, cells of its row, refused cells, raw value
    "the cell as received": ("name", {}, {"name": " Forges "}, [], " Forges "),
    "the correction instead of the cell": ("name", {}, {"name": ("F0rges", "Forges")}, [], "Forges"),
    "a correction that empties the cell": ("website", {}, {"website": ("x", " ")}, [], None),
    "an empty cell is none": ("jobs_kind", {}, {"headcount": ""}, [], None),
    "a cell that says nothing still explains": ("jobs_kind", {}, {"headcount": "NC"}, [], "NC"),
    "the form's own cell": ("legal_form", {}, {"legal_form": "SA", "name": "Forges SA"}, [], "SA"),
    "the name when the form's cell was refused": (
        "legal_form", {}, {"legal_form": "zz", "name": "Forges SA"}, ["legal_form"], "Forges SA"),
    "the name when the form's cell says nothing": (
        "legal_form", {}, {"legal_form": "N.C.", "name": "Forges SA"}, [], "Forges SA"),
    "the cell that the SIREN was read from": (
        "siren", {"siren_field": "siret"}, {"siren": "NC", "siret": "123"}, [], "123"),
    "a status even from a refused cell": (
        "siren_status", {}, {"siren": "12", "siret": "34"}, ["siren"], "12"),
    "postcode of a whole address": (
        "postcode", {}, {"full_address": "1 rue X, 42999 Y"}, [], "1 rue X, 42999 Y"),
    "territory of a postcode and its town": (
        "territory", {}, {"address": "1 rue X", "postcode": "42999", "city": "Y"}, [], "42999 Y"),
    "territory of the town beside a refused postcode": (
        "territory", {}, {"postcode": "4299", "city": "Y"}, ["postcode"], "Y"),
    "territory of a whole address": (
        "territory", {}, {"full_address": "1 rue X, 42999 Y"}, [], "1 rue X, 42999 Y"),
    "the column that tells active members": (
        "is_active", {"source": "south"}, {"status": "Parti"}, [], "Parti"),
    "no such column in this source": ("is_active", {"source": "north"}, {"status": "Parti"}, [], None),
}  # fmt: skip


@pytest.mark.parametrize(("field", "record", "row", "refused", "raw"), CELLS.values(), ids=CELLS)
def test_raw_cell(
    tmp_path: Path, field: str, record: Row, row: Row, refused: list[str], raw: str | None
) -> None:
    source = record.get("source", "north")
    path = build(
        tmp_path / "build.duckdb",
        [{"group_id": 0, **record}],
        cells=[{"source": source, "source_row": 1, **row}],
        refused=[(source, 1, name) for name in refused],
    )
    seen = candidates(records(record), SOURCES)
    seen["active_field"] = seen["source"].map({"south": "status"})
    choice = next(choice for choice in choices(SOURCES) if field in choice.fields)
    with connect(path) as con:
        cells = RawCells(con, choices(SOURCES))
        con.register("_records", seen)
        query = (
            f"SELECT {cells.text_of(field, choice)} FROM _records LEFT JOIN _cells USING (source, source_row)"
        )
        assert con.execute(query).fetchall() == [(raw,)]
