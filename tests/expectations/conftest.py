"""A small build database of invented companies in which every quality rule holds."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from stdnum import luhn
from stdnum.fr import siren as siren_numbers

from transforms.warehouse import tables
from transforms.warehouse.database import connect

Frames = dict[str, pd.DataFrame]

SOURCES = ("alpha", "beta", "gamma")
HEADERS = {
    "member_id": "N°",
    "name": "Société",
    "siren": "SIREN",
    "siret": "N° SIRET",
    "phone": "Tél",
    "turnover": "CA",
}


def checked(stem: str) -> str:
    """An invented number with its Luhn digit."""
    return stem + luhn.calc_check_digit(stem)


SHARED, FULL, THIRD = checked("11122233"), checked("12312312"), checked("33344455")
# member, company, SIREN, turnover and fee in euros. A2, A4, A5 and A6 have neither SIREN nor fee, so that
# they can be moved without moving a sum; gamma has a single record.
MEMBERS = (
    ("alpha", "A1", "C1", SHARED, 1_000_000.0, 100.0),
    ("alpha", "A2", "C2", None, None, None),
    ("alpha", "A3", "C3", FULL, 250_000.0, 75.5),
    ("alpha", "A4", "C4", None, None, None),
    ("alpha", "A5", "C7", None, None, None),
    ("alpha", "A6", "C7", None, None, None),
    ("beta", "B1", "C1", SHARED, 1_200_000.0, 50.0),
    ("beta", "B2", "C2", None, None, 10.0),
    ("beta", "B3", "C5", THIRD, None, 20.0),
    ("gamma", "G1", "C6", None, None, 30.0),
)
# One record has every cell filled.
A3 = {
    "siret": checked(FULL + "0001"),
    "siret_status": "valid",
    "tva": "FR" + siren_numbers.to_tva(FULL).replace(" ", ""),
    "tva_status": "valid",
    "rna": "W691234567",
    "rna_status": "valid",
    "naf_code": "62.01Z",
    "postcode": "69003",
    "departement": "69",
    "territory": "lyon",
    "phone": "+33472000000",
    "email": "contact@atelier-invente.fr",
    "website": "https://www.atelier-invente.fr",
    "jobs": 12.0,
    "jobs_low": 10.0,
    "jobs_high": 14.0,
    "jobs_kind": "estimated",
    "turnover_eur_low": 250_000.0,
    "turnover_eur_high": 250_000.0,
    "joined_on": pd.Timestamp(2015, 3, 1),
    "joined_precision": "day",
}


def _frame(table: tables.Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """All columns of `table`; what a row does not name is null, or false for a required boolean."""
    frame = pd.DataFrame(rows).reindex(columns=table.column_names)
    for column in table.columns:
        if column.type == "BOOLEAN" and column.required:
            frame[column.name] = [value is True for value in frame[column.name]]
        elif column.type in ("DATE", "TIMESTAMP"):
            frame[column.name] = pd.to_datetime(frame[column.name])
    return frame


def _line(member: str) -> int:
    return int(member[1:]) + 1


def _sources() -> list[dict[str, Any]]:
    counts = {source: sum(member[0] == source for member in MEMBERS) for source in SOURCES}
    return [
        {
            "source": source,
            "title": source.title(),
            "priority": number,
            "founder": True,
            "file": f"{source}.csv",
            "sha256": "0" * 64,
            "bytes": 1,
            "header_row": 1,
            "export_date": date(2025, 1, 31),
            "export_date_from": "content",
            "rows_read": counts[source] + 3,
            "rows_ignored": 2,
            "rows_rejected": 1,
            "records": counts[source],
        }
        for number, source in enumerate(SOURCES, start=1)
    ]


def _key(source: str, member: str) -> dict[str, Any]:
    return {
        "source": source,
        "member_id": member,
        "source_file": f"{source}.csv",
        "source_row": _line(member),
    }


def _raw_record(source: str, member: str, siren: str | None, turnover: float | None) -> dict[str, Any]:
    texts = {"siren": siren, "turnover": None if turnover is None else f"{turnover:.0f}"}
    return _key(source, member) | {"name": f"Atelier Inventé {member}"} | texts


def _standard_record(
    source: str, member: str, siren: str | None, turnover: float | None, fee: float | None
) -> dict[str, Any]:
    return (
        _key(source, member)
        | {
            "export_date": date(2025, 1, 31),
            "name": f"Atelier Inventé {member}",
            "name_core": f"ATELIER INVENTE {member}",
            "siren": siren,
            "siren_status": "valid" if siren else "missing",
            "siret_status": "missing",
            "tva_status": "missing",
            "rna_status": "missing",
            "jobs_kind": "unknown",
            "turnover_eur": turnover,
            "turnover_eur_kind": "exact" if turnover else "unknown",
            "fee_eur": fee,
            "is_active": True,
        }
        | (A3 if member == "A3" else {})
    )


def _company(company: str) -> dict[str, Any]:
    members = [member for member in MEMBERS if member[2] == company]
    fees = [member[5] for member in members if member[5] is not None]
    copied = ("postcode", "departement", "territory", "jobs", "jobs_low", "jobs_high", "jobs_kind")
    return {
        "company_id": company,
        "name": f"Atelier Inventé {members[0][1]}",
        "siren": members[0][3],
        "siren_status": "valid" if members[0][3] else "missing",
        "jobs_kind": "unknown",
        "turnover_eur": members[0][4],
        "turnover_eur_low": members[0][4],
        "turnover_eur_high": members[0][4],
        "turnover_eur_kind": "exact" if members[0][4] else "unknown",
        "fee_eur": sum(fees) if fees else None,
        "is_active": True,
        **{f"in_{source}": source in {member[0] for member in members} for source in SOURCES},
        "n_records": len(members),
        "confidence": 1.0,
        **({name: A3[name] for name in copied} if company == "C3" else {}),
    }


def _membership(source: str, member: str, company: str, fee: float | None) -> dict[str, Any]:
    several = sum(other[2] == company for other in MEMBERS) > 1
    return _key(source, member) | {
        "company_id": company,
        "match_status": "matched" if several else "single",
        "probability": 0.99 if several else None,
        "reason": "rapprochée" if several else "seule",
        "is_active": True,
        "fee_eur": fee,
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {
            "source": source,
            "position": position,
            "header": header,
            "field": field,
            "recognised_by": "header",
            "required": False,
        }
        for source in SOURCES
        for position, (field, header) in enumerate(HEADERS.items(), start=1)
    ]


def _cells(records: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "source": record["source"],
            "file": record["source_file"],
            "source_row": record["source_row"],
            "position": position,
            "field": field,
            "value": f" {record[field]}",
            "cell_type": "text",
        }
        for record in records.to_dict("records")
        for position, field in enumerate(HEADERS, start=1)
        if not pd.isna(record[field])
    ]


def _build_frames() -> list[tuple[tables.Table, list[dict[str, Any]]]]:
    companies = sorted({member[2] for member in MEMBERS})
    return [
        (tables.build_table("raw.sources"), _sources()),
        (tables.build_table("raw.records"), [_raw_record(s, m, n, t) for s, m, _, n, t, _ in MEMBERS]),
        (
            tables.build_table("standard.records"),
            [_standard_record(s, m, n, t, f) for s, m, _, n, t, f in MEMBERS],
        ),
        (tables.build_table("matching.sirens"), []),
        (
            tables.public_table("companies", schema="golden", sources=SOURCES),
            [_company(company) for company in companies],
        ),
        (
            tables.public_table("memberships", schema="golden"),
            [_membership(s, m, c, f) for s, m, c, _, _, f in MEMBERS],
        ),
    ]


@pytest.fixture
def frames() -> Frames:
    """The tables under validation, by full name; every rule holds."""
    return {table.full_name: _frame(table, rows) for table, rows in _build_frames()}


@pytest.fixture
def write_build(tmp_path: Path, frames: Frames) -> Callable[..., Path]:
    """Writes the frames, as they are when called, into a build database, with rejections by stage."""

    def write(**rejections: list[dict[str, Any]]) -> Path:
        build = tmp_path / ".build-test.duckdb"
        with connect(build) as con:
            for table, _ in _build_frames():
                tables.write(con, table, frames[table.full_name])
            columns = tables.build_table("raw.columns")
            tables.write(con, columns, _frame(columns, _columns()))
            cells = tables.build_table("raw.cells")
            tables.write(con, cells, _frame(cells, _cells(frames["raw.records"])))
            for stage in ("raw", "standard"):
                table = tables.build_table(f"{stage}.rejections")
                tables.write(con, table, _frame(table, rejections.get(stage, [])))
        return build

    return write
