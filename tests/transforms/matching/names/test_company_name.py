"""How alike two names are: named examples of each level, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.names.company_name import compare_names
from transforms.matching.names.words import WordWeights

# A list of plausible size, in which CONSEIL is common and the invented words are rare.
CORES = [
    "ORVALIS CONSEIL",
    "BRENUS CONSEIL",
    "TAVIOL CONSEIL",
    "MERIDON",
    "CHARPENTE MENUISERIE VERDOL",
    "LOUP VERNI",
    "ZEPHIL 38",
    *(f"AGENCE{number} CONSEIL" for number in range(120)),
    *(f"ATELIER{number} BOIS" for number in range(600)),
]
WEIGH = WordWeights.of(CORES)


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param("MERIDON", "MERIDON", "same", id="same"),
        pytest.param("MERI DON", "MERIDON", "same", id="split word"),
        pytest.param("ORVALISCONSEIL", "ORVALIS CONSEIL", "same", id="joined words"),
        pytest.param("LE LOUP VERNI", "LOUP VERNI", "same", id="article left out"),
        pytest.param("LOUP VERNNI", "LE LOUP VERNI", "close", id="typo in a word"),
        pytest.param("MERIDON TECHNO", "MERIDON TECHNOLOGIES", "close", id="truncated word"),
        pytest.param("MERIDON FRANCE", "MERIDON", "close", id="territory added"),
        pytest.param("MERIDON GROUPE", "MERIDON", "close", id="group as a manner of speaking"),
        pytest.param("GROUPE MERIDON", "MERIDON", "sibling", id="group as an entity"),
        pytest.param("MERIDON HOLDING", "MERIDON", "sibling", id="holding"),
        pytest.param("MERIDON PARTICIPATINS", "MERIDON", "sibling", id="misspelt sibling word"),
        pytest.param("MERIDON", "MERIDO FORMATION", "sibling", id="sibling of a misspelt name"),
        pytest.param("MERIDON TRAVAUX HOLDING", "MERIDONTRAVAUX", "sibling", id="sibling of joined words"),
        pytest.param("ORVALIS CONSEIL", "BRENUS CONSEIL", "different", id="only a common word shared"),
        pytest.param("CMV", "CHARPENTE MENUISERIE VERDOL", "acronym", id="acronym"),
        pytest.param("CMV CHARPENTE MENUISERIE VERDOL", "CMV", "close", id="own acronym"),
        pytest.param(
            "CMV CHARPENTE MENUISERIE VERDOL", "CHARPENTE MENUISERIE VERDOL", "close", id="own expansion"
        ),
        pytest.param("KERVANE INGENIERIE SERVICES KIS", "KIS", "close", id="own acronym with a sibling word"),
        pytest.param("KERVANE INGENIERIE SERVICES LYON", "KIS", "acronym", id="acronym of a sibling word"),
        pytest.param("KERVANE BOIS SERVICES", "KERVANE B", "sibling", id="sibling beside initials"),
        pytest.param("MATRODEC", "MATERIELS ROULANTS DECINES", "acronym", id="first syllables"),
        pytest.param("PUBLIVER", "PUBLICATIONS VERDOL", "acronym", id="first syllables of two words"),
        pytest.param("MERIDON EX TAVIOL BOIS", "MERIDON", "close", id="former name told"),
        pytest.param("MERIDON EX TAVIOL BOIS", "TAVIOL BOIS", "close", id="known by its former name"),
        pytest.param("CABINET MERIDON", "MERIDON", "close", id="kind of company added"),
        pytest.param("VOREL TROIS RIVIERES", "VOREL 3 RIVIERES", "same", id="number in letters"),
        pytest.param("ORVALIS BRENUS CB", "ORVALIS BRENUS CONSEIL BOIS", "same", id="acronym within"),
        pytest.param(
            "ORVALIS BRENUS MERIDON VERDOL BOIS CONSEIL",
            "ORVALIS BRENUS MERIDON VERDOL TAVIOL BOISCONSEIL",
            "near",
            id="joined within",
        ),
        pytest.param("COMITE VERDOL TAVIOL", "CTE VERDOL TAVIOL", "close", id="contracted word"),
        pytest.param("VERDOL PROTECTION N", "VERDOL PROTECTION NATURE", "close", id="cut last word"),
        pytest.param("MERI", "MERIDON", "contained", id="a short word begins another"),
        pytest.param("TAVI", "TAVO", "letters", id="short words a typo apart"),
        pytest.param(
            "FOYERS RURAUX DU VERDOL", "FOYERS RURAUX DU TAVIOL", "partial", id="one word each against"
        ),
        pytest.param("BRU ALP", "BUR ALP", "letters", id="swapped letters in a short word"),
        pytest.param("MERIDON", "MERIDON CHARPENTE BARDAGE", "contained", id="part of the name"),
        pytest.param("ZEPHIL 38", "ZEPHIL 74", "different", id="other number"),
        pytest.param("MERIDON", "TAVIOL", "different", id="nothing shared"),
    ],
)
def test_levels(left: str, right: str, level: str) -> None:
    assert compare_names(left, right, WEIGH).level == level


def test_rare_words_weigh_more_than_common_ones() -> None:
    assert WEIGH("MERIDON") > WEIGH("CONSEIL") > WEIGH("FRANCE") > WEIGH("DE")


NAMES = st.lists(
    st.sampled_from(["MERIDON", "TAVIOL", "CONSEIL", "HOLDING", "GROUPE", "DE", "38", "CMV", "FRANCE"])
    | st.text("ABEILNORST", min_size=1, max_size=9),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(NAMES, NAMES)
def test_symmetric_and_between_0_and_1(left: str, right: str) -> None:
    one, other = compare_names(left, right, WEIGH), compare_names(right, left, WEIGH)
    assert one == other
    assert 0 <= one.similarity <= 1


@given(NAMES)
def test_a_name_is_the_same_as_itself(name: str) -> None:
    assert compare_names(name, name, WEIGH).level == "same"
