"""The ten largest contributors to each headline figure, on a case computed by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds

from transforms.warehouse import stage

# Twelve employers of 10, 20, … 120 jobs; the largest of all has left, one is a sole trader, two are alike.
MEMBERS = tuple(
    builds.member("clustr", f"{n:02}", f"C{n:02}", fee="10.00" if n < 3 else None, active=n != 12)
    for n in range(1, 13)
)
COMPANIES = {
    f"C{n:02}": {
        "name": f"Société {n}",
        "jobs": 100.0 if n == 11 else 10.0 * n,
        "jobs_kind": "estimated" if n == 9 else "exact",
        "territory": None if n == 8 else "42",
        "is_sole_trader": n == 7,
    }
    for n in range(1, 13)
}
TOTAL = sum(10 * n for n in range(1, 11)) + 100


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("contributors")
    build = builds.write_build(
        folder / "build.duckdb",
        sources=[builds.source("clustr", 1)],
        members=MEMBERS,
        companies=COMPANIES,
    )
    parameters = builds.parameters(folder)
    stage.run(build, parameters)
    with duckdb.connect(str(parameters.warehouse), read_only=True) as opened:
        yield opened


def rows(con: duckdb.DuckDBPyConnection, columns: str, figure: str) -> list[tuple[Any, ...]]:
    sql = f"SELECT {columns} FROM headline_contributors WHERE figure = ? ORDER BY rank"
    return con.execute(sql, [figure]).fetchall()


def test_the_ten_largest_active_ones_in_order(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(con, "rank, company_id", "jobs")
    ids = ["C10", "C11", *(f"C{n:02}" for n in range(9, 1, -1))]
    assert found == list(enumerate(ids, start=1))


def test_shares_are_those_of_the_total_of_all(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(con, "total, share, share_to_here", "jobs")
    assert {total for total, *_ in found} == {TOTAL}
    assert found[0][1:] == pytest.approx((100 / TOTAL, 100 / TOTAL))
    assert found[1][1:] == pytest.approx((100 / TOTAL, 200 / TOTAL))
    assert found[-1][1:] == pytest.approx((20 / TOTAL, (TOTAL - 10) / TOTAL))


def test_kind_territory_and_the_name_of_a_person(con: duckdb.DuckDBPyConnection) -> None:
    found = {row[0]: row[1:] for row in rows(con, "company_id, name, kind, territory", "jobs")}
    assert found["C10"] == ("Société 10", "exact", "42")
    assert found["C09"] == ("Société 9", "estimated", "42")
    assert found["C08"] == ("Société 8", "exact", "inconnu")
    assert found["C07"] == ("…", "exact", "42")


def test_fewer_contributors_than_ten(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "company_id, share", "fee_eur") == [("C01", 0.5), ("C02", 0.5)]


def test_a_figure_that_nobody_has_is_not_there(con: duckdb.DuckDBPyConnection) -> None:
    assert rows(con, "rank", "turnover_eur") == []
