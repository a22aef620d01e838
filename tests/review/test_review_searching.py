"""Who is found by what: sole traders by all that is not their name."""

from collections.abc import Iterator

import duckdb
import pytest

from review.searching import search

COMPANIES = """
CREATE TABLE companies AS
SELECT * FROM (VALUES
    ('E-AAAAAAAAAA', 'Zoé Exemple', 'L''Atelier du Lumen', true, '404833048', '69100', 'Villeurbanne',
    1, true),
    ('E-BBBBBBBBBB', 'Jean Essai', NULL, true, NULL, '69001', 'Lyon', 1, true),
    ('E-CCCCCCCCCC', 'Forge Exemple', 'Lumen', false, '732829320', '69100', 'Villeurbanne', 2, true)
) AS made(
    company_id, name, trade_name, is_sole_trader, siren, postcode, city, n_records, is_active
);
CREATE TABLE memberships AS
SELECT * FROM (VALUES
    ('nord', '12', 'E-AAAAAAAAAA'), ('nord', '13', 'E-BBBBBBBBBB'), ('nord', '14', 'E-CCCCCCCCCC'),
    ('sud', 'S-1', 'E-CCCCCCCCCC')
) AS made(source, member_id, company_id);
CREATE TABLE company_aliases AS SELECT 'E-DDDDDDDDDD' AS retired_id, 'E-CCCCCCCCCC' AS company_id;
"""


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute(COMPANIES)
        yield made


FOUND = {
    "the trade name": ("atelier lumen", "A"),
    "the trade name as it is written": ("l'atelier du lumen", "A"),
    "the trade name and the town": ("lumen villeurbanne", "CA"),
    "a part of a word of it": ("ateli", ""),
    "the name": ("zoé exemple", ""),
    "a part of the name": ("exemple", "C"),
    "a town": ("villeurbanne", "CA"),
    "all of a town": ("entrepreneur individuel lyon", "B"),
    "the SIREN": ("404 833 048", "A"),
    "the number": ("nord:13", "B"),
    "the number alone": ("12", "A"),
    "a retired id": ("e-dddddddddd", "C"),
    "another's trade name, begun": ("lum", "C"),
}


@pytest.mark.parametrize(("text", "letters"), FOUND.values(), ids=FOUND)
def test_who_is_found(con: duckdb.DuckDBPyConnection, text: str, letters: str) -> None:
    found = search(con, text)
    assert "".join(one.company_id[-1] for one in found) == letters
    told = " ".join(map(repr, found))
    assert not any(word in told for word in ("Zoé", "Atelier", "Jean"))


def test_a_sole_trader_is_told_by_its_numbers(con: duckdb.DuckDBPyConnection) -> None:
    (found,) = search(con, "404833048")
    assert (found.is_person, found.numbers, found.city) == (True, ["nord:12"], "Villeurbanne")
