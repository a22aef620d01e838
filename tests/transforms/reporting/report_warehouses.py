"""Small invented warehouses for the report, and how tests look into what it says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import warehouse_builds as builds

from transforms.reporting.document import Picture, Section, Table
from transforms.warehouse import stage

# Jobs 60 + 30 + 10, turnover 3 + 1 millions, fees 150 + 80 + 70; C4 says nothing; C5 has left.
COMPANIES: Mapping[str, builds.Row] = {
    "C1": {
        "name": "Atelier Lumen",
        "territory": "lyon",
        "jobs": 60.0,
        "jobs_kind": "exact",
        "turnover_eur": 3e6,
        "turnover_eur_kind": "exact",
    },
    "C2": {
        "name": "Boréal Services",
        "territory": "42",
        "jobs": 30.0,
        "jobs_kind": "exact",
        "turnover_eur": 1e6,
        "turnover_eur_kind": "estimated",
    },
    "C3": {"name": "Cyan Conseil", "territory": "38", "jobs": 10.0, "jobs_kind": "estimated"},
    "C4": {"name": "Delta Robotique", "territory": "hors-region"},
    "C5": {"name": "Écho Studio", "territory": "42", "jobs": 500.0, "jobs_kind": "exact"},
}
MEMBERS: tuple[builds.Row, ...] = (
    builds.member("clustr", "A1", "C1", fee="100.00") | {"college": "Entreprise"},
    builds.member("clustr", "A2", "C2", fee="80.00") | {"college": "Startup"},
    builds.member("clustr", "A5", "C5", active=False, fee="900.00"),
    builds.member("numelink", "1", "C1", fee="50.00"),
    builds.member("numelink", "3", "C3", fee="70.00"),
    builds.member("numelink", "4", "C4", fee=None),
)


def pair(left: str, right: str, probability: float, zone: str) -> builds.Row:
    """A pair of a Clust'R record and a Numelink record."""
    return {
        "left_source": "clustr",
        "left_member_id": left,
        "right_source": "numelink",
        "right_member_id": right,
        "probability": probability,
        "zone": zone,
        "reasons": [],
        "priority": 1.0,
        "cause": "ressemblance incertaine",
    }


PAIRS = (
    pair("A1", "1", 0.95, "match"),
    pair("A2", "3", 0.5, "review"),
    pair("A5", "4", 0.04, "distinct"),
)


def published(folder: Path, run_id: str = "r1", **rows: Any) -> Path:
    """Publish an invented build into `folder`; the published file."""
    build = builds.write_build(folder / f"build-{run_id}.duckdb", **rows)
    parameters = builds.parameters(folder, run_id)
    stage.run(build, parameters)
    return parameters.warehouse


def ordinary(folder: Path, **rows: Any) -> Path:
    """The five companies above."""
    pairs = {"matching_pairs": PAIRS, "matching_review": PAIRS[1:2]}
    return published(folder, **{"companies": COMPANIES, "members": MEMBERS, **pairs, **rows})


HOSTILE = (
    "<script>document.title = 'taken'</script>",
    "x" * 500,
    "\u202eesrever \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    r"$\frac{1}{0}$ #panic() ]]> &amp; {{ 7 * 7 }} \u{0} \" ' -->",
)


def hostile(folder: Path) -> Path:
    """The same with hostile names of companies, colleges and sources."""
    companies = {
        key: {**company, "name": HOSTILE[place % len(HOSTILE)]}
        for place, (key, company) in enumerate(COMPANIES.items())
    }
    members = [one | {"college": HOSTILE[place % len(HOSTILE)]} for place, one in enumerate(MEMBERS)]
    sources = [
        one | {"title": f"{HOSTILE[place]}", "file": f"{HOSTILE[3 - place]}"}
        for place, one in enumerate(builds.SOURCES)
    ]
    return ordinary(folder, companies=companies, members=members, sources=sources)


def empty(folder: Path) -> Path:
    """Nothing but the exports that were read."""
    return published(folder, companies={}, members=[])


def table(section: Section, title: str) -> Table:
    """The table of a section whose title begins like this."""
    (found,) = (one for one in section.blocks if isinstance(one, Table) and one.title.startswith(title))
    return found


def row(found: Table, first: str) -> tuple[str, ...]:
    """The row whose first cell is this, without it."""
    ((_, *rest),) = (one for one in found.rows if one[0] == first)
    return plain(rest)


def plain(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells with ordinary spaces, which are easier to write in a test."""
    return tuple(cell.replace("\u202f", " ").replace("\u00a0", " ") for cell in cells)


def pictures(section: Section) -> list[str]:
    """Names of the pictures of a section."""
    return [one.name for one in section.blocks if isinstance(one, Picture)]
