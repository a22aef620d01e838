"""Small invented build databases: rows name only the columns that matter, the rest gets a harmless value."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from transforms.warehouse import database, tables
from transforms.warehouse.checks import WITHOUT_LINEAGE
from transforms.warehouse.stage import PublishParameters

Row = Mapping[str, Any]
SIREN = ("732829320", "404833048", "552100554")

_DEFAULTS = {
    "VARCHAR": "x",
    "BOOLEAN": False,
    "INTEGER": 1,
    "BIGINT": 1,
    "DOUBLE": 0.5,
    "TIMESTAMP": datetime(2026, 1, 5, 8, 0),
}


def source(name: str, priority: int, *, founder: bool = True) -> Row:
    return {
        "source": name,
        "title": name.title(),
        "priority": priority,
        "founder": founder,
        "file": f"{name}.csv",
        "sha256": "0" * 64,
        "export_date": date(2026, 1, 2),
        "records": 3,
    }


def member(
    member_source: str,
    member_id: str,
    company_id: str,
    *,
    fee: str | None = "100.00",
    active: bool = True,
    siren: str | None = None,
) -> Row:
    return {
        "source": member_source,
        "member_id": member_id,
        "company_id": company_id,
        "fee_eur": fee,
        "is_active": active,
        "siren": siren,
        "joined_on": date(2020, 3, 1),
    }


def rejection(row: int, field: str = "siren", *, value: str | None = "123", personal: bool = False) -> Row:
    return {
        "source": "clustr",
        "file": "clustr.csv",
        "source_row": row,
        "field": field,
        "column_name": field.upper(),
        "value": value,
        "rule": f"{field}_refused",
        "severity": "warning",
        "message": "Refusé.",
        "personal": personal,
    }


SOURCES = (source("clustr", 1), source("numelink", 2))

# C1: in both networks; C2: its only membership has ended; C3: Numelink only.
MEMBERS = (
    member("clustr", "A1", "C1", siren=SIREN[0]),
    member("clustr", "A2", "C2", active=False, fee="80.00"),
    member("numelink", "7", "C1", fee="50.50", siren=SIREN[0]),
    member("numelink", "8", "C3", fee=None),
)

COMPANIES: Mapping[str, Row] = {
    "C1": {
        "name": "Atelier Lumen",
        "siren": SIREN[0],
        "territory": "lyon",
        "jobs": 12.0,
        "jobs_kind": "exact",
    },
    "C2": {"name": "Boréal Services", "territory": "42"},
    "C3": {"name": "Cyan Conseil", "territory": None},
}


def write_build(
    path: Path,
    *,
    sources: Sequence[Row] = SOURCES,
    members: Sequence[Row] = MEMBERS,
    companies: Mapping[str, Row] = COMPANIES,
    **more: Sequence[Row],
) -> Path:
    """Write a whole build database; `more` are further rows by table, e.g. `matching_pairs=[...]`."""
    names = tuple(one["source"] for one in sorted(sources, key=lambda one: one["priority"]))
    golden = [_company(company_id, companies[company_id], members, names) for company_id in companies]
    rows: dict[str, Sequence[Row]] = {
        "raw.contracts": [{"source": one["source"], "priority": one["priority"]} for one in sources],
        "raw.sources": sources,
        "standard.records": members,
        "golden.companies": golden,
        "golden.memberships": members,
        "golden.lineage": _lineage(golden, members),
        "golden.register": [{**one, "first_run": "r0", "last_run": "r1", "siren": None} for one in members],
        "golden.contacts": [{**one, "email": f"contact@{one['member_id']}.example"} for one in members],
        **{name.replace("_", ".", 1): given for name, given in more.items()},
    }
    with database.connect(path) as con:
        for table in _tables(names):
            tables.write(con, table, filled(table, rows.get(table.full_name, ())))
    return path


def parameters(folder: Path, run_id: str = "r1", **more: Any) -> PublishParameters:
    return PublishParameters(
        warehouse=folder / "clean" / "warehouse.duckdb",
        state=folder / "state",
        run_id=run_id,
        started_at=datetime(2026, 1, 5, 4, 15, tzinfo=UTC),
        **more,
    )


def filled(table: tables.Table, rows: Sequence[Row]) -> pa.Table:
    """`rows` with every column of `table`: a required one gets a harmless value, others NULL."""
    default = {
        column.name: _DEFAULTS.get(column.type, []) if column.required else None for column in table.columns
    }
    names = table.column_names
    frame = pd.DataFrame([[row.get(name, default[name]) for name in names] for row in rows], columns=names)
    return pa.Table.from_pandas(frame.astype(object).where(frame.notna(), None), preserve_index=False)


def _tables(sources: tuple[str, ...]) -> list[tables.Table]:
    prepared = ("companies", "memberships", "lineage", "company_aliases", "related_companies", "corrections")
    golden = [tables.public_table(name, schema="golden", sources=sources) for name in prepared]
    quality = tables.public_table("quality_results", schema="quality")
    contacts = tables.tables("contacts")["main.contacts"].model_copy(update={"schema_name": "golden"})
    return [*tables.tables("build").values(), *golden, quality, contacts]


def _company(company_id: str, given: Row, members: Sequence[Row], sources: Sequence[str]) -> Row:
    own = [one for one in members if one["company_id"] == company_id]
    active = [one for one in own if one["is_active"]]
    fees = [float(one["fee_eur"]) for one in active if one["fee_eur"] is not None]
    return {
        "company_id": company_id,
        "siren_status": "missing",
        "jobs_kind": "unknown",
        "turnover_eur_kind": "unknown",
        "is_active": bool(active),
        **{f"in_{name}": any(one["source"] == name for one in active) for name in sources},
        "n_records": len(own),
        "fee_eur": f"{sum(fees):.2f}" if fees else None,
        "confidence": 1.0,
        "is_sole_trader": False,
        **given,
    }


def _lineage(companies: Sequence[Row], members: Sequence[Row]) -> list[Row]:
    origin = {one["company_id"]: one for one in reversed(members)}
    return [
        {
            "company_id": company["company_id"],
            "field": field,
            "value": str(value),
            "source": origin[company["company_id"]]["source"],
            "member_id": origin[company["company_id"]]["member_id"],
            "rule": "priority",
        }
        for company in companies
        for field, value in company.items()
        if field not in WITHOUT_LINEAGE and value is not None
    ]
