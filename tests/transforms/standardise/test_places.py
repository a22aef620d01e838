"""A postcode and a town, each from its own cell."""

import pytest
from address_texts import TEXTS
from hypothesis import given, settings

from transforms.standardise.places import city_key, read_postcode, read_town


@pytest.mark.parametrize(
    ("text", "city", "key", "is_cedex"),
    [
        pytest.param("LYON 3EME", "Lyon", "LYON", False, id="arrondissement"),
        pytest.param("Lyon 7e arrondissement", "Lyon", "LYON", False, id="arrondissement in full"),
        pytest.param("LYON CEDEX 09", "Lyon", "LYON", True, id="cedex"),
        pytest.param("Lyon 7Eme Cedex 3", "Lyon", "LYON", True, id="both"),
        pytest.param("PARIS 8", "Paris", "PARIS", False, id="number"),
        pytest.param("ST-ETIENNE", "St-Etienne", "SAINT ETIENNE", False, id="ST"),
        pytest.param("Ste Foy lès Lyon", "Ste Foy lès Lyon", "SAINTE FOY LES LYON", False, id="STE"),
        pytest.param("VILLEFRANCHE S/ SAONE", None, "VILLEFRANCHE SUR SAONE", False, id="S/"),
        pytest.param("Saint-Étienne", "Saint-Étienne", "SAINT ETIENNE", False, id="as written"),
        pytest.param("L'ISLE D'ABEAU", "L'Isle d'Abeau", "L ISLE D ABEAU", False, id="apostrophes"),
        pytest.param("69003 Lyon (Rhône)", "Lyon", "LYON", False, id="postcode and brackets"),
    ],
)
def test_town(text: str, city: str | None, key: str, is_cedex: bool) -> None:
    town = read_town(text)
    assert (town.city_key, town.is_cedex, town.rule) == (key, is_cedex, None)
    assert city is None or town.city == city


@pytest.mark.parametrize(
    ("text", "postcode", "rule"),
    [
        pytest.param("69003", "69003", None, id="as it is"),
        pytest.param("69 003", "69003", None, id="space"),
        pytest.param("69003.0", "69003", None, id="number as text"),
        pytest.param("F-69003", "69003", None, id="country"),
        pytest.param("1150", "01150", "postcode_lost_zero", id="lost zero"),
        pytest.param("97400", "97400", None, id="overseas"),
        pytest.param("99999", None, "postcode_format", id="no département"),
        pytest.param("00100", None, "postcode_format", id="département 00"),
        pytest.param("2620X", None, "postcode_format", id="last digit unreadable"),
        pytest.param("690033", None, "postcode_format", id="too long"),
        pytest.param("69", None, "postcode_format", id="too short"),
        pytest.param("CH-1204", None, "postcode_format", id="foreign"),
    ],
)
def test_postcode(text: str, postcode: str | None, rule: str | None) -> None:
    read = read_postcode(text)
    assert (read.postcode, read.rule) == (postcode, rule)


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_a_town_is_its_own_town(text: str) -> None:
    town = read_town(text)
    if town.city is not None:
        assert city_key(str(town.city_key)) == town.city_key
