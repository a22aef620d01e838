"""What a glance at two names may say: only what a thorough comparison says as well."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.names.company_name import compare_prepared
from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.screen import NameScreen
from transforms.matching.names.words import WordWeights

WEIGH = WordWeights.of(
    ["MERIDON", "TAVIOL", "ORVALIS CONSEIL", "CHARPENTE MENUISERIE VERDOL", *["QUORVEX CONSEIL"] * 60]
)


def surely_different(names: list[str]) -> np.ndarray:
    """For each pair of `names`, in a square."""
    screen = NameScreen([PreparedName.of(name, WEIGH) for name in names])
    left, right = np.divmod(np.arange(len(names) ** 2), len(names))
    return screen.surely_different(left, right).reshape(len(names), len(names))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("MERIDON", "TAVIOL", id="nothing shared"),
        pytest.param("ORVALIS CONSEIL", "TAVIOL CONSEIL", id="a common word shared"),
        pytest.param("MERIDON HOLDING", "TAVIOL HOLDING", id="the same sibling word"),
        pytest.param("MERIDON HOLDING", "TAVIOL", id="a sibling word of another name"),
        pytest.param("CMV", "TAVIOL DE LYON", id="an acronym of another name"),
    ],
)
def test_most_different_names_are_told_at_a_glance(left: str, right: str) -> None:
    assert surely_different([left, right])[0, 1]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("MERIDON", "MERIDON", id="same"),
        pytest.param("MERIDON", "MERIDAN", id="typo"),
        pytest.param("MERIDON", "MERI", id="cut"),
        pytest.param("AB CD EF", "ABC DEF", id="moved spaces"),
        pytest.param("TAVIOL AB CD", "TAVIOL ABCD", id="moved spaces beside a shared word"),
        pytest.param("CHARPENTE MENUISERIE VERDOL", "CMV", id="acronym"),
        pytest.param("CHAMEVER", "CHARPENTE MENUISERIE VERDOL", id="first syllables"),
        pytest.param("LE CHARPENTE VERDOL", "CHARVER", id="first syllables after an article"),
        pytest.param("MERIDON EX TAVIOL", "ORVALIS", id="former name"),
        pytest.param("CMV CHARPENTE MENUISERIE VERDOL", "TAVIOL", id="own acronym"),
        pytest.param("MERIDON HOLDING", "MERIDON", id="sibling"),
        pytest.param("HOLDING AB CD", "ABCD", id="sibling of joined words"),
        pytest.param("A BA", "AB A", id="the same letters"),
    ],
)
def test_a_doubt_is_left_to_a_thorough_comparison(left: str, right: str) -> None:
    assert not surely_different([left, right])[0, 1]


WORDS = (
    st.sampled_from(["MERIDON", "MERI", "DON", "TAVIOL", "CONSEIL", "HOLDING", "GROUPE", "SERVICES"])
    | st.sampled_from(
        [
            "DE",
            "38",
            "CMV",
            "FRANCE",
            "LYON",
            "GRENOBLE",
            "EST",
            "CHARPENTE",
            "MENUISERIE",
            "VERDOL",
            "FORMATINO",
        ]
    )
    | st.sampled_from(["EX", "TROIS", "3", "CABINET", "CHAMEVER", "MERITAV", "TAVCON", "CTE", "COMITE", "TP"])
    | st.text("ABEMN", min_size=1, max_size=6)
)
NAMES = st.lists(WORDS, max_size=5).map(" ".join)


@given(st.lists(NAMES, min_size=2, max_size=8))
def test_surely_different_is_different(names: list[str]) -> None:
    prepared = [PreparedName.of(name, WEIGH) for name in names]
    for left, right in np.argwhere(surely_different(names)):
        assert compare_prepared(prepared[left], prepared[right]).level == "different"


@given(st.lists(NAMES, min_size=2, max_size=8))
def test_symmetric_and_each_pair_for_itself(names: list[str]) -> None:
    found = surely_different(names)
    assert (found == found.T).all()
    assert found[0, 1] == surely_different(names[:2])[0, 1]


def test_no_pair() -> None:
    assert NameScreen([]).surely_different(np.zeros(0, int), np.zeros(0, int)).tolist() == []
