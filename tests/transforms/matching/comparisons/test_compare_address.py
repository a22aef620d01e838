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


@pytest.mark.parametrize(
    ("records", "level"),
    [
        pytest.param(2, "same", id="two"),
        pytest.param(5, "same", id="a company and its duplicates"),
        pytest.param(6, "shared", id="a house of several"),
        pytest.param(12, "crowded", id="a house of many"),
    ],
)
def test_a_door_that_many_records_share_says_less(records: int, level: str) -> None:
    frame = members(*[RUE] * records, RUE | {"street_number": "14"}, RUE | {"street_number": None})
    ends = (0, 1), (0, records), (0, records + 1)
    assert said(signal("address"), pairs_of(frame, *ends)) == [level, "other_number", "same_street"]


def test_records_of_one_door_are_counted_by_town_or_by_postcode() -> None:
    by_town = [RUE | {"postcode": f"6900{at}"} for at in range(1, 7)]
    by_postcode = [RUE | {"city_key": f"LYON {at}"} for at in range(1, 7)]
    for rows in (by_town, by_postcode):
        assert said(signal("address"), pairs_of(members(*rows))) == ["shared"]


def test_without_a_limit_a_door_is_a_door() -> None:
    address = signal("address").model_copy(update={"shared_from": {}})
    assert said(address, pairs_of(members(*[RUE] * 30))) == ["same"]
