"""Company ids from run to run: kept, merged, split, given back, found again; by example and by law."""

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.continuity.members import recognised
from transforms.golden.company_ids import Assignment, assign, minted_id
from transforms.warehouse.register import ALIAS_COLUMNS, REGISTER_COLUMNS, TRAITS

Groups = list[str]


class History:
    """Runs one after the other; each group is a string of one-letter member ids."""

    def __init__(self) -> None:
        self.register = pd.DataFrame(columns=REGISTER_COLUMNS, dtype="str")
        self.aliases = pd.DataFrame(columns=ALIAS_COLUMNS, dtype="str")
        self.runs = 0
        self.published: set[str] = set()

    def look(self, groups: Groups, *, reverse: bool = False) -> Assignment:
        rows = [(member, number) for number, group in enumerate(groups) for member in group]
        frame = pd.DataFrame(rows[::-1] if reverse else rows, columns=["member_id", "group_id"])
        frame = frame.assign(source="north", **dict.fromkeys(TRAITS)).astype({"member_id": "str"})
        known = recognised(frame, self.register)
        return assign(known, self.register, self.aliases, f"run-{self.runs + 1:03}")

    def run(self, *groups: str) -> dict[str, str]:
        """Publish these groups; returns the id of each group."""
        found = self.look(list(groups))
        self.runs += 1
        self.register, self.aliases = found.register, found.aliases
        self.published |= set(found.ids)
        return {group: found.ids[number] for number, group in enumerate(groups)}

    def alias_of(self) -> dict[str, str]:
        return dict(zip(self.aliases["retired_id"], self.aliases["company_id"], strict=True))


@pytest.fixture
def history() -> History:
    return History()


def test_an_id_can_be_dictated_and_depends_on_the_record_alone() -> None:
    assert re.fullmatch(r"E-[0-9A-HJKMNP-TV-Z]{10}", minted_id("north", "A1"))
    assert minted_id("north", "A1") == "E-7RJMREANFW"
    assert len({minted_id("north", "A1", attempt) for attempt in range(5)}) == 5


def test_mint_from_the_smallest_record(history: History) -> None:
    assert history.run("ba", "c") == {"ba": minted_id("north", "a"), "c": minted_id("north", "c")}


def test_keep_although_a_smaller_record_joins(history: History) -> None:
    first = history.run("bc")["bc"]
    assert history.run("abc")["abc"] == first
    assert history.aliases.empty


def test_merge_keeps_the_id_of_most_records_and_leaves_an_alias(history: History) -> None:
    first = history.run("a", "bc")
    assert history.run("abc")["abc"] == first["bc"]
    assert history.aliases.to_dict("records") == [
        {"retired_id": first["a"], "company_id": first["bc"], "run_id": "run-002", "reason": "fusion"}
    ]


def test_merge_of_equals_keeps_the_older_id(history: History) -> None:
    older = history.run("b")["b"]
    history.run("a", "b")
    assert history.run("ab")["ab"] == older


def test_merge_of_equals_of_one_age_keeps_the_smaller_id(history: History) -> None:
    first = history.run("a", "b")
    assert history.run("ab")["ab"] == min(first.values())


def test_split_leaves_the_id_with_most_records(history: History) -> None:
    first = history.run("abc")["abc"]
    second = history.run("a", "bc")
    assert second["bc"] == first
    assert second["a"] == minted_id("north", "a", 1), "the first id of this record lives elsewhere"
    assert history.aliases.empty


def test_an_even_split_leaves_the_id_with_the_record_it_was_minted_from(history: History) -> None:
    first = history.run("b")["b"]
    history.run("ab")
    assert history.run("a", "b")["b"] == first


def test_an_even_split_without_that_record_leaves_it_with_the_smallest(history: History) -> None:
    first = history.run("abc")["abc"]
    assert history.run("b", "c")["b"] == first


def test_a_company_that_left_finds_its_id_again(history: History) -> None:
    first = history.run("a", "bc")
    assert set(history.run("a")) == {"a"}
    assert history.run("a", "bc") == first
    assert history.register["first_run"].tolist() == ["run-001"] * 3
    assert history.register["last_run"].tolist() == ["run-003"] * 3


def test_a_record_that_left_before_its_company_merged_comes_back_to_the_merged_one(history: History) -> None:
    history.run("ab", "cde")
    merged = history.run("acde")["acde"]
    assert history.run("b")["b"] == merged


@pytest.mark.parametrize("groups", [("ab", "c"), ("a", "bc"), ("a", "b"), ("b", "a"), ("abc", "def")])
def test_a_merge_undone_gives_both_their_ids_again(history: History, groups: tuple[str, str]) -> None:
    history.run(groups[1])
    first = history.run(*groups)
    history.run("".join(groups))
    assert history.run(*groups) == first
    assert history.aliases.empty, "neither id is retired any more"


def test_a_split_undone_and_done_again_names_both_as_before(history: History) -> None:
    history.run("abc")
    second = history.run("a", "bc")
    history.run("abc")
    assert history.run("a", "bc") == second


def test_an_id_given_back_takes_along_what_had_merged_into_it(history: History) -> None:
    first = history.run("a", "bc", "defg")
    history.run("abc", "defg")
    history.run("abcdefg")
    assert history.alias_of() == {first["a"]: first["defg"], first["bc"]: first["defg"]}
    assert history.run("abc", "defg") == {"abc": first["bc"], "defg": first["defg"]}
    assert history.alias_of() == {first["a"]: first["bc"]}


def test_an_id_of_a_record_that_had_moved_on_is_not_given_back(history: History) -> None:
    """The company first named after « a » went another way than « a » itself."""
    named_after_a = history.run("abc", "xyz")["abc"]
    history.run("a", "bc", "xyz")
    history.run("a", "bcxyz")
    gone_to = history.alias_of().get(named_after_a, named_after_a)
    history.run("aq", "bcxyz")
    again = history.run("a", "q", "bcxyz")
    assert again["a"] != named_after_a
    assert history.alias_of().get(named_after_a, named_after_a) == gone_to


def test_aliases_are_followed_to_the_living_id(history: History) -> None:
    first = history.run("a", "bc", "defg")
    history.run("abc", "defg")
    history.run("abcdefg")
    assert set(history.alias_of().values()) == {first["defg"]}


def test_counts(history: History) -> None:
    history.run("a", "bc", "defg")
    assert history.look(["abc", "de", "fg", "h"]).counts == {
        "minted": 2, "kept": 2, "revived": 0, "merged": 1, "retired": 1, "split": 1,
    }  # fmt: skip


def test_a_taken_id_leads_to_the_next_attempt(history: History) -> None:
    stranger = {"source": "south", "member_id": "z", "company_id": minted_id("north", "a")}
    history.register = pd.DataFrame(
        [{**stranger, "first_run": "run-000", "last_run": "run-000"}], columns=REGISTER_COLUMNS, dtype="str"
    )
    assert history.run("a")["a"] == minted_id("north", "a", 1)


def known_as(register: pd.DataFrame, *records: tuple[str, int, str | None, str | None]) -> Assignment:
    """Groups of records of today, each with the row of `register` that it continues."""
    columns = ["member_id", "group_id", "known_member_id", "known_first_run"]
    frame = pd.DataFrame(records, columns=columns).assign(source="north", **dict.fromkeys(TRAITS))
    texts = dict.fromkeys(frame.columns.difference(["group_id"]), "str")
    return assign(frame.astype(texts), register, pd.DataFrame(columns=ALIAS_COLUMNS, dtype="str"), "r9")


def rows_of(*known: tuple[str, str, str, str | None, str | None]) -> pd.DataFrame:
    columns = ["member_id", "company_id", "first_run", "origin_member_id", "origin_run"]
    rows = pd.DataFrame(known, columns=columns)
    return (
        rows.assign(source="north", last_run=rows["first_run"])
        .reindex(columns=REGISTER_COLUMNS)
        .astype("str")
    )


def register_rows(found: Assignment) -> list[tuple[str, ...]]:
    columns = ["member_id", "company_id", "first_run", "last_run", "origin_member_id", "origin_run"]
    return list(found.register[columns].fillna("").itertuples(index=False, name=None))


FORGE, MILL = "E-F0RGE00000", "E-M1LL000000"


def test_a_member_under_another_number_has_a_row_for_each() -> None:
    known = rows_of(("1", FORGE, "r1", None, None), ("5", FORGE, "r2", "1", "r1"))
    assert register_rows(known_as(known, ("7", 0, "5", "r2"))) == [
        ("1", FORGE, "r1", "r1", "", ""),
        ("5", FORGE, "r2", "r2", "1", "r1"),
        ("7", FORGE, "r9", "r9", "1", "r1"),
    ]


def test_a_member_back_under_a_number_that_another_bore_meanwhile_has_a_new_row() -> None:
    known = rows_of(("1", FORGE, "r1", None, None), ("1", MILL, "r2", None, None))
    assert register_rows(known_as(known, ("1", 0, "1", "r1"))) == [
        ("1", FORGE, "r1", "r1", "", ""),
        ("1", MILL, "r2", "r2", "", ""),
        ("1", FORGE, "r9", "r9", "1", "r1"),
    ]


def test_the_earlier_rows_of_a_member_stand_under_the_id_that_it_has_now() -> None:
    """The forge, now under number 5, parts from the mill, and the mill keeps their id."""
    known = rows_of(
        ("1", MILL, "r1", None, None), ("2", MILL, "r1", None, None), ("3", MILL, "r1", None, None)
    )
    found = known_as(known, ("5", 0, "1", "r1"), ("2", 1, "2", "r1"), ("3", 1, "3", "r1"))
    minted = found.ids[0]
    assert minted != MILL
    assert [row[:2] for row in register_rows(found)] == [
        ("1", minted),
        ("2", MILL),
        ("3", MILL),
        ("5", minted),
    ]


@st.composite
def partitions(draw: Any) -> Groups:
    """Some of eight records, in some groups."""
    labels = draw(st.lists(st.integers(0, 5), min_size=8, max_size=8))
    groups = ["".join(m for m, label in zip("abcdefgh", labels, strict=True) if label == n) for n in range(5)]
    return [group for group in groups if group]


histories = st.lists(partitions(), min_size=1, max_size=4)
quick = settings(max_examples=10, deadline=None)


@quick
@given(histories)
def test_nobody_is_forgotten_and_every_id_ever_published_resolves(steps: list[Groups]) -> None:
    history = History()
    for groups in steps:
        before = set(history.register["member_id"])
        ids = history.run(*groups)
        found = history.register.set_index("member_id")["company_id"]
        assert set(found.index) == before | set("".join(groups))
        assert all(found[member] == ids[group] for group in groups for member in group)
        assert len(set(ids.values())) == len(groups), "no id twice"

        alias_of, known = history.alias_of(), set(found)
        assert not set(alias_of) & known, "no retired id lives"
        assert set(alias_of.values()) <= known, "no chain, no dead end"
        assert history.published <= known | set(alias_of)


@quick
@given(histories)
def test_order_changes_nothing_nor_does_running_again(steps: list[Groups]) -> None:
    history = History()
    for groups in steps[:-1]:
        history.run(*groups)
    found, shuffled = history.look(steps[-1]), history.look(steps[-1][::-1], reverse=True)
    assert found.ids.tolist() == shuffled.ids.tolist()[::-1]
    pd.testing.assert_frame_equal(found.register, shuffled.register)
    pd.testing.assert_frame_equal(found.aliases, shuffled.aliases)

    history.run(*steps[-1])
    again = history.look(steps[-1])
    assert again.ids.tolist() == found.ids.tolist()
    pd.testing.assert_frame_equal(
        again.register.drop(columns="last_run"), found.register.drop(columns="last_run")
    )
    pd.testing.assert_frame_equal(again.aliases, found.aliases)


@quick
@given(histories, partitions())
def test_records_elsewhere_change_no_other_id(steps: list[Groups], elsewhere: Groups) -> None:
    alone, together = History(), History()
    others = [group.upper() for group in elsewhere]
    for groups in steps:
        expected = alone.run(*groups)
        found = together.run(*groups, *others)
        others = [group[1:] + group[0] for group in others[1:]] + others[:1]
        assert {group: found[group] for group in groups} == expected
