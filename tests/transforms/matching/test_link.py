"""From a table and a spec to groups: chains, sources without duplicates, identifiers, decisions."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matching_records import table

from transforms.matching.link import Linked, compare, link
from transforms.matching.records import Pairs, Records
from transforms.matching.spec import MatchingSpec

NAME = {
    "signal": "name",
    "kind": "text",
    "columns": ["name"],
    "alike": {"near": 0.7},
    "weights": {"same": 6.0, "near": 4.0, "different": -6.0},
}
PHONE = {
    "signal": "phone",
    "kind": "text",
    "columns": ["phone"],
    "weights": {"same": 3.0, "different": -1.0},
}


def spec(**more: Any) -> MatchingSpec:
    """Names and telephones, shipped weights."""
    given = {
        "blocking": {"rules": [{"name": "name", "keys": ["name"]}, {"name": "phone", "keys": ["phone"]}]},
        "comparisons": [NAME, PHONE],
        "prior": -1.0,
    }
    return MatchingSpec.model_validate(given | more)


def pairs_in(linked: Linked) -> list[tuple[int, int]]:
    return list(zip(linked.pairs.left.tolist(), linked.pairs.right.tolist(), strict=True))


CHAIN = table(
    {"name": "MERIDON", "phone": "01"},
    {"name": "MERIDON", "phone": "02"},
    {"name": "MERIDAN", "phone": "02"},
)


def test_records_that_a_chain_ties_together_are_all_compared() -> None:
    linked = link(CHAIN, spec())
    assert pairs_in(linked) == [(0, 1), (0, 2), (1, 2)]
    assert linked.groups.tolist() == [0, 0, 0]
    assert linked.bits.tolist() == [-1 + 6 - 1, -1 + 4 - 1, -1 + 4 + 3]


def test_a_chain_s_ends_that_have_nothing_in_common_break_it() -> None:
    ends = CHAIN.assign(name=["MERIDON", "MERIDON", "QUORVEX"], phone=["01", "02", "02"])
    linked = link(ends, spec(thresholds={"match_from": 0.01, "review_from": 0.01}))
    assert (0, 2) in pairs_in(linked)
    assert linked.groups.tolist() == [0, 0, 1]


def test_no_pair_and_no_record() -> None:
    alone = link(table({"name": "MERIDON", "phone": None}, {"name": "TAVIOL", "phone": None}), spec())
    assert (len(alone.pairs), alone.groups.tolist()) == (0, [0, 1])
    nothing = link(CHAIN.iloc[:0], spec())
    assert (len(nothing.pairs), nothing.groups.tolist()) == (0, [])


def test_two_values_of_an_identifier_never_meet() -> None:
    numbered = table(
        *({"name": "MERIDON", "phone": "01", "number": number} for number in ("1", None, "2", "1"))
    )
    groups = link(numbered, spec(identifiers=["number"])).groups
    assert groups[0] == groups[3] != groups[2]
    assert link(numbered, spec()).groups.nunique() == 1


def test_an_identifier_may_be_a_quantity() -> None:
    frame = table(*({"name": "MERIDON", "phone": "01", "number": number} for number in (1.0, None, 2.0)))
    groups = link(frame.astype({"number": float}), spec(identifiers=["number"])).groups
    assert groups[0] != groups[2]


def test_decisions_beat_weights_but_not_identifiers() -> None:
    frame = CHAIN.assign(number=["1", None, "2"])
    by_number = spec(identifiers=["number"])
    assert link(frame, by_number, different=[(0, 1)]).groups.tolist() == [0, 1, 1]
    assert link(frame, by_number, same=[(0, 2)]).groups.nunique() == 2
    strangers = table({"name": "MERIDON", "phone": None}, {"name": "TAVIOL", "phone": None})
    assert link(strangers, spec(), same=[(1, 0)]).groups.tolist() == [0, 0]


SOURCE = pd.Series(["north", "north", "south"])


@pytest.mark.parametrize(
    ("promise", "groups", "told"),
    [
        ((), [0, 0, 0], ()),
        (("south",), [0, 0, 0], ("south",)),
        (("north",), [0, 1, 1], ("north",)),
        ("all", [0, 1, 1], ("north", "south")),
    ],
    ids=["none", "another", "one", "all"],
)
def test_a_source_that_holds_nothing_twice(promise: Any, groups: list[int], told: tuple[str, ...]) -> None:
    frame = table(*({"name": name, "phone": "01"} for name in ("MERIDAN", "MERIDON", "MERIDON")))
    linked = link(frame, spec(no_duplicates=promise), SOURCE)
    assert linked.groups.tolist() == groups
    assert linked.no_duplicates == told


def lists(twice: int) -> tuple[pd.DataFrame, pd.Series]:
    """Two lists of forty firms each, all in both; of the first `twice` are listed again in the north."""
    names = [f"{chr(65 + at % 26) * 4}{chr(65 + at // 26) * 4}" for at in range(40)]
    rows = [{"name": name, "phone": str(at)} for at, name in enumerate(names)]
    source = ["north"] * 40 + ["south"] * 40 + ["north"] * twice
    return table(*rows, *rows, *rows[:twice]), pd.Series(source)


@pytest.mark.parametrize(
    ("twice", "found"),
    [(0, ("north", "south")), (1, ("north", "south")), (20, ("south",))],
    ids=["nothing twice", "hardly anything", "half of it"],
)
def test_whether_a_source_holds_anything_twice_is_found_out(twice: int, found: tuple[str, ...]) -> None:
    frame, source = lists(twice)
    linked = link(frame, spec(no_duplicates="find_out"), source)
    assert linked.no_duplicates == found
    assert linked.groups.nunique() == 40 + (twice if "north" in found else 0)


def test_families_are_no_sign_that_a_list_holds_anybody_twice() -> None:
    """Surname, street and number agree in a house; a short list has one child of some houses."""
    draw = np.random.default_rng(13)
    north = [
        {"first": f"F{draw.integers(400)}", "born": f"B{draw.integers(900)}"}
        | {"last": f"L{house}", "street": f"S{house}", "number": f"{house}"}
        for house in range(150)
        for _ in range(4)
    ]
    frame = table(*north, *(dict(person) for person in north[::24]))
    source = pd.Series(["north"] * len(north) + ["south"] * (len(frame) - len(north)))
    signals = ("first", "last", "street", "number", "born")
    families = MatchingSpec.model_validate(
        {
            "no_duplicates": "find_out",
            "blocking": {"rules": [{"name": "house", "keys": ["last"]}, {"name": "born", "keys": ["born"]}]},
            "comparisons": [{"signal": name, "kind": "text", "columns": [name]} for name in signals],
        }
    )
    linked = link(frame, families, source)
    assert linked.no_duplicates == ("north", "south")
    assert linked.groups.nunique() == len(north)


def test_one_source_has_nobody_to_be_compared_with() -> None:
    frame, _ = lists(0)
    linked = link(frame, spec(no_duplicates="find_out"))
    assert linked.no_duplicates == ()
    assert linked.groups.nunique() == 40


@pytest.mark.parametrize("kind", ["text", "nested", "number", "date"])
def test_a_dear_comparison_is_asked_whatever_the_others_are(kind: str) -> None:
    """Names are only compared where identifiers do not forbid it, or something else agrees fully."""
    cheap = {
        "text": {"columns": ["x"]},
        "nested": {"agree_on": {"precise": "x", "coarse": "y"}},
        "number": {"column": "z"},
        "date": {"columns": ["x"]},
    }[kind]
    compared = MatchingSpec.model_validate(
        {
            "identifiers": ["number"],
            "blocking": {"rules": [{"name": "number", "keys": ["number"]}]},
            "comparisons": [
                {"signal": "other", "kind": kind, **cheap},
                {"signal": "name", "kind": "company_name", "name": "name"},
            ],
        }
    )
    firm = {"name": "MERIDON", "x": "20010101", "y": "2", "z": 1.0}
    frame = table(
        firm | {"number": "1"},
        firm | {"number": "2"},
        firm | {"number": "3", "x": "19551224", "y": "4", "z": 9.0},
        firm | {"number": None, "x": "19551224", "y": "4", "z": 9.0},
    )
    ends = np.array([(0, 1), (0, 2), (0, 3)], dtype=np.int64).T
    level = compare(Pairs(Records(frame), *ends), compared)[1]
    assert [compared.comparisons[1].levels[at] for at in level] == ["same", "different", "same"]
