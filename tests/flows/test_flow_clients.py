"""Readers without our code: an older DuckDB and today's find the same in the published file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pipelines import Places, rows

from transforms.warehouse.named_queries import named_queries

_PROJECT = Path(__file__).parents[2]
OLDER = _PROJECT / ".venv-clients" / "bin" / "python"
SCRIPT = _PROJECT / "tests" / "clients" / "read_warehouse.py"
# A call of each table macro of the file, by name.
MACRO_CALLS = {
    "changes_since": "SELECT * FROM changes_since('2020-01-01')",
    "companies_as_of": "SELECT * FROM companies_as_of(DATE '2100-01-01')",
}


@pytest.fixture(scope="module")
def queries(published: Places) -> dict[str, str]:
    """Everything that can be read: tables, views, macros and the example queries."""
    names = rows(
        published.warehouse,
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY ALL",
    )
    asked = {name: f"SELECT * FROM {name}" for (name,) in names}
    asked |= {f"macro {name}": call for name, call in MACRO_CALLS.items()}
    return asked | {f"query {query.name}": query.sql for query in named_queries().values()}


def read(python: Path | str, warehouse: Path, queries: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [python, SCRIPT, warehouse],
        input=json.dumps(queries),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_macro_of_the_file_is_called(published: Places) -> None:
    found = rows(
        published.warehouse,
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE NOT internal AND function_type IN ('macro', 'table_macro') "
        "AND database_name = current_database()",
    )
    assert {name for (name,) in found} == set(MACRO_CALLS)


@pytest.mark.skipif(not OLDER.exists(), reason="make test installs the older DuckDB into .venv-clients")
def test_an_older_duckdb_gives_the_same_answers(published: Places, queries: dict[str, str]) -> None:
    older, today = (read(python, published.warehouse, queries) for python in (OLDER, sys.executable))
    assert older["version"].startswith("1.4.")
    assert today["version"].startswith("2.")
    assert older["answers"]["companies"][0] > 100
    assert older["answers"] == today["answers"]
