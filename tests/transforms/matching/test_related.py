"""Companies that belong together without being one."""

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
            [],
            id="address alone",
        ),
    ],
)
def test_kinds(left: dict[str, Any], right: dict[str, Any], found: list[tuple[str, str]]) -> None:
    told = related(pairs_of(members(left, right)), [1, 0])
    assert list(zip(told["kind"], told["evidence"], strict=True)) == found
    assert told[["left_group", "right_group"]].to_numpy().tolist() == [[0, 1]] * len(found)


def test_one_line_a_pair_of_groups_with_the_fullest_evidence_and_none_within_a_group() -> None:
    frame = members(
        {"name_core": "MERIDON"} | SITE,
        {"name_core": "MERIDON"} | SITE | {"phone": None, "web_domain": "meridon.fr"},
        {"name_core": "MERIDON HOLDING"} | SITE | {"web_domain": "meridon.fr"},
    )
    told = related(pairs_of(frame, (0, 1), (0, 2), (1, 2)), [0, 0, 1])
    assert told["evidence"].tolist() == ["noms parents, même adresse, même téléphone"]
