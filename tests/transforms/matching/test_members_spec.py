"""The spec that comes with the project, and the columns that it reads."""

from matching_records import members

from transforms.matching.comparisons.base import MISSING
from transforms.matching.members import members_spec

SPEC = members_spec()


def test_every_level_has_a_weight_and_missing_has_none() -> None:
    for comparison in SPEC.comparisons:
        assert comparison.weights is not None
        assert set(comparison.weights) == set(comparison.levels) - {MISSING}
    assert not SPEC.is_learned


def test_records_have_all_columns_that_the_spec_uses() -> None:
    assert set(SPEC.used_columns) <= set(members({}).columns)


def test_no_weight_lets_two_siren_be_one_company() -> None:
    best = sum(max((one.weights or {}).values()) for one in SPEC.comparisons if one.signal != "identifier")
    identifier = next(one for one in SPEC.comparisons if one.signal == "identifier")
    bits = (SPEC.prior or 0.0) + best + (identifier.weights or {})["different"]
    assert 1 / (1 + 2.0**-bits) < SPEC.thresholds.review_from


def test_what_is_derived_of_a_record() -> None:
    record = members(
        {
            "siret_low": 73_282_500_000_000,
            "siret_high": 73_283_500_000_000,
            "naf_code": "62.01Z",
            "legal_form": "EURL",
            "street_number": "12",
            "street_name": "LILAS",
            "city_key": "BRELLE",
            "email": "x@meridon.example",
            "email_domain": "meridon.example",
        },
        {"email": "x@gmail.com", "email_domain": "gmail.com", "is_free_mail": True, "legal_form": "SARL"},
    )
    assert record[["siren_low", "siren_high"]].iloc[0].tolist() == [732_825_000, 732_835_000]
    assert record[["naf_division", "street", "door", "mail_domain"]].iloc[0].tolist() == [
        *("62", "LILAS", "12 LILAS", "meridon.example"),
    ]
    assert record["free_mail"].isna().tolist() == [True, False]
    assert record["mail_domain"].isna().tolist() == [False, True]
    assert record["door"].isna().tolist() == [False, True]
    assert record["legal_family"].nunique() == 1


def test_a_name_that_many_bear_is_no_match_by_itself() -> None:
    spec = members_spec()
    (names,) = (one for one in spec.comparisons if one.signal == "name")
    assert spec.prior is not None
    assert names.weights is not None
    alone = 1 / (1 + 2 ** -(spec.prior + names.weights["common"]))
    assert alone < spec.thresholds.match_from
