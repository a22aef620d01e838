"""Two invented sources as intake would leave them, with a little of everything that exports hold."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from stdnum import luhn

from transforms.warehouse import tables
from transforms.warehouse.database import connect

Cells = dict[str, str]
Rows = Iterable[dict[str, Any]]

# An invented SIREN and another one, with their check digits, and a SIRET of each.
SIREN, OTHER = "100000009", "200000008"
SIRET, OTHER_SIRET = (f"{base}{luhn.calc_check_digit(base)}" for base in (f"{SIREN}0001", f"{OTHER}0001"))

SOURCES = (
    # source, unit of turnover, format of dates, export date, field and values of activity
    ("alpha", "k€", "%d/%m/%Y", date(2016, 10, 3), None, None),
    ("beta", "€", "%m/%d/%Y", None, "status", ["Adhérent"]),
)
ALPHA = {
    "A-1": {
        "name": "Atelier Exemple SARL",
        "trade_name": "Le Petit Exemple",
        "siret": SIRET,
        "address": "3 rue des Essais",
        "postcode": "69001",
        "city": "LYON",
        "phone": "01 99 00 12 34",
        "email": "contact@exemple.fr",
        "website": "www.exemple.fr",
        "naf_code": "6201Z",
        "headcount": "env. 15",
        "turnover": "183",
        "fee": "900,00",
        "joined_on": "03/04/2014",
        "contact_person": "Zoé  Exemple",
    },
    "A-2": {"name": "Sans Rien"},
    "A-3": {
        "name": "Tout Faux",
        "phone": "01 99",
        "email": "personne",
        "website": "a@exemple.fr",
        "naf_code": "informatique",
        "headcount": "19-10",
        "turnover": "-12",
        "fee": "-5",
        "joined_on": "31/02/2014",
        "contact_person": "?",
    },
}
ALPHA |= {
    "A-4": {
        "name": "Verdier 01 99 00 12 34",
        "trade_name": "Idem",
        "address": "12 rue Verte",
        "postcode": "69003",
        "city": "LYON zoe@exemple.fr",
        "headcount": "12 (2014)",
    },
    "A-5": {"name": "zoe@exemple.fr", "trade_name": "NC", "city": "Tél : 01 99 00 12 34"},
}
BETA = {
    "B-1": {
        "name": "Atelier Exemple",
        "siren": SIREN,
        "siret": OTHER_SIRET,
        "turnover": "183.456",
        "joined_on": "03/04/2014",
        "status": "adherent",
    },
    "B-2": {"name": "Parti Ailleurs", "turnover": "183.456", "status": "Radié"},
    "B-3": {"name": "Qui Sait", "joined_on": "01/31/2018", "status": "Bidule"},
    "B-4": {"name": "Qui Ne Dit Mot"},
}


def _members() -> Iterator[tuple[str, int, str, Cells]]:
    for source, by_id in (("alpha", ALPHA), ("beta", BETA)):
        for row, (member_id, cells) in enumerate(by_id.items(), start=2):
            yield source, row, member_id, cells


_FIELDS = [column for column in tables.build_table("raw.records").column_names if column in ALPHA["A-1"]]
_FIELDS += ["siren", "status"]


def raw_build(path: Path, *, reverse: bool = False) -> Path:
    """Write the raw tables of both sources into a build database, their records forwards or backwards."""
    everyone = sorted(_members(), key=lambda member: member[2], reverse=reverse)
    with connect(path) as con:
        _write(con, "sources", _sources())
        _write(con, "columns", _columns())
        _write(con, "records", _records(everyone))
        _write(con, "cells", _cells(everyone))
    return path


def _write(con: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    table = tables.build_table(f"raw.{name}")
    tables.write(con, table, pd.DataFrame(rows).reindex(columns=table.column_names))


def _sources() -> Rows:
    counts = ("bytes", "header_row", "rows_read", "rows_ignored", "rows_rejected", "records")
    for source, _, _, exported, field, values in SOURCES:
        yield {
            "source": source,
            "title": source,
            "priority": 1,
            "founder": True,
            "active_field": field,
            "active_values": values,
            "no_duplicates": True,
            "export_date": exported,
            "export_date_from": "none",
            "file": f"{source}.csv",
            "sha256": "0",
            **dict.fromkeys(counts, 1),
        }


def _columns() -> Rows:
    for source, unit, written, *_ in SOURCES:
        for position, field in enumerate(_FIELDS, start=1):
            yield {
                "source": source,
                "position": position,
                "header": f"En-tête {field}",
                "field": field,
                "recognised_by": "header",
                "unit": unit if field == "turnover" else None,
                "format": written if field == "joined_on" else None,
                "required": False,
            }


def _records(everyone: Iterable[tuple[str, int, str, Cells]]) -> Rows:
    for source, row, member_id, cells in everyone:
        place = {"source_file": f"{source}.csv", "source_row": row}
        yield {"source": source, "member_id": member_id, **place, **cells}


def _cells(everyone: Iterable[tuple[str, int, str, Cells]]) -> Rows:
    for source, row, member_id, cells in everyone:
        for field, text in cells.items():
            if field in _FIELDS:
                yield {
                    "source": source,
                    "file": f"{source}.csv",
                    "source_row": row,
                    "position": _FIELDS.index(field) + 1,
                    "field": field,
                    "value": f"{text} ",
                    # The one number that a spreadsheet held as a number; its twin is a text.
                    "cell_type": "number" if (member_id, field) == ("B-1", "turnover") else "text",
                }
