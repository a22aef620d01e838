"""Companies that belong together without being one."""

from typing import Any

import pandas as pd
import pytest
from matching_records import records

from transforms.matching.comparisons import compare
from transforms.matching.related import related_groups

SITE = {"city_key": "LYON", "street_number": "1", "street_name": "LILAS", "phone": "+33465710001"}


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
            [],
            id="address alone",
        ),
    ],
)
def test_kinds(left: dict[str, Any], right: dict[str, Any], found: list[tuple[str, str]]) -> None:
    pairs = pd.DataFrame({"left": [0], "right": [1]})
    levels = compare(records(left, right), pairs)
    related = related_groups(pairs, levels, pd.Series([1, 0]))
    assert list(zip(related["kind"], related["evidence"], strict=True)) == found
    assert related[["left_group", "right_group"]].to_numpy().tolist() == [[0, 1]] * len(found)


def test_one_line_a_pair_of_groups_with_the_fullest_evidence_and_none_within_a_group() -> None:
    frame = records(
        {"name_core": "MERIDON"} | SITE,
        {"name_core": "MERIDON"} | SITE | {"phone": None, "web_domain": "meridon.fr"},
        {"name_core": "MERIDON HOLDING"} | SITE | {"web_domain": "meridon.fr"},
    )
    pairs = pd.DataFrame({"left": [0, 0, 1], "right": [1, 2, 2]})
    related = related_groups(pairs, compare(frame, pairs), pd.Series([0, 0, 1]))
    assert related["evidence"].tolist() == ["noms parents, même adresse, même téléphone"]
