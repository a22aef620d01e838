"""What a new decision would contradict; and the law that what is taken can be followed, all of it."""

import numpy as np
import pandas as pd
import pytest
from decision_words import decision, record
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.clusters import cluster
from transforms.matching.decisions.contradictions import Contradiction, StandingDecisions
from transforms.matching.decisions.decision import Decision, Record, Verdict

SIRENS = {record("m"): "732829320", record("n"): "443061841"}
Said = tuple[Verdict, str, str]
CASES: dict[str, tuple[list[Said], Said, tuple[str, ...], bool]] = {
    "nothing said": ([], ("same", "a", "b"), (), False),
    "same closes a ring": ([("same", "a", "b"), ("same", "b", "c")], ("same", "a", "c"), (), False),
    "different in a ring": (
        [("same", "a", "b"), ("same", "b", "c")],
        ("different", "a", "c"),
        ("D-0001", "D-0002"),
        False,
    ),
    "same past a different": (
        [("same", "a", "b"), ("different", "a", "c")],
        ("same", "b", "c"),
        ("D-0002",),
        False,
    ),
    "another word on the same pair": ([("same", "a", "b")], ("different", "a", "b"), (), False),
    "and back": ([("different", "a", "b")], ("same", "b", "a"), (), False),
    "different of strangers": ([("same", "a", "b")], ("different", "a", "c"), (), False),
    "unsure never contradicts": ([("different", "a", "b")], ("unsure", "a", "b"), (), False),
    "two siren": ([], ("same", "m", "n"), (), True),
    "two siren through others": ([("same", "m", "a"), ("same", "n", "b")], ("same", "a", "b"), (), True),
    "two siren, kept apart": ([], ("different", "m", "n"), (), False),
}


@pytest.mark.parametrize(
    ("said", "counted", "settled"),
    [((), (), False), (("D-0001",), (), True), (("D-0001",), ("D-0001",), False)],
    ids=["nothing said", "said since the run", "the run asks in spite of it"],
)
def test_what_was_said_since_a_run_settles_its_pair(
    said: tuple[str, ...], counted: tuple[str, ...], settled: bool
) -> None:
    word = decision(1, "unsure", "a", "b")
    standing = StandingDecisions([word] if said else [], {})
    assert standing.settles(word.pair, counted) is settled


@pytest.mark.parametrize(("stand", "new", "against", "sirens"), CASES.values(), ids=CASES)
def test_examples(stand: list[Said], new: Said, against: tuple[str, ...], sirens: bool) -> None:
    said = [decision(number, *one) for number, one in enumerate(stand, 1)]
    found = StandingDecisions(said, SIRENS).contradiction(decision(99, *new).pair, new[0])
    assert found == Contradiction(against, tuple(sorted(SIRENS.values())) if sirens else ())
    assert bool(found) == bool(against or sirens)


def test_a_word_that_was_replaced_or_taken_back_stands_no_more() -> None:
    different = decision(1, "different", "a", "b")
    revoked = different.model_copy(update={"revoked_at": different.decided_at})
    for said in ([revoked], [different, decision(2, "unsure", "b", "a")]):
        standing = StandingDecisions([*said, decision(3, "same", "b", "c")], {})
        assert not standing.contradiction((record("a"), record("c")), "same")


LETTERS = "abcdefg"
WORDS = st.lists(
    st.tuples(
        st.sampled_from(["same", "different", "unsure"]), st.sampled_from(LETTERS), st.sampled_from(LETTERS)
    ).filter(lambda said: said[1] != said[2]),
    max_size=14,
)
NUMBERS = st.lists(st.sampled_from([None, None, "732829320", "443061841"]), min_size=7, max_size=7)


@given(WORDS, NUMBERS)
def test_what_is_taken_can_be_followed_and_what_is_refused_cannot(
    words: list[Said], numbers: list[str | None]
) -> None:
    known = {record(letter): siren for letter, siren in zip(LETTERS, numbers, strict=True) if siren}
    standing = StandingDecisions([], known)
    taken: dict[object, Decision] = {}
    for number, (verdict, left, right) in enumerate(words):
        new = decision(number, verdict, left, right)
        if standing.contradiction(new.pair, verdict):
            assert not followed([*(taken | {new.pair: new}).values()], numbers)
        else:
            standing.add(new)
            taken[new.pair] = new
    assert followed([*taken.values()], numbers)


def followed(said: list[Decision], numbers: list[str | None]) -> bool:
    """Whether the groups of records, compared by nothing else, obey each decision."""
    ends = {
        verdict: [at(one.pair) for one in said if one.verdict == verdict] for verdict in ("same", "different")
    }
    identifiers = pd.DataFrame({"siren": pd.Series(numbers, dtype=object)})
    nobody, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    groups = cluster(identifiers, nobody, nobody, nothing, nothing > 0, None, ends["same"], ends["different"])
    together = all(groups[left] == groups[right] for left, right in ends["same"])
    return together and all(groups[left] != groups[right] for left, right in ends["different"])


def at(pair: tuple[Record, Record]) -> tuple[int, int]:
    return LETTERS.index(pair[0][1]), LETTERS.index(pair[1][1])
