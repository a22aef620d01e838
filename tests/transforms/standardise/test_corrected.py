"""A value that a steward gives, read as companies writes it, or refused with a rule."""

import pytest

from transforms import reference
from transforms.refusals import refusal
from transforms.standardise.corrected import read_given


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("name", "  Atelier   Lumen ", "Atelier Lumen"),
        ("trade_name", "Lumen", "Lumen"),
        ("legal_form", "société par actions simplifiée", "SAS"),
        ("siren", "732 829 320", "732829320"),
        ("siren", "FR44732829320", "732829320"),
        ("naf_code", "6201z", "62.01Z"),
        ("address", "12, rue des Lilas", "12 rue des Lilas"),
        ("postcode", "1000", "01000"),
        ("city", "VILLEURBANNE CEDEX 2", "Villeurbanne"),
        ("website", "WWW.Exemple.fr/", "https://www.exemple.fr"),
    ],
)
def test_a_value_is_written_as_companies_writes_it(column: str, text: str, value: str) -> None:
    assert read_given(column, text).value == value


@pytest.mark.parametrize(
    ("column", "text", "rule"),
    [
        ("siren", "732829321", "siren_checksum"),
        ("siren", "12", "siren_format"),
        ("naf_code", "bois", "naf_code_format"),
        ("legal_form", "tribu", "legal_form_unknown"),
        ("postcode", "99999", "postcode_format"),
        ("postcode", "69100 Villeurbanne", None),
        ("address", "12 rue des Lilas 69003 Lyon", None),
        ("website", "a.fr b.fr", "website_several"),
        ("website", "zoe@exemple.fr", "website_is_email"),
        ("city", "123", "city_unreadable"),
        ("name", "NC", None),
        ("name", "", None),
    ],
)
def test_what_is_no_value_is_refused_with_its_rule(column: str, text: str, rule: str | None) -> None:
    given = read_given(column, text)
    assert (given.value, given.rule) == (None, rule)
    assert rule is None or refusal(rule).problem


def test_a_town_tells_what_a_territory_needs() -> None:
    assert read_given("city", "St-Priest").city_key == "SAINT PRIEST"
    assert [read_given("city", town).abroad for town in ("Genève", "Lyon")] == [True, False]


def test_each_correctable_column_has_a_reader_that_reads_its_own_result() -> None:
    for column, text in {
        "name": "Lumen",
        "trade_name": "Lumen",
        "legal_form": "SAS",
        "siren": "732829320",
        "naf_code": "62.01Z",
        "address": "12 rue des Lilas",
        "postcode": "69003",
        "city": "Lyon",
        "website": "https://www.exemple.fr",
    }.items():
        assert read_given(column, text).value == text
        assert column in reference.load("corrections")["columns"]
