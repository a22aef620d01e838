"""Reports that go to Prefect, without the contacts after whom a company is called."""

from pathlib import Path

import duckdb

from transforms.suppression.identifiers import parts_of_cell
from transforms.suppression.persons import Persons
from transforms.warehouse.database import connect

_CONTACTS = "SELECT DISTINCT contact_person FROM raw.records WHERE contact_person IS NOT NULL"


def without_contacts(report: str, build: Path) -> str:
    """`report` with « … » for each contact of the exports; a report without a build database stays.

    Args:
        report: a text; a name stands on one line of it.
        build: the build database of the run, if it is there.
    """
    people = _contacts(build)
    return "".join(people.masked(line) for line in report.splitlines(keepends=True))


def _contacts(build: Path) -> Persons:
    if not build.is_file():
        return Persons()
    with connect(build, read_only=True) as con:
        try:
            cells = con.execute(_CONTACTS).fetchall()
        except duckdb.CatalogException:
            # The run did not come as far as reading them.
            return Persons()
    return Persons.of(person for (cell,) in cells for person in parts_of_cell(cell))
