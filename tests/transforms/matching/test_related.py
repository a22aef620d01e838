"""Companies that belong together without being one."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matching_records import members, pairs_of

from transforms.matching.link import Linked, compare
from transforms.matching.members import members_spec
from transforms.matching.records import Pairs
from transforms.matching.related import related_groups
from transforms.matching.training import Weights

SPEC = members_spec()

SITE = {"city_key": "LYON", "street_number": "1", "street_name": "LILAS", "phone": "+33465710001"}

AWAY = {"city_key": "NICE", "street_number": "8", "street_name": "AULNES", "phone": None}


def related(pairs: Pairs, groups: list[int]) -> pd.DataFrame:
    """What belongs together of records in such groups."""
    nothing = np.zeros(len(pairs))
    levels, zone = compare(pairs, SPEC), np.full(len(pairs), "distinct", dtype=object)
    linked = Linked(pairs, levels, Weights(0.0, ()), nothing, zone, pd.Series(groups), pd.DataFrame(), ())
    return related_groups(linked, SPEC)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param(
            {"name_core": "MERIDON"} | SITE,
            {"name_core": "MERIDON HOLDING"} | SITE,
            [("sibling", "noms parents, même adresse, même téléphone")],
            id="siblings",
        ),
        pytest.param(
            {"name_core": "MERIDON"} | SITE,
            {"name_core": "TAVIOL"} | SITE,
            [("same_site", "même adresse, même téléphone")],
            id="one roof",
        ),
        pytest.param({"name_core": "MERIDON"}, {"name_core": "MERIDON HOLDING"}, [], id="a name alone"),
        pytest.param(
            {"name_core": "MERIDON"} | SITE,
            {"name_core": "TAVIOL"} | SITE | {"phone": None},
            [("same_site", "même adresse")],
            id="address alone",
        ),
        pytest.param(
            {"name_core": "MERIDON", "phone": "+33465710001"},
            AWAY | {"name_core": "TAVIOL", "phone": "+33465710001"},
            [("same_contact", "même téléphone")],
            id="telephone alone",
        ),
        pytest.param(
            {"name_core": "MERIDON", "web_domain": "meridon.example"} | SITE,
            {"name_core": "TAVIOL", "web_domain": "meridon.example"} | AWAY,
            [("same_contact", "même domaine internet")],
            id="domain alone",
        ),
        pytest.param(
            {"name_core": "MERIDON"} | SITE,
            {"name_core": "MERIDON HOLDING", "web_domain": "meridon.example"} | AWAY,
            [],
            id="a name and nothing else",
        ),
    ],
)
def test_kinds(left: dict[str, Any], right: dict[str, Any], found: list[tuple[str, str]]) -> None:
    told = related(pairs_of(members(left, right)), [1, 0])
    assert list(zip(told["kind"], told["evidence"], strict=True)) == found
    assert told[["left_group", "right_group"]].to_numpy().tolist() == [[0, 1]] * len(found)


def test_one_line_a_pair_of_groups_with_all_that_their_records_share_and_none_within_a_group() -> None:
    frame = members(
        {"name_core": "MERIDON"} | SITE,
        {"name_core": "MERIDON"} | SITE | {"phone": None, "web_domain": "meridon.fr"},
        {"name_core": "MERIDON HOLDING"} | SITE | {"web_domain": "meridon.fr"},
    )
    told = related(pairs_of(frame, (0, 1), (0, 2), (1, 2)), [0, 0, 1])
    assert told["kind"].tolist() == ["sibling"]
    assert told["evidence"].tolist() == ["noms parents, même adresse, même téléphone, même domaine internet"]


def roof(companies: int, *, phone: str | None = None) -> pd.DataFrame:
    """What belongs together of so many companies at one address."""
    frame = members(*(SITE | {"name_core": f"{chr(65 + at) * 7}", "phone": phone} for at in range(companies)))
    return related(pairs_of(frame, *combinations(range(companies), 2)), list(range(companies)))


def test_an_address_of_many_says_nothing_by_itself() -> None:
    assert roof(5)["kind"].tolist() == ["same_site"] * 10
    assert roof(6).empty


def test_a_telephone_of_many_says_nothing_at_all() -> None:
    assert set(roof(5, phone="+33465710001")["evidence"]) == {"même adresse, même téléphone"}
    assert roof(6, phone="+33465710001").empty
