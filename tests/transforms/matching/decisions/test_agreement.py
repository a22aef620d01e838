"""Cohen's kappa by hand, and which two judgements of a pair are compared."""

import pytest
from decision_words import START, decision
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.decisions.agreement import agreement, kappa
from transforms.matching.decisions.decision import Decision

VERDICTS = st.sampled_from(["same", "different", "unsure"])


def judged(*pairs: str) -> list[tuple[str, str]]:
    words = {"s": "same", "d": "different", "u": "unsure"}
    return [(words[first], words[second]) for first, second in pairs]


@pytest.mark.parametrize(
    ("judgements", "expected"),
    [
        ([], None),
        (judged("ss", "ss"), None),
        (judged("ss", "dd"), 1.0),
        (judged("sd", "ds"), -1.0),
        # 20 + 15 of 50 agree; chance is .5 × .6 + .5 × .4 = .5: (.7 − .5) / .5.
        (judged(*["ss"] * 20, *["sd"] * 5, *["ds"] * 10, *["dd"] * 15), 0.4),
        (judged("ss", "sd", "ds", "dd"), 0.0),
    ],
    ids=["nothing", "one verdict alone", "agreed", "opposed", "an example of the literature", "chance"],
)
def test_kappa(judgements: list[tuple[str, str]], expected: float | None) -> None:
    assert kappa(judgements) == (expected if expected is None else pytest.approx(expected))


@given(st.lists(st.tuples(VERDICTS, VERDICTS), max_size=30))
def test_kappa_is_at_most_one_and_does_not_care_who_came_first(judgements: list[tuple[str, str]]) -> None:
    found = kappa(judgements)
    turned = kappa([(second, first) for first, second in judgements])
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert found == pytest.approx(turned)
        assert found <= 1
        assert (found == pytest.approx(1)) == all(first == second for first, second in judgements)


def by(steward: str, one: Decision) -> Decision:
    return one.model_copy(update={"steward": steward})


def test_the_first_word_is_held_against_that_of_another_steward() -> None:
    said = [
        decision(1, "same", "a", "b"),
        decision(2, "same", "b", "a"),
        by("st-2", decision(3, "different", "a", "b")),
        decision(4, "different", "a", "c"),
        decision(5, "different", "a", "c"),
        decision(6, "same", "d", "e"),
    ]
    found = agreement(reversed(said))
    assert (found.pairs, found.agreed, found.between, found.observed) == (2, 1, 1, 0.5)
    # Firsts: same, different; seconds: different twice. Chance is one half.
    assert found.kappa == pytest.approx(0.0)


def test_what_was_taken_back_counts_for_nothing() -> None:
    slip = decision(1, "same", "a", "b").model_copy(update={"revoked_at": START})
    found = agreement([slip, decision(2, "different", "a", "b")])
    assert (found.pairs, found.kappa, found.observed) == (0, None, None)
