"""Which pairs are proposed, by which rule, and what is left aside."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_records import members, table

from transforms.matching.blocking import Blocking, candidate_pairs
from transforms.matching.members import members_spec
from transforms.matching.records import Pairs, Records

SHIPPED = members_spec().blocking
RULES_ALONE = SHIPPED.model_copy(update={"alike_texts": None})
assert SHIPPED.alike_texts is not None
WITH_MANY = SHIPPED.model_copy(update={"alike_texts": SHIPPED.alike_texts.model_copy(update={"up_to": 0})})


def blocking(*rules: dict[str, Any], **more: Any) -> Blocking:
    """Rules by their keys."""
    named = [{"name": f"rule{at}"} | rule for at, rule in enumerate(rules)]
    return Blocking.model_validate({"rules": named} | more)


def ends(pairs: Pairs) -> list[tuple[int, int]]:
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def proposed(
    rule: dict[str, Any], *rows: dict[str, Any], closed: list[str | None] | None = None
) -> list[tuple[int, int]]:
    promise = None if closed is None else pd.Series(closed, dtype=object)
    return ends(candidate_pairs(Records(table(*rows)), blocking(rule), promise)[0])


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
            "address",
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
    ids=[
        *("siren", "rna", "phone", "email", "domain", "address", "place", "name"),
        *("word", "acronym", "first letters"),
    ],
)
def test_each_rule_of_members_proposes_its_pair(
    rule: str, left: dict[str, Any], right: dict[str, Any]
) -> None:
    apart = {"name_core": "AAA"}, {"name_core": "BBB"}
    pairs, report = candidate_pairs(Records(members(apart[0] | left, apart[1] | right)), WITH_MANY)
    assert ends(pairs) == [(0, 1)]
    assert report.set_index("rule").loc[rule, "pairs"] == 1


def test_nothing_in_common_is_no_pair() -> None:
    pairs, _ = candidate_pairs(Records(members({"name_core": "MERIDON"}, {"name_core": "TAVIOL"})), SHIPPED)
    assert len(pairs) == 0


def test_a_shared_word_alone_is_not_enough() -> None:
    frame = members({"name_core": "MERIDON CONSEIL"}, {"name_core": "AGENCE QUORVEX CONSEIL"})
    pairs, report = candidate_pairs(Records(frame), WITH_MANY)
    assert len(pairs) == 0
    assert report.set_index("rule").loc["word", "pairs"] == 1


def test_few_records_meet_by_names_that_no_rule_would_bring_together() -> None:
    records = Records(members({"name_core": "KERVANE"}, {"name_core": "QERVANE"}))
    assert len(candidate_pairs(records, WITH_MANY)[0]) == 0
    pairs, report = candidate_pairs(records, SHIPPED)
    assert ends(pairs) == [(0, 1)]
    assert report.set_index("rule").loc["alike_texts", "pairs"] == 1


A, B = "MERIDON DES BOIS", "TAVIOL"
TAKEN = {
    "value": ({"columns": ["t"]}, A, A, True),
    "value, another": ({"columns": ["t"]}, A, "MERIDONDESBOIS", False),
    "joined": ({"columns": ["t"], "take": "joined"}, A, "MERI DONDES BOIS", True),
    "first": ({"columns": ["t"], "take": "first"}, A, "MERID ONVILLE", True),
    "first, fewer agree": ({"columns": ["t"], "take": "first"}, A, "MERIVILLE", False),
    "first, by count": ({"columns": ["t"], "take": "first", "letters": 3}, A, "MERIVILLE", True),
    "first, text too short": ({"columns": ["t"], "take": "first"}, "MERI", "MERI", False),
    "last": ({"columns": ["t"], "take": "last"}, A, "VERT SBOIS", True),
    "last, by count": ({"columns": ["t"], "take": "last", "letters": 3}, A, "VERT OIS", True),
    "last, text too short": ({"columns": ["t"], "take": "last"}, "BOIS", "BOIS", False),
    "words": ({"columns": ["t"], "take": "words"}, A, "BOIS VERT", True),
    "words, short ones left out": ({"columns": ["t"], "take": "words", "letters": 5}, A, "BOIS", False),
    "acronym": ({"columns": ["t"], "take": "acronym"}, A, "MDB", True),
    "acronym of two words": ({"columns": ["t"], "take": "acronym"}, "MERIDON BOIS", "MB", False),
    "two acronyms": ({"columns": ["t"], "take": "acronym"}, A, "MARIN DORE BLEU", True),
}


@pytest.mark.parametrize(("part", "left", "right", "meet"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken_of_a_value(part: dict[str, Any], left: str, right: str, meet: bool) -> None:
    found = proposed({"keys": [part]}, {"t": left}, {"t": right}, {"t": B}, {"t": None}, {"t": None})
    assert found == ([(0, 1)] if meet else [])


def test_a_rule_asks_for_all_its_keys() -> None:
    rule = {"keys": ["town", {"columns": ["name"], "take": "first", "letters": 3}]}
    found = proposed(
        rule,
        {"town": "BRELLE", "name": "MERIDON"},
        {"town": "BRELLE", "name": "MERVANE"},
        {"town": "CORVAN", "name": "MERIDON"},
        {"town": None, "name": "MERIDON"},
        {"town": "BRELLE", "name": None},
    )
    assert found == [(0, 1)]


def test_a_value_of_one_column_meets_that_of_another() -> None:
    rule = {"keys": [{"columns": ["name", "sign"]}]}
    rows = (
        {"name": "MERIDON", "sign": "AZUR"},
        {"name": "TAVIOL", "sign": "MERIDON"},
        {"name": "AZUR", "sign": None},
    )
    assert proposed(rule, *rows) == [(0, 1), (0, 2)]


def test_a_record_is_no_pair_with_itself() -> None:
    assert proposed({"keys": [{"columns": ["name", "sign"]}]}, {"name": "MERIDON", "sign": "MERIDON"}) == []


@pytest.mark.parametrize("name", ["Raison sociale", 'le "nom"', "l'été", "select", "{0}", "RECORD"])
def test_a_column_may_be_called_anything(name: str) -> None:
    assert proposed({"keys": [name]}, {name: "MERIDON"}, {name: "MERIDON"}, {name: "TAVIOL"}) == [(0, 1)]


def test_oversized_blocks_are_left_aside_and_counted() -> None:
    rows = [{"name_core": f"N{number}", "phone": "+33465710001"} for number in range(5)]
    pairs, report = candidate_pairs(Records(members(*rows)), RULES_ALONE.model_copy(update={"cap": 4}))
    assert len(pairs) == 0
    assert report.set_index("rule").loc["phone", "capped_blocks"] == 1


def test_a_rule_may_have_a_cap_of_its_own() -> None:
    rows = table(*[{"a": "MERIDON", "b": "BRELLE"}] * 5)
    both = blocking({"keys": ["a"], "cap": 5}, {"keys": ["b"]}, cap=4)
    pairs, report = candidate_pairs(Records(rows), both)
    assert len(pairs) == 10
    assert report.to_dict("list") == {
        "rule": ["rule0", "rule1"],
        "pairs": [10, 0],
        "capped_blocks": [0, 1],
    }


@pytest.mark.parametrize(
    ("most_pairs", "pairs", "capped"),
    [(None, 10, 0), (10, 10, 0), (9, 4, 1), (4, 4, 1), (3, 1, 2), (1, 1, 2)],
    ids=["any number", "all of them", "but one", "two blocks", "one block", "never none"],
)
def test_the_largest_blocks_of_a_rule_with_too_many_pairs_are_left_aside(
    most_pairs: int | None, pairs: int, capped: int
) -> None:
    """Blocks of two, three and four records have 1, 3 and 6 pairs."""
    rows = table(*({"a": letter} for letter in "MMERRRIIII"))
    found, report = candidate_pairs(Records(rows), blocking({"keys": ["a"]}, most_pairs=most_pairs))
    assert len(found) == pairs
    assert report["capped_blocks"].tolist() == [capped]


@pytest.mark.parametrize(
    ("most_pairs", "pairs", "capped"),
    [(9, 9, 0), (5, 3, 1), (2, 0, 2)],
    ids=["all of them", "the smaller block", "none"],
)
def test_without_a_block_of_two_all_of_them_may_be_left_aside(
    most_pairs: int, pairs: int, capped: int
) -> None:
    """Blocks of three and four records have 3 and 6 pairs."""
    rows = table(*({"a": letter} for letter in "MMMEEEERI"))
    found, report = candidate_pairs(Records(rows), blocking({"keys": ["a"]}, most_pairs=most_pairs))
    assert len(found) == pairs
    assert report["capped_blocks"].tolist() == [capped]


@pytest.mark.parametrize("alike", [None, {"column": "t", "at_least": 0.5}], ids=["rules", "alike texts"])
def test_within_a_closed_source_there_is_no_pair(alike: dict[str, Any] | None) -> None:
    records = Records(table(*[{"t": "MERIDON"}] * 5))
    closed = pd.Series(["north", "north", "south", None, None], dtype=object)
    pairs, _ = candidate_pairs(records, blocking({"keys": ["t"]}, alike_texts=alike), closed)
    everything = {(one, other) for one in range(5) for other in range(one + 1, 5)}
    assert set(ends(pairs)) == everything - {(0, 1)}


def test_alike_texts_are_all_looked_at_up_to_so_many_records() -> None:
    rows = table({"t": "KER VANE"}, {"t": "QERVANE"}, {"t": "TAVIOL"}, {"t": None}, {"t": None})
    for up_to, found in ((5, [(0, 1)]), (4, [])):
        alike = {"column": "t", "at_least": 0.62, "up_to": up_to}
        assert ends(candidate_pairs(Records(rows), blocking({"keys": ["t"]}, alike_texts=alike))[0]) == found


def test_a_weak_rule_s_pairs_stay_if_the_texts_are_alike_or_another_rule_says_so() -> None:
    rows = table(
        {"town": "BRELLE", "t": "KERVANE", "n": "1"},
        {"town": "BRELLE", "t": "QERVANE", "n": "2"},
        {"town": "BRELLE", "t": "TAVIOL", "n": "1"},
    )
    alike = {"column": "t", "up_to": 0}
    weak = {"keys": ["town"], "if_alike": True}
    assert ends(candidate_pairs(Records(rows), blocking(weak, alike_texts=alike))[0]) == [(0, 1)]
    both = blocking(weak, {"keys": ["n"]}, alike_texts=alike)
    assert ends(candidate_pairs(Records(rows), both)[0]) == [(0, 1), (0, 2)]


def test_all_pairs_at_any_number_of_records_agree_with_the_rules() -> None:
    frame = members(*[{"name_core": f"MERIDON {number}", "siren": f"{number % 3:09}"} for number in range(9)])
    few, _ = candidate_pairs(Records(frame), SHIPPED)
    many, _ = candidate_pairs(Records(frame), WITH_MANY)
    assert set(ends(many)) <= set(ends(few))
    assert ends(few) == sorted(ends(few))


@given(st.lists(st.sampled_from(["ABCDE", "ABCDEF", "BCDEF", "AB CDE", "X", None]), max_size=8))
def test_pairs_are_ordered_different_and_share_what_the_rule_takes(values: list[str | None]) -> None:
    frame = pd.DataFrame({"t": pd.Series(values, dtype=object)})
    pairs, report = candidate_pairs(Records(frame), blocking({"keys": [{"columns": ["t"], "take": "first"}]}))
    key = [
        value.replace(" ", "")[:5] if value and len(value.replace(" ", "")) >= 5 else None for value in values
    ]
    expected = [
        (one, other)
        for one in range(len(values))
        for other in range(one + 1, len(values))
        if key[one] is not None and key[one] == key[other]
    ]
    assert ends(pairs) == expected
    assert report["pairs"].tolist() == [len(expected)]


def test_no_record_and_one_record() -> None:
    for frame in (members({}).iloc[:0], members({})):
        pairs, report = candidate_pairs(Records(frame), SHIPPED)
        assert len(pairs) == 0
        assert not report[["pairs", "capped_blocks"]].to_numpy(dtype=np.int64).any()


@pytest.mark.parametrize("at_once", [1, 7, 10_000], ids=["a row", "slices", "all"])
def test_alike_texts_are_the_same_however_many_are_looked_at_at_once(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = np.random.default_rng(5)
    names = ["".join(draw.choice(list("ABC"), 4)) for _ in range(30)]
    records = Records(table(*({"name": name} for name in names), {"name": None}))
    told = blocking({"keys": ["name"]}, alike_texts={"column": "name", "at_least": 0.75})
    whole = ends(candidate_pairs(records, told)[0])
    monkeypatch.setattr("transforms.matching.alike_texts._AT_ONCE", at_once)
    assert len(whole) > 20
    assert ends(candidate_pairs(records, told)[0]) == whole
