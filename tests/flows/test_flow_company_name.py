"""A company named by what it is called."""

from collections.abc import Iterator

import duckdb
import pytest

from flows.company_name import id_of_name
from transforms.errors import InputError

COMPANIES = [
    ("E-1", "Géofit Services", None, "Rillieux", False),
    ("E-2", "L'Œuvre & Fils", "Abeille Noire", "Lyon", False),
    ("E-3", "Pharmacie Paret", None, "Arnas", False),
    ("E-4", "PHARMACIE PARET DEVELOPPEMENT", None, None, False),
    ("E-5", "Sidonie Valdor", None, "Annecy", True),
    ("E-6", "Valdor Logiciels", None, "Annecy", False),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE companies (company_id VARCHAR, name VARCHAR, trade_name VARCHAR, city VARCHAR, "
            "is_sole_trader BOOLEAN)"
        )
        con.executemany("INSERT INTO companies VALUES (?, ?, ?, ?, ?)", COMPANIES)
        yield con


@pytest.mark.parametrize(
    ("asked", "company_id"),
    [
        ("geofit services", "E-1"),
        ("l oeuvre fils", "E-2"),
        ("ABEILLE-NOIRE", "E-2"),
        ("pharmacie paret", "E-3"),
        ("développement pharmacie", "E-4"),
        ("  logiciels ", "E-6"),
    ],
    ids=["accents and case", "signs", "trade name", "whole name first", "some words", "one word"],
)
def test_a_name_leads_to_its_company(con: duckdb.DuckDBPyConnection, asked: str, company_id: str) -> None:
    assert id_of_name(con, asked) == company_id


def test_several_of_a_name_are_listed_and_no_person_is_named(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError) as refused:
        id_of_name(con, "valdor")
    assert refused.value.expected == "E-5 (entrepreneur individuel) ; E-6 (Valdor Logiciels, Annecy)"


@pytest.mark.parametrize("asked", ["geofitt servises", "  ", "°", "quorvex"])
def test_a_name_that_no_company_has_is_refused_with_the_nearest(
    con: duckdb.DuckDBPyConnection, asked: str
) -> None:
    with pytest.raises(InputError, match="ni une fiche ni une entreprise") as refused:
        id_of_name(con, asked)
    assert ("E-1 (Géofit Services, Rillieux)" in str(refused.value.expected)) == (asked == "geofitt servises")
