"""Each gate of the last look: what it finds in tables made by hand, and when it no longer holds."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from transforms.clearance import company_ids, critical_rules, groups, identifiers, match_rate

SCHEMA = """
CREATE SCHEMA raw; CREATE SCHEMA standard; CREATE SCHEMA golden;
CREATE SCHEMA continuity; CREATE SCHEMA quality;
CREATE TABLE raw.sources (
    source VARCHAR, title VARCHAR, file VARCHAR, sha256 VARCHAR, export_date DATE, records INTEGER
);
CREATE TABLE raw.records (source VARCHAR, siren VARCHAR, siret VARCHAR, tva VARCHAR, rna VARCHAR);
CREATE TABLE standard.rejections (source VARCHAR, source_row INTEGER, field VARCHAR, severity VARCHAR);
CREATE TABLE golden.memberships (source VARCHAR, member_id VARCHAR, company_id VARCHAR);
CREATE TABLE continuity.records (
    source VARCHAR, member_id VARCHAR, known_member_id VARCHAR, known_first_run VARCHAR
);
CREATE TABLE quality.results (rule VARCHAR, severity VARCHAR, success BOOLEAN, failed INTEGER);
CREATE TABLE quality.rejections (rule VARCHAR, file VARCHAR, source_row INTEGER, member_id VARCHAR);
INSERT INTO raw.sources VALUES ('alpha', 'Réseau Alpha', 'alpha.csv', 'aa', NULL, 100);
"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(SCHEMA)
        yield con


def refuse_cells(con: duckdb.DuckDBPyConnection, refused: int, given: int, severity: str = "warning") -> None:
    con.execute("INSERT INTO raw.records SELECT 'alpha', NULL, 'x', NULL, NULL FROM range(?)", [given])
    con.execute(
        "INSERT INTO standard.rejections SELECT 'alpha', range::INTEGER, 'siret', ? FROM range(?)",
        [severity, refused],
    )


@pytest.mark.parametrize(
    ("refused", "given", "severity", "holds"),
    [
        (0, 0, "warning", True),
        (9, 9, "warning", True),
        (10, 10, "warning", False),
        (40, 100, "warning", True),
        (41, 100, "warning", False),
        (100, 100, "info", True),
    ],
    ids=[
        "none given",
        "too few to say",
        "all of ten",
        "at the limit",
        "beyond it",
        "repaired cells are none",
    ],
)
def test_refused_identifiers(
    con: duckdb.DuckDBPyConnection, refused: int, given: int, severity: str, holds: bool
) -> None:
    refuse_cells(con, refused, given, severity)
    (found,) = identifiers.findings(con, 0.4)
    assert (found.source, found.holds) == ("alpha", holds)


def test_a_cell_that_breaks_two_rules_counts_once(con: duckdb.DuckDBPyConnection) -> None:
    refuse_cells(con, 10, 20)
    con.execute("INSERT INTO standard.rejections FROM standard.rejections")
    (found,) = identifiers.findings(con, 0.4)
    assert found.found == "10 identifiants invalides sur 20 (50 %)"


def give_companies(con: duckdb.DuckDBPyConnection, *sizes: int) -> None:
    for company, size in enumerate(sizes):
        con.execute(
            "INSERT INTO golden.memberships SELECT 'alpha', ? || '-' || range, 'E-' || ? FROM range(?)",
            [company, company, size],
        )


@pytest.mark.parametrize(("sizes", "holds"), [((3, 1), True), ((1, 4), False)], ids=["at most", "too many"])
def test_the_largest_company(con: duckdb.DuckDBPyConnection, sizes: tuple[int, ...], holds: bool) -> None:
    give_companies(con, *sizes)
    (found,) = groups.findings(con, 3)
    assert (found.holds, found.found) == (holds, f"{max(sizes)} fiches dans la plus grande entreprise")


def test_no_company_has_no_largest(con: duckdb.DuckDBPyConnection) -> None:
    assert list(groups.findings(con, 3)) == []


def run_of(records: int, companies: int, *sources: str, verdict: str = "published") -> dict[str, object]:
    counts = {"golden.rows_out": records, "golden.companies": companies}
    return {"verdict": verdict, "counts": counts, "inputs": [{"source": one} for one in sources]}


@pytest.mark.parametrize(
    ("runs", "holds"),
    [
        ([], True),
        ([run_of(200, 120, "alpha")], True),
        ([run_of(200, 199, "alpha")], False),
        ([run_of(200, 20, "alpha")], False),
        ([run_of(200, 40, "alpha"), run_of(200, 120, "alpha", verdict="restored")], True),
        ([run_of(200, 40, "alpha", verdict="refused")], True),
        ([run_of(200, 199, "alpha", "beta")], True),
        ([{"verdict": "published", "counts": {}, "inputs": [{"source": "alpha"}]}], True),
    ],
    ids=[
        "first publication",
        "the same",
        "many more merged",
        "many fewer merged",
        "the last in service counts",
        "what was never in service does not",
        "other sources",
        "a log that did not count",
    ],
)
def test_the_rate_of_merged_records(
    con: duckdb.DuckDBPyConnection, runs: list[dict[str, object]], holds: bool
) -> None:
    give_companies(con, *[2] * 80, *[1] * 40)  # 200 records, 120 companies: 40 % merged
    (found,) = match_rate.findings(con, runs, 0.5)
    assert found.holds is holds
    assert found.found.startswith("40,0 % des fiches réunies à une autre")


def test_a_few_records_are_no_drift(con: duckdb.DuckDBPyConnection) -> None:
    give_companies(con, 2, 2, *[1] * 10)
    (found,) = match_rate.findings(con, [run_of(14, 14, "alpha")], 0.1)
    assert found.holds


def known(con: duckdb.DuckDBPyConnection, ids: list[tuple[str, str]]) -> pd.DataFrame:
    """Records known under the first id of each pair that are published under the second; the register."""
    for number, (_, now) in enumerate(ids):
        member = f"A{number}"
        con.execute("INSERT INTO continuity.records VALUES ('alpha', ?, ?, 'r1')", [member, member])
        con.execute("INSERT INTO golden.memberships VALUES ('alpha', ?, ?)", [member, now])
    return pd.DataFrame(
        [
            {"source": "alpha", "member_id": f"A{n}", "company_id": old, "first_run": "r1", "last_run": "r2"}
            for n, (old, _) in enumerate(ids)
        ],
        columns=["source", "member_id", "company_id", "first_run", "last_run"],
    )


KEPT = [(f"E-{n}", f"E-{n}") for n in range(90)]


@pytest.mark.parametrize(
    ("ids", "holds", "told"),
    [
        ([], True, "rien à comparer"),
        (KEPT, True, "0 entreprise sur 90 (0 %)"),
        ([*KEPT, *[(f"E-x{n}", "E-1") for n in range(9)]], True, "9 entreprises sur 99 (9 %)"),
        ([*KEPT, *[(f"E-x{n}", "E-1") for n in range(12)]], False, "12 entreprises sur 102 (12 %)"),
        ([*KEPT, *[(f"E-{n}", f"E-y{n}") for n in range(10)]], False, "10 entreprises sur 90 (11 %)"),
    ],
    ids=["first publication", "all kept", "a few merged", "many merged", "many split"],
)
def test_ids_that_changed(
    con: duckdb.DuckDBPyConnection, ids: list[tuple[str, str]], holds: bool, told: str
) -> None:
    (found,) = company_ids.findings(con, known(con, ids), "r2", 0.1)
    assert (found.holds, found.found) == (holds, told)


def test_ids_of_companies_that_were_not_in_service_do_not_count(con: duckdb.DuckDBPyConnection) -> None:
    register = known(con, [(f"E-{n}", f"E-y{n}") for n in range(20)])
    (found,) = company_ids.findings(con, register, "r3", 0.1)
    assert found.found == "rien à comparer"


def test_a_critical_rule_tells_where_and_no_value(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO quality.results VALUES ('golden_one_siren', 'critical', false, 2)")
    con.execute("INSERT INTO quality.results VALUES ('golden_siren_shared', 'warning', false, 1)")
    con.execute("INSERT INTO quality.rejections VALUES ('golden_one_siren', 'alpha.csv', 2, 'A1')")
    (found,) = critical_rules.findings(con, 0)
    assert not found.holds
    assert found.found == "1 règle critique en défaut"
    assert "(golden_one_siren, 2 cas) : par exemple alpha.csv ligne 2 (adhérent A1)" in found.detail
    (allowed,) = critical_rules.findings(con, 1)
    assert allowed.holds
