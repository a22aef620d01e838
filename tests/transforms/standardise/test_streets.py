"""The line of an address that names the street: number, kind, name, and what stands beside it."""

import pytest

from transforms.standardise.streets import read_street


@pytest.mark.parametrize(
    ("text", "number", "kind", "name", "complement", "line"),
    [
        pytest.param("12 rue des Lilas", "12", "RUE", "LILAS", None, "12 rue des Lilas", id="plain"),
        pytest.param("12, rue des Lilas", "12", "RUE", "LILAS", None, "12 rue des Lilas", id="comma"),
        pytest.param("12 R DU VALLON", "12", "RUE", "VALLON", None, "12 R DU VALLON", id="R is no suffix"),
        pytest.param(
            "12 B av. du Gal Verdier", "12 BIS", "AVENUE", "GENERAL VERDIER", None, None, id="B is bis"
        ),
        pytest.param("12bis Bd St Amarin", "12 BIS", "BOULEVARD", "SAINT AMARIN", None, None, id="glued bis"),
        pytest.param("6 A IMP DES LILAS", "6 A", "IMPASSE", "LILAS", None, None, id="letter"),
        pytest.param("12-14 quai de l'Écluse", "12", "QUAI", "ECLUSE", None, None, id="range"),
        pytest.param(
            "49 Grande rue du Vallon", "49", "GRANDE RUE", "VALLON", None, None, id="type of two words"
        ),
        pytest.param("RUE DU 3 MAI 1921", None, "RUE", "3 MAI 1921", None, None, id="date in the name"),
        pytest.param("n° 5 rue Verte", "5", "RUE", "VERTE", None, None, id="n°"),
        pytest.param(
            "Tour Azur 129 rue Verte", "129", "RUE", "VERTE", "Tour Azur", "129 rue Verte", id="tower ahead"
        ),
        pytest.param(
            "Chez Essai 12 bis rue Verte", "12 BIS", "RUE", "VERTE", "Chez Essai", None, id="host ahead"
        ),
        pytest.param("LD LA COMBETTE", None, "LIEU DIT", "COMBETTE", None, None, id="lieu-dit"),
        pytest.param("Zone Artisanale de la Combette", None, "ZA", "COMBETTE", None, None, id="zone"),
        pytest.param("LES COMBETTES", None, None, "COMBETTES", None, "LES COMBETTES", id="only a name"),
        pytest.param(
            "Bât. B, 3 rue Verte", "3", "RUE", "VERTE", "Bât. B", "3 rue Verte", id="building first"
        ),
        pytest.param(
            "3 rue Verte Bât. B", "3", "RUE", "VERTE", "Bât. B", "3 rue Verte", id="building behind"
        ),
        pytest.param(
            "3 rue Verte BP 123", "3", "RUE", "VERTE", "BP 123", "3 rue Verte", id="post box behind"
        ),
        pytest.param("2e étage, LA COMBETTE", None, None, "COMBETTE", "2e étage", "LA COMBETTE", id="floor"),
        pytest.param(
            "Tour Azur\n3 rue Verte", "3", "RUE", "VERTE", "Tour Azur", "3 rue Verte", id="two lines"
        ),
        pytest.param(
            "ZA du Pré - 3 rue Verte", "3", "RUE", "VERTE", "ZA du Pré", "3 rue Verte", id="zone beside"
        ),
        pytest.param(
            "Immeuble Azur - ZI Nord", None, "ZI", "NORD", "Immeuble Azur", "ZI Nord", id="zone as street"
        ),
        pytest.param("BP 123", None, None, None, None, "BP 123", id="only a post box"),
    ],
)
def test_street(
    text: str,
    number: str | None,
    kind: str | None,
    name: str | None,
    complement: str | None,
    line: str | None,
) -> None:
    street = read_street(text)
    assert street[:4] == (number, kind, name, complement)
    assert line is None or street.line == line
