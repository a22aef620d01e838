"""Names of companies in the members' spec: what trade names add, and what many records bear."""

from typing import Any

import numpy as np
import pytest
from matching_records import members, pairs_of, said, signal

from transforms.matching.link import compare
from transforms.matching.members import members_spec

NAME = signal("name")


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param({"name_core": "MERIDON"}, {"name_core": "MERIDON"}, "same", id="same"),
        pytest.param({"name_core": "MERIDON"}, {"name_core": "TAVIOL"}, "different", id="nothing shared"),
        pytest.param(
            {"name_core": "MERIDON"},
            {"name_core": "TAVIOL", "trade_name_core": "MERIDON"},
            "trade_name",
            id="trade name",
        ),
        pytest.param(
            {"name_core": "MERIDON", "trade_name_core": "AZUR"},
            {"name_core": "MERIDON HOLDING", "trade_name_core": "AZUR"},
            "sibling",
            id="a shared trade name does not make siblings one",
        ),
        pytest.param(
            {"name_core": "MERIDON", "trade_name_core": "AZUR"},
            {"name_core": "TAVIOL", "trade_name_core": "AZUR"},
            "same_sign",
            id="only the signs agree",
        ),
        pytest.param(
            {"name_core": "TVL"}, {"name_core": "TAVIOL VERDOL LAC"}, "acronym", id="nothing but the acronym"
        ),
        pytest.param(
            {"name_core": "TVL LYON"},
            {"name_core": "TAVIOL VERDOL LAC"},
            "acronym",
            id="the acronym and a word that says nothing",
        ),
        pytest.param(
            {"name_core": "TVL LOISIRS"},
            {"name_core": "TAVIOL VERDOL LAC"},
            "acronym_within",
            id="the acronym and more",
        ),
    ],
)
def test_levels(left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    frame = members(left, right)
    assert said(NAME, pairs_of(frame)) == said(NAME, pairs_of(frame, (1, 0))) == [level]


def test_a_name_that_many_records_bear_is_common() -> None:
    assert said(NAME, pairs_of(members(*[{"name_core": "MERIDON"}] * 4))) == ["same"]
    assert said(NAME, pairs_of(members(*[{"name_core": "MERIDON"}] * 5))) == ["common"]


def test_a_sign_that_many_records_bear_says_nothing() -> None:
    names = ("QUORVEX", "TAVIOL", "BRENUS", "ZEPHIL", "KERVANE")
    chain = [{"name_core": name, "trade_name_core": "MERIDON"} for name in names]
    assert said(NAME, pairs_of(members(*chain))) == ["different"]
    assert said(NAME, pairs_of(members(*chain[:2]))) == ["same_sign"]


@pytest.mark.parametrize(
    ("shared", "level"),
    [({}, "different"), ({"phone": "+33465710001"}, "same"), ({"web_domain": "meridon.fr"}, "same")],
    ids=["nothing else shared", "phone", "domain"],
)
def test_names_of_two_siren_are_compared_where_the_two_may_be_relatives(
    shared: dict[str, str], level: str
) -> None:
    one, other = ({"name_core": "MERIDON", "siren": siren} | shared for siren in ("732829320", "443061841"))
    spec = members_spec()
    at = [comparison.signal for comparison in spec.comparisons].index("name")
    levels = compare(pairs_of(members(one, other)), spec)
    assert np.array(NAME.levels)[levels[at]].tolist() == [level]
