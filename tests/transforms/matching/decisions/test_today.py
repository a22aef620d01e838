"""What was said under one number and is about a member that bears another one today."""

import pandas as pd
from decision_words import decision

from transforms.matching.decisions.agreement import agreement
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.today import Today, todays

# After all words: a bears b's number, b bears x, and c has left; a new member took number c.
NUMBERS = pd.DataFrame(
    [
        ("north", "a", "2023-01-01", "b"),
        ("north", "b", "2023-01-01", "x"),
        ("north", "b", "2025-01-01", "b"),
        ("north", "c", "2023-01-01", None),
        ("north", "c", "2025-01-01", "c"),
    ],
    columns=["source", "member_id", "since", "now_member_id"],
    dtype="str",
).astype({"since": "datetime64[us]"})
SAID = (decision(1, "same", "a", "b"), decision(2, "different", "b", "c"), decision(3, "same", "d", "e"))


def test_words_are_under_the_numbers_of_today() -> None:
    found = todays(SAID, NUMBERS)
    assert [one.pair for one in found.here] == [
        (("north", "b"), ("north", "x")),
        (("north", "d"), ("north", "e")),
    ]
    assert [one.decision_id for one in found.decisions] == ["D-0001", "D-0002", "D-0003"]
    # Nobody who bears these numbers today is meant.
    assert found.elsewhere == (SAID[1],)


def test_without_new_numbers_nothing_changes() -> None:
    assert todays(SAID, None) == todays(SAID, NUMBERS.iloc[:0]) == Today(SAID)


def test_what_counts_is_asked_under_the_numbers_of_today() -> None:
    standing = KnownRecords({}, numbers=NUMBERS).standing(SAID)
    said = standing.on((("north", "b"), ("north", "x")))
    assert said is not None
    assert said.decision_id == "D-0001"
    assert standing.on(SAID[0].pair) is None
    assert standing.on(SAID[1].pair) is None


def test_a_pair_judged_under_two_numbers_was_judged_twice() -> None:
    again = decision(9, "same", "b", "x").model_copy(
        update={"steward": "st-2", "decided_at": pd.Timestamp("2025-06-01", tz="UTC").to_pydatetime()}
    )
    assert agreement([*SAID, again]).pairs == 0
    today = todays((*SAID, again), NUMBERS)
    found = agreement(today.here, today.elsewhere)
    assert (found.pairs, found.agreed, found.between) == (1, 1, 1)


def test_words_on_members_that_left_are_compared_with_each_other_alone() -> None:
    twice = [decision(1, "same", "a", "b"), decision(2, "same", "a", "b")]
    assert agreement([], twice).pairs == 1
    assert agreement(twice[:1], twice[1:]).pairs == 0
