"""Lineage: values as text, and the raw cell that each value goes back to."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from golden_frames import SOURCES, build, records

from transforms.golden.lineage import text_of
from transforms.golden.raw_cells import cell_of, raw_cells
from transforms.golden.survivorship import candidates, choices
from transforms.warehouse.database import connect

TEXTS = {
    "text": ("Forges d'Été", "Forges d'Été"),
    "whole number": (12.0, "12"),
    "half a job": (2.5, "2.5"),
    "cents": (1800.1, "1800.1"),
    "billions": (2500000000.0, "2500000000"),
    "yes": (True, "true"),
    "no": (False, "false"),
    "date": (pd.Timestamp(2012, 1, 1), "2012-01-01"),
}


@pytest.mark.parametrize(("value", "text"), TEXTS.values(), ids=TEXTS)
def test_text_of(value: Any, text: str) -> None:
    found = text_of(pd.Series([value, None, value]))
    assert found.isna().tolist() == [False, True, False]
    assert found.dropna().tolist() == [text, text]


def test_nullable_booleans_as_text() -> None:
    assert text_of(pd.Series([True, None], dtype="boolean")).tolist()[0] == "true"


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
        cells = seen[["source", "source_row"]].merge(
            raw_cells(con, choices(SOURCES)), on=["source", "source_row"], how="left"
        )
    found = cell_of(field, choice, seen, cells).iloc[0]
    assert pd.isna(found) if raw is None else found == raw


def test_dates_of_an_export_stay_dates() -> None:
    seen = candidates(records({"jobs_kind": "exact", "export_date": date(2024, 3, 1)}), SOURCES)
    assert text_of(seen["jobs_as_of"]).tolist() == ["2024-03-01"]
