"""What is done with a pair: its probability, and the three kinds of pairs of which that does not tell all."""

from typing import Any

import numpy as np
import pytest
from matching_records import table

from transforms.matching.link import link
from transforms.matching.records import Pairs, Records
from transforms.matching.spec import MatchingSpec, Thresholds
from transforms.matching.zones import contradicted, zones

NAME = {"signal": "name", "kind": "text", "columns": ["name"], "weights": {"same": 9.0, "different": -9.0}}
NUMBER = {
    "signal": "number",
    "kind": "identifier",
    "column": "number",
    "weights": {"same": 4.0, "different": -4.0},
}
KEYS = ({"name": "name", "keys": ["name"]}, {"name": "number", "keys": ["number"]})


def spec(**more: Any) -> MatchingSpec:
    """Names, shipped weights."""
    given = {"blocking": {"rules": KEYS}, "comparisons": [NAME], "prior": -1.0}
    return MatchingSpec.model_validate(given | more)


def two(left: dict[str, Any], right: dict[str, Any]) -> Any:
    """Two records with a name, a number and a place, missing where nothing is said."""
    return table(*({"name": None, "number": None, "place": None} | row for row in (left, right)))


SAME_NAME = two({"name": "MERIDON", "number": "1"}, {"name": "MERIDON", "number": "2"})
SAME_NUMBER = two({"name": "MERIDON", "number": "1"}, {"name": "TAVIOL", "number": "1"})
ZONES = {
    "the same name": (SAME_NAME, {}, "match", [0, 0]),
    "an identifier that differs and is not compared": (
        SAME_NAME,
        {"identifiers": ["number"]},
        "distinct",
        [0, 1],
    ),
    "an identifier that one lacks": (
        two({"name": "MERIDON", "number": "1"}, {"name": "MERIDON"}),
        {"identifiers": ["number"]},
        "match",
        [0, 0],
    ),
    "the same number that all else contradicts": (
        SAME_NUMBER,
        {"comparisons": [NAME, NUMBER], "identifiers": ["number"]},
        "review",
        [0, 1],
    ),
    "the same number that is a text among others": (
        SAME_NUMBER,
        {"comparisons": [NAME, NUMBER | {"kind": "text", "columns": ["number"], "column": None}]},
        "distinct",
        [0, 1],
    ),
}


@pytest.mark.parametrize(("frame", "more", "zone", "groups"), ZONES.values(), ids=ZONES)
def test_zones_of_pairs(frame: Any, more: dict[str, Any], zone: str, groups: list[int]) -> None:
    if "comparisons" in more:
        more = more | {
            "comparisons": [
                {key: value for key, value in one.items() if value is not None} for one in more["comparisons"]
            ]
        }
    linked = link(frame, spec(**more))
    assert linked.zone.tolist() == [zone]
    assert linked.groups.tolist() == groups


@pytest.mark.parametrize("prior", [-1.0, 0.5, 3.0], ids=["review", "even", "match"])
def test_a_pair_of_which_nothing_is_compared_is_no_doubt(prior: float) -> None:
    frame = two({"place": "BRELLE"}, {"place": "BRELLE"})
    linked = link(frame, spec(prior=prior, blocking={"rules": [{"name": "place", "keys": ["place"]}]}))
    assert linked.zone.tolist() == ["distinct"]
    assert linked.groups.tolist() == [0, 1]
    assert not linked.to_judge.any()


def test_only_pairs_between_two_groups_are_to_be_judged() -> None:
    """The third name is near both others; what a match ties to them needs nobody."""
    frame = table(
        *({"name": name, "number": None, "place": "BRELLE"} for name in ("MERIDON", "MERIDON", "MERIDUN")),
    )
    near = NAME | {"alike": {"near": 0.7}, "weights": {"same": 9.0, "near": -1.0, "different": -9.0}}
    by_place = {"rules": [{"name": "place", "keys": ["place"]}]}
    told = spec(comparisons=[near], blocking=by_place, prior=0.0, thresholds={"match_from": 0.5})
    apart = link(frame, told)
    assert apart.zone.tolist() == ["match", "review", "review"]
    assert apart.to_judge.tolist() == [False, True, True]
    together = link(frame, told, same=[(0, 2)])
    assert together.zone.tolist() == ["match", "review", "review"]
    assert together.groups.nunique() == 1
    assert not together.to_judge.any()


def test_zones_begin_at_their_thresholds() -> None:
    found = zones(np.array([-2.1, -2.0, -0.1, 0.0]), Thresholds(match_from=0.5, review_from=0.2))
    assert found.tolist() == ["distinct", "review", "review", "match"]


def test_what_is_missing_contradicts_nothing() -> None:
    frame = table({"number": "1"}, {"number": "2"}, {"number": None})
    records = Records(frame)
    pairs = Pairs(records, np.array([0, 0, 1]), np.array([1, 2, 2]))
    assert contradicted(pairs, spec(identifiers=["number"])).tolist() == [True, False, False]
    assert not contradicted(pairs, spec()).any()
