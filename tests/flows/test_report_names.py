"""A report for Prefect names companies, not the contacts after whom some are called."""

from pathlib import Path

import pytest

from flows.report_names import without_contacts
from transforms.warehouse.database import connect

REPORT = "# Fusion terminée\n\n| Ateliers ZOE Exemplère | arrivée |\n| Paul Essai Conseil | arrivée |\n"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    with connect(path) as con:
        con.execute("CREATE SCHEMA raw; CREATE TABLE raw.records (contact_person VARCHAR)")
        con.execute("INSERT INTO raw.records VALUES ('Mme Zoé Exemplère / Luc Autre'), ('Conseil'), (NULL)")
    return path


def test_the_contact_of_an_export_is_masked(build: Path) -> None:
    assert without_contacts(REPORT, build) == REPORT.replace("ZOE Exemplère", "…")


def test_a_run_that_read_nothing_is_told_as_it_is(tmp_path: Path) -> None:
    empty = tmp_path / "empty.duckdb"
    with connect(empty) as con:
        con.execute("CREATE SCHEMA raw")
    assert [without_contacts(REPORT, path) for path in (empty, tmp_path / "none")] == [REPORT, REPORT]
