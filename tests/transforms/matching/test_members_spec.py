"""The spec that comes with the project, and the columns that it reads."""

import pandas as pd
import pytest
from matching_records import members, pairs_of, said, signal

from transforms.matching.comparisons.base import MISSING
from transforms.matching.link import Linked, link
from transforms.matching.members import members_spec

SPEC = members_spec()


def test_every_level_has_a_weight_and_missing_has_none() -> None:
    for comparison in SPEC.comparisons:
        assert comparison.weights is not None
        assert set(comparison.weights) == set(comparison.levels) - {MISSING}
    assert SPEC.prior is not None


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


def weight(name: str, level: str) -> float:
    return (signal(name).weights or {})[level]


def test_a_form_or_an_activity_in_common_hardly_counts_beside_a_name() -> None:
    for name in ("legal_form", "activity"):
        assert weight(name, "same") < weight("name", "close") / 2


NAMES = [
    f"{head}{tail}"
    for head in ("BREN", "QUOR", "TAVI", "ZEPH", "LUMO")
    for tail in ("ALISEC", "ODUNY", "IBRAK", "USTEM", "ERFOL", "AGIVEN")
]
HOUSE = {
    "street_number": "7",
    "street_type": "RUE",
    "street_name": "FORGES BLEUES",
    "city_key": "LYON",
    "postcode": "69003",
    "departement": "69",
    "naf_code": "62.01Z",
    "legal_form": "SAS",
}


def housed(count: int) -> tuple[pd.DataFrame, Linked]:
    """Companies of one incubator: other names; one address, activity and legal form; nothing else known."""
    frame = members(*({"name_core": name} | HOUSE for name in NAMES[:count]))
    return frame, link(frame, SPEC, frame["source"])


def test_another_name_under_one_roof_is_for_a_person_to_judge_at_most() -> None:
    """Whatever address, legal form and activity say, they are those of the neighbour too."""
    frame, linked = housed(2)
    assert set(said(signal("activity"), linked.pairs)) == {"same"}
    assert set(linked.zone) == {"review"}
    assert "match" in link(frame, SPEC.model_copy(update={"never_unseen": ()}), frame["source"]).zone


@pytest.mark.parametrize(
    ("name", "level", "shared"),
    [
        ("BRENALISEC CHARPENTE BARDAGE", "extended", {}),
        ("QUORODUNY FORMATION", "unlike_sibling", {"phone": "+33465710001", "web_domain": "bren.example"}),
    ],
    ids=["a branch", "a sister"],
)
def test_kin_at_one_address_is_for_a_person_to_judge_at_most(
    name: str, level: str, shared: dict[str, str]
) -> None:
    frame = members({"name_core": "BRENALISEC"} | HOUSE | shared, {"name_core": name} | HOUSE | shared)
    linked = link(frame, SPEC, frame["source"])
    assert set(said(signal("name"), linked.pairs)) == {level}
    assert "match" not in linked.zone


@pytest.mark.parametrize("count", [2, 3, 12, 30])
def test_strangers_under_one_roof_stay_strangers(count: int) -> None:
    frame, linked = housed(count)
    assert set(said(signal("name"), pairs_of(frame, (0, 1), (0, count - 1)))) == {"different"}
    assert linked.groups.nunique() == count
    assert len(linked.pairs) == count * (count - 1) // 2
    assert "match" not in linked.zone


def test_a_full_house_is_no_work_for_a_reviewer() -> None:
    _, linked = housed(12)
    assert set(linked.zone) == {"distinct"}


def test_a_company_s_two_records_in_a_full_house_still_meet() -> None:
    rows = [{"name_core": name} | HOUSE for name in NAMES[:12]]
    frame = members(*rows, {"name_core": f"{NAMES[0]} FRANCE"} | HOUSE)
    linked = link(frame, SPEC, frame["source"])
    assert linked.groups.nunique() == 12
    assert linked.groups.iloc[0] == linked.groups.iloc[12]
