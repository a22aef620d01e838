"""Nine invented companies, small enough to reckon seats and fees by hand, and what they are reckoned by."""

import warehouse_builds as builds

from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters

SOURCES = (builds.source("clustr", 2), builds.source("numelink", 1), builds.source("tiers", 3, founder=False))


def _member(
    source: str, number: str, company: str, fee: str | None, college: str | None = None
) -> builds.Row:
    return {**builds.member(source, number, company, fee=fee), "college": college}


MEMBERS = (
    _member("clustr", "1", "a", "100.00", "Entreprise"),
    _member("clustr", "2", "b", "100.00", "Entreprise"),
    _member("numelink", "3", "b", "200.00"),
    _member("numelink", "4", "c", "300.00"),
    _member("numelink", "5", "d", "100.00"),
    _member("clustr", "6", "e", "200.00", "Startup"),
    _member("clustr", "7", "f", "900.00", "Startup"),
    _member("numelink", "8", "g", "50.00"),
    _member("tiers", "9", "g", None),
    builds.member("numelink", "10", "h", fee="900.00", active=False),
    _member("tiers", "11", "i", None),
)


def _company(territory: str | None, jobs: float | None) -> builds.Row:
    kind = "unknown" if jobs is None else "exact"
    return {"name": "Société", "territory": territory, "jobs": jobs, "jobs_kind": kind}


COMPANIES = {
    "a": _company("lyon", 60),
    "b": _company("lyon", 20),
    "c": _company("42", 10),
    "d": _company("42", None),
    "e": _company("38", 10),
    "f": _company("hors-region", 500),
    "g": _company(None, None),
    "h": _company("42", 700),
    "i": _company("38", 0),
}

BOARD = BoardParameters(seats=9, minimum=0)
FEES = FeeParameters(
    jobs_0_9=100,
    jobs_10_49=200,
    jobs_50_249=300,
    jobs_250_4999=400,
    jobs_5000=500,
    jobs_unknown=150,
    college_factors={"Startup": 0.5},
)
