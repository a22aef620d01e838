"""The publication of 1,000 companies with all its marts, and its report, keep to the time that both have.

Four times that bar, because test machines are noisy; processor seconds, because they have other things to do.
"""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
import warehouse_builds as builds

from transforms.reporting import stage as reporting
from transforms.reporting.stage import ReportParameters
from transforms.warehouse import database, stage

COMPANIES = 1000
BAR_S = 5.0
NOISE = 4
PLACES = ("lyon", "42", "38", "69", "63", "hors-region", None)


def built(folder: Path) -> Path:
    """Invented companies, a third of them in both networks."""
    companies = {
        f"C{number}": {
            "name": f"Atelier {number}",
            "territory": PLACES[number % len(PLACES)],
            "jobs": None if number % 5 == 0 else float(number % 300),
            "jobs_kind": "unknown" if number % 5 == 0 else "exact",
            "turnover_eur": 1000.0 * number,
            "turnover_eur_kind": "exact",
        }
        for number in range(COMPANIES)
    }
    members = [
        builds.member(source, str(number), f"C{number}") | {"college": f"Collège {number % 4}"}
        for number in range(COMPANIES)
        for source in ("clustr", "numelink")
        if number % 3 == 0 or (source == "clustr") == bool(number % 2)
    ]
    return builds.write_build(folder / "build.duckdb", companies=companies, members=members)


@pytest.mark.slow
def test_marts_and_report_keep_to_their_time(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    build, parameters = built(tmp_path), builds.parameters(tmp_path)
    began = process_time()
    stage.run(build, parameters)
    reporting.run(build, ReportParameters(warehouse=parameters.warehouse))
    seconds = process_time() - began
    record_property("marts_and_report_seconds", round(seconds, 2))
    assert seconds < BAR_S * NOISE
    with database.connect(parameters.warehouse, read_only=True) as con:
        assert con.execute("SELECT sum(companies) FROM territories").fetchall() == [(COMPANIES,)]
