"""Which pairs are proposed, by which rule, and what is left aside."""

from typing import Any

import pandas as pd
import pytest
from matching_records import records

from transforms.matching.candidates import CandidateParameters, candidate_pairs

BLOCKING_ONLY = CandidateParameters(all_pairs_up_to=0)


@pytest.mark.parametrize(
    ("rule", "left", "right"),
    [
        ("siren", {"siren": "732829320"}, {"siren": "732829320"}),
        ("rna", {"rna": "W751000001"}, {"rna": "W751000001"}),
        ("phone", {"phone": "+33465710001"}, {"phone": "+33465710001"}),
        ("email", {"email": "x@gmail.com"}, {"email": "x@gmail.com"}),
        ("domain", {"web_domain": "meridon.fr"}, {"email_domain": "meridon.fr"}),
        (
            "address",
            {"city_key": "LYON", "street_number": "1", "street_name": "LILAS"},
            {"city_key": "LYON", "street_number": "1", "street_name": "LILAS"},
        ),
        (
            "place",
            {"city_key": "LYON", "address_complement": "LES AULNES BLANCS"},
            {"city_key": "LYON", "address_complement": "LES AULNES BLANCS"},
        ),
        ("name", {"name_core": "MERI DON"}, {"name_core": "TAVIOL", "trade_name_core": "MERIDON"}),
        ("word", {"name_core": "MERIDON TRAVAUX"}, {"name_core": "AMERIDON TRAVAUX"}),
        ("acronym", {"name_core": "CHARPENTE MENUISERIE VERDOL"}, {"name_core": "CMV"}),
        (
            "first_letters",
            {"name_core": "MERIDON", "departement": "69"},
            {"name_core": "MERIDAN", "departement": "69"},
        ),
    ],
)
def test_each_rule_proposes_its_pair(rule: str, left: dict[str, Any], right: dict[str, Any]) -> None:
    apart = {"name_core": "AAA"}, {"name_core": "BBB"}
    pairs, report = candidate_pairs(records(apart[0] | left, apart[1] | right), BLOCKING_ONLY)
    assert pairs.to_dict("list") == {"left": [0], "right": [1]}
    assert report.set_index("rule").loc[rule, "pairs"] == 1


def test_nothing_in_common_is_no_pair() -> None:
    pairs, _ = candidate_pairs(
        records({"name_core": "MERIDON"}, {"name_core": "TAVIOL"}), CandidateParameters()
    )
    assert pairs.empty


def test_a_shared_word_alone_is_not_enough() -> None:
    frame = records({"name_core": "MERIDON CONSEIL"}, {"name_core": "AGENCE QUORVEX CONSEIL"})
    pairs, report = candidate_pairs(frame, BLOCKING_ONLY)
    assert pairs.empty
    assert report.set_index("rule").loc["word", "pairs"] == 1


def test_few_records_meet_by_names_that_no_rule_would_bring_together() -> None:
    frame = records({"name_core": "KERVANE"}, {"name_core": "QERVANE"})
    assert candidate_pairs(frame, BLOCKING_ONLY)[0].empty
    pairs, report = candidate_pairs(frame, CandidateParameters())
    assert len(pairs) == 1
    assert report.set_index("rule").loc["all_pairs_of_names", "pairs"] == 1


def test_oversized_blocks_are_left_aside_and_counted() -> None:
    frame = records(*[{"name_core": f"N{number}", "phone": "+33465710001"} for number in range(5)])
    pairs, report = candidate_pairs(frame, CandidateParameters(all_pairs_up_to=0, block_cap=4))
    assert pairs.empty
    assert report.set_index("rule").loc["phone", "capped_blocks"] == 1


def test_all_pairs_at_any_number_of_records_agree_with_the_rules() -> None:
    frame = records(*[{"name_core": f"MERIDON {number}", "siren": f"{number % 3:09}"} for number in range(9)])
    few, _ = candidate_pairs(frame, CandidateParameters())
    many, _ = candidate_pairs(frame, BLOCKING_ONLY)
    assert set(map(tuple, many.to_numpy())) <= set(map(tuple, few.to_numpy()))
    assert few.equals(few.sort_values(["left", "right"], ignore_index=True))


def test_no_record_and_one_record() -> None:
    for frame in (records({}).iloc[:0], records({})):
        pairs, _ = candidate_pairs(frame.reset_index(drop=True), CandidateParameters())
        assert isinstance(pairs, pd.DataFrame)
        assert pairs.empty
