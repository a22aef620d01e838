"""What each signal says about a pair of records."""

from typing import Any

import pandas as pd
import pytest
from matching_records import records

from transforms.matching.comparisons import compare
from transforms.matching.score import shipped_weights

PAIR = pd.DataFrame({"left": [0], "right": [1]})
RUE = {
    "street_number": "12",
    "street_type": "RUE",
    "street_name": "LILAS",
    "city_key": "LYON",
    "postcode": "69003",
}


@pytest.mark.parametrize(
    ("signal", "left", "right", "level"),
    [
        pytest.param("identifier", {"siren": "732829320"}, {"siren": "732829320"}, "same", id="one siren"),
        pytest.param(
            "identifier", {"siren": "732829320"}, {"siren": "443061841"}, "different", id="two siren"
        ),
        pytest.param("identifier", {"siren": "732829320"}, {}, "missing", id="siren missing"),
        pytest.param("identifier", {"rna": "W751000001"}, {"rna": "W751000001"}, "same", id="one rna"),
        pytest.param(
            "identifier",
            {"siret_low": 73_282_500_000_000, "siret_high": 73_283_500_000_000},
            {"siren": "732829320"},
            "rounded_agrees",
            id="rounded siret holds the siren",
        ),
        pytest.param(
            "identifier",
            {"siren": "443061841"},
            {"siret_low": 73_282_500_000_000, "siret_high": 73_283_500_000_000},
            "rounded_differs",
            id="rounded siret excludes the siren",
        ),
        pytest.param(
            "name",
            {"name_core": "MERIDON"},
            {"name_core": "TAVIOL", "trade_name_core": "MERIDON"},
            "trade_name",
            id="trade name",
        ),
        pytest.param(
            "name",
            {"name_core": "MERIDON", "trade_name_core": "AZUR"},
            {"name_core": "MERIDON HOLDING", "trade_name_core": "AZUR"},
            "sibling",
            id="a shared trade name does not make siblings one",
        ),
        pytest.param(
            "name",
            {"name_core": "MERIDON", "trade_name_core": "AZUR"},
            {"name_core": "TAVIOL", "trade_name_core": "AZUR"},
            "same_sign",
            id="only the signs agree",
        ),
        pytest.param(
            "legal_form", {"legal_form": "EURL"}, {"legal_form": "SARL"}, "same_family", id="family"
        ),
        pytest.param("address", RUE, RUE, "same", id="same address"),
        pytest.param("address", RUE, RUE | {"street_name": "LILLAS"}, "same", id="misspelt street"),
        pytest.param("address", RUE, RUE | {"street_number": None}, "same_street", id="number missing"),
        pytest.param("address", RUE, RUE | {"street_number": "14"}, "other_number", id="other number"),
        pytest.param(
            "address", RUE, RUE | {"street_name": "QUATRE VENTS"}, "other_street", id="other street"
        ),
        pytest.param("address", RUE, {"city_key": "LYON"}, "same_town", id="street missing"),
        pytest.param("address", RUE, {}, "missing", id="address missing"),
        pytest.param(
            "address",
            {"city_key": "LYON", "departement": "69"},
            {"city_key": "GIVORS", "departement": "69"},
            "other_town",
            id="other town",
        ),
        pytest.param(
            "address",
            {"city_key": "LYON", "departement": "69"},
            {"city_key": "ROANNE", "departement": "42"},
            "other_departement",
            id="other departement",
        ),
        pytest.param("phone", {"phone": "+33465710001"}, {"phone": "+33465710001"}, "same", id="same phone"),
        pytest.param(
            "phone", {"phone": "+33465710001"}, {"phone": "+33465710002"}, "different", id="other phone"
        ),
        pytest.param("phone", {"phone": "+33465710001"}, {}, "missing", id="phone missing"),
        pytest.param(
            "domain", {"web_domain": "a.example"}, {"email_domain": "a.example"}, "same", id="web and mail"
        ),
        pytest.param(
            "domain", {"web_domain": "meridon.fr"}, {"web_domain": "meridon.com"}, "alike", id="endings"
        ),
        pytest.param(
            "domain", {"web_domain": "meridon.fr"}, {"web_domain": "taviol.fr"}, "different", id="other"
        ),
        pytest.param(
            "domain",
            {"email_domain": "gmail.com", "is_free_mail": True},
            {"email_domain": "gmail.com", "is_free_mail": True},
            "missing",
            id="free mail says nothing",
        ),
        pytest.param(
            "email",
            {"email": "x@gmail.com", "is_free_mail": True},
            {"email": "x@gmail.com", "is_free_mail": True},
            "same",
            id="whole free-mail address",
        ),
        pytest.param(
            "activity", {"naf_code": "62.01Z"}, {"naf_code": "62.02A"}, "same_division", id="division"
        ),
        pytest.param(
            "legal_form", {"legal_form": "SAS"}, {"legal_form": "SARL"}, "different", id="legal form"
        ),
    ],
)
def test_levels(signal: str, left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    assert compare(records(left, right), PAIR)[signal].tolist() == [level]


@pytest.mark.parametrize(
    ("signal", "shared"),
    [("phone", {"phone": "+33465710001"}), ("domain", {"web_domain": "meridon.fr"})],
    ids=["switchboard", "shared site"],
)
def test_a_value_that_many_records_share_loses_its_meaning(signal: str, shared: dict[str, Any]) -> None:
    assert compare(records(*[shared] * 5), PAIR)[signal].tolist() == ["same"]
    assert compare(records(*[shared] * 6), PAIR)[signal].tolist() == ["shared"]


def test_a_name_that_many_records_bear_is_common() -> None:
    assert compare(records(*[{"name_core": "MERIDON"}] * 4), PAIR)["name"].tolist() == ["same"]
    assert compare(records(*[{"name_core": "MERIDON"}] * 5), PAIR)["name"].tolist() == ["common"]


def test_a_sign_that_many_records_bear_says_nothing() -> None:
    names = ("QUORVEX", "TAVIOL", "BRENUS", "ZEPHIL", "KERVANE")
    chain = [{"name_core": name, "trade_name_core": "MERIDON"} for name in names]
    assert compare(records(*chain), PAIR)["name"].tolist() == ["different"]
    assert compare(records(*chain[:2]), PAIR)["name"].tolist() == ["same_sign"]


def test_blank_is_never_agreement() -> None:
    levels = compare(records({"name_core": "MERIDON"}, {"name_core": "TAVIOL"}), PAIR)
    assert set(levels.drop(columns="name").iloc[0]) == {"missing"}


def test_every_level_has_a_weight() -> None:
    weights = shipped_weights().signals
    assert list(weights) == list(compare(records({}, {}), PAIR))
    assert all(by_level["missing"] == 0 for by_level in weights.values() if "missing" in by_level)


@pytest.mark.parametrize(
    ("shared", "level"),
    [({}, "different"), ({"phone": "+33465710001"}, "same"), ({"web_domain": "meridon.fr"}, "same")],
    ids=["nothing else shared", "phone", "domain"],
)
def test_names_of_two_siren_are_compared_where_the_two_may_be_relatives(
    shared: dict[str, str], level: str
) -> None:
    one, other = ({"name_core": "MERIDON", "siren": siren} | shared for siren in ("732829320", "443061841"))
    assert compare(records(one, other), PAIR)["name"].tolist() == [level]
