"""Where a record is: from the same door to another region."""

from typing import Any

import pytest
from matching_records import members, pairs_of, said, signal

RUE = {
    "street_number": "12",
    "street_type": "RUE",
    "street_name": "LILAS",
    "city_key": "LYON",
    "postcode": "69003",
}


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param(RUE, RUE, "same", id="same address"),
        pytest.param(RUE, RUE | {"street_name": "LILLAS"}, "same", id="misspelt street"),
        pytest.param(RUE, RUE | {"city_key": "LION"}, "same", id="the postcode says one town"),
        pytest.param(RUE, RUE | {"postcode": "69903"}, "same", id="the town says one town"),
        pytest.param(RUE, RUE | {"street_number": None}, "same_street", id="number missing"),
        pytest.param(RUE, RUE | {"street_number": "14"}, "other_number", id="other number"),
        pytest.param(RUE, RUE | {"street_name": "QUATRE VENTS"}, "other_street", id="other street"),
        pytest.param(RUE, {"city_key": "LYON"}, "same_town", id="street missing"),
        pytest.param(RUE, {}, "missing", id="address missing"),
        pytest.param({}, {}, "missing", id="both missing"),
        pytest.param({"street_name": "LILAS"}, {"street_name": "LILAS"}, "missing", id="a street of no town"),
        pytest.param(
            {"city_key": "LYON", "address_complement": "LES AULNES BLANCS"},
            {"city_key": "LYON", "address_complement": "LES AULNES BLANCS"},
            "same",
            id="a place for a street",
        ),
        pytest.param(
            {"city_key": "LYON", "departement": "69"},
            {"city_key": "GIVORS", "departement": "69"},
            "other_town",
            id="other town",
        ),
        pytest.param(
            {"city_key": "LYON", "departement": "69"},
            {"city_key": "ROANNE", "departement": "42"},
            "other_region",
            id="other departement",
        ),
        pytest.param({"city_key": "LYON"}, {"postcode": "42300"}, "other_region", id="nothing comparable"),
    ],
)
def test_levels(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    frame = members(left, right)
    address = signal("address")
    assert said(address, pairs_of(frame)) == said(address, pairs_of(frame, (1, 0))) == [level]
