"""The marts, on cases computed by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds

from transforms import reference
from transforms.warehouse import stage

SOURCES = (builds.source("clustr", 2), builds.source("numelink", 1), builds.source("tiers", 3, founder=False))

MEMBERS = (
    builds.member("clustr", "1", "both", fee="100.00"),
    builds.member("numelink", "2", "both", fee="200.00"),
    builds.member("clustr", "3", "left_one", fee="700.00"),
    builds.member("numelink", "4", "left_one", fee="10.00", active=False),
    builds.member("tiers", "5", "newcomer", fee=None),
    builds.member("clustr", "6", "mixed", fee="0.00"),
    builds.member("tiers", "7", "mixed", fee=None),
    builds.member("numelink", "8", "gone", fee="900.00", active=False),
    builds.member("clustr", "9", "twice", fee="30.00"),
    builds.member("clustr", "10", "twice", fee="20.00"),
    builds.member("clustr", "11", "all", fee="1.00"),
    builds.member("numelink", "12", "all", fee="1.00"),
    builds.member("tiers", "13", "all", fee="1.00"),
)


def company(territory: str | None, jobs: float | None, kind: str, turnover: float | None) -> builds.Row:
    return {
        "name": "Société",
        "territory": territory,
        "jobs": jobs,
        "jobs_kind": kind,
        "turnover_eur": turnover,
        "turnover_eur_kind": "unknown" if turnover is None else "estimated",
    }


COMPANIES = {
    "both": company("lyon", 30.0, "exact", 1000.0),
    "left_one": company("lyon", 14.5, "estimated", None),
    "newcomer": company(None, None, "unknown", None),
    "mixed": company("42", 5.0, "exact", 600.0),
    "gone": company("42", 500.0, "exact", 9999.0),
    "twice": company("lyon", None, "unknown", 3000.0),
    "all": company("hors-region", None, "unknown", None),
}


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("marts")
    build = builds.write_build(folder / "build.duckdb", sources=SOURCES, members=MEMBERS, companies=COMPANIES)
    parameters = builds.parameters(folder)
    stage.run(build, parameters)
    with duckdb.connect(str(parameters.warehouse), read_only=True) as opened:
        yield opened


def row(con: duckdb.DuckDBPyConnection, mart: str, key: str, value: str) -> dict[str, Any]:
    frame = con.execute(f"SELECT * FROM {mart} WHERE {key} = ?", [value]).df().astype(object)
    ((_, found),) = frame.where(frame.notna(), None).iterrows()
    return dict(found)


TERRITORIES: dict[str, dict[str, Any]] = {
    "lyon": {
        "companies": 3,
        "share_of_companies": 0.5,
        "jobs": 44.5,
        "jobs_unknown": 1,
        "jobs_estimated": 1,
        "jobs_largest_share": pytest.approx(30 / 44.5),
        "turnover_eur": 4000.0,
        "turnover_unknown": 1,
        "turnover_estimated": 2,
        "turnover_largest_share": 0.75,
        "fee_eur": 1050.0,
        "fee_unknown": 0,
        "fee_largest_share": pytest.approx(700 / 1050),
    },
    "42": {
        "companies": 1,
        "share_of_companies": pytest.approx(1 / 6),
        "jobs": 5.0,
        "jobs_unknown": 0,
        "jobs_largest_share": 1.0,
        "turnover_eur": 600.0,
        "fee_eur": 0.0,
        "fee_largest_share": None,
    },
    "inconnu": {
        "companies": 1,
        "departement": None,
        "jobs": None,
        "jobs_unknown": 1,
        "jobs_estimated": 0,
        "jobs_largest_share": None,
        "turnover_eur": None,
        "fee_eur": None,
        "fee_unknown": 1,
        "fee_largest_share": None,
    },
    "hors-region": {"companies": 1, "fee_eur": 3.0, "departement": None},
    "15": {
        "companies": 0,
        "share_of_companies": 0.0,
        "jobs": 0.0,
        "jobs_unknown": 0,
        "jobs_largest_share": None,
        "turnover_eur": 0.0,
        "fee_eur": 0.0,
        "fee_unknown": 0,
        "departement": "15",
    },
}


@pytest.mark.parametrize(("territory", "expected"), TERRITORIES.items(), ids=TERRITORIES)
def test_territory(con: duckdb.DuckDBPyConnection, territory: str, expected: dict[str, Any]) -> None:
    found = row(con, "territories", "territory", territory)
    assert {name: found[name] for name in expected} == expected


def test_every_territory_is_listed_in_order(con: duckdb.DuckDBPyConnection) -> None:
    listed = [code for (code,) in con.execute("SELECT territory FROM territories").fetchall()]
    assert listed == sorted([*reference.load("territories")["territories"], "inconnu"])


BALANCE: dict[str, dict[str, Any]] = {
    "clustr": {
        "kind": "one_founder",
        "companies": 2,
        "share_of_companies": pytest.approx(1 / 3),
        "jobs": 14.5,
        "jobs_unknown": 1,
        "jobs_largest_share": 1.0,
        "turnover_eur": 3000.0,
        "turnover_unknown": 1,
        "fee_eur": 750.0,
        "fee_unknown": 0,
        "fee_largest_share": pytest.approx(700 / 750),
    },
    "numelink+clustr": {
        "kind": "both_founders",
        "companies": 1,
        "jobs": 30.0,
        "turnover_largest_share": 1.0,
        "fee_eur": 300.0,
    },
    "tiers": {
        "kind": "other",
        "companies": 1,
        "jobs": None,
        "jobs_unknown": 1,
        "fee_eur": None,
        "fee_unknown": 1,
    },
    "clustr+tiers": {"kind": "one_founder", "companies": 1, "fee_eur": 0.0, "fee_largest_share": None},
    "numelink+clustr+tiers": {"kind": "both_founders", "companies": 1, "fee_eur": 3.0},
}


@pytest.mark.parametrize(("origin", "expected"), BALANCE.items(), ids=BALANCE)
def test_founder_balance(con: duckdb.DuckDBPyConnection, origin: str, expected: dict[str, Any]) -> None:
    found = row(con, "founder_balance", "origin", origin)
    assert {name: found[name] for name in expected} == expected


def test_no_other_origin_is_listed(con: duckdb.DuckDBPyConnection) -> None:
    listed = con.execute("SELECT origin FROM founder_balance").fetchall()
    assert listed == sorted((origin,) for origin in BALANCE)


def test_no_active_company_at_all(tmp_path: Path) -> None:
    members = [builds.member("clustr", "1", "gone", active=False)]
    build = builds.write_build(
        tmp_path / "b.duckdb", members=members, companies={"gone": company("42", 1.0, "exact", None)}
    )
    parameters = builds.parameters(tmp_path)
    stage.run(build, parameters)
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        assert con.execute("SELECT * FROM founder_balance").fetchall() == []
        shares = con.execute("SELECT DISTINCT companies, share_of_companies FROM territories").fetchall()
        assert shares == [(0, None)]
