"""How alike two names are: named examples of each level, and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.names.company_name import compare_names
from transforms.matching.names.places import contradict, places_of
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
        pytest.param(
            "SEE MERIDON SUD", "EXPLOITATION DES ETABLISSEMENTS MERIDON SUD", "acronym", id="SOCIETE left out"
        ),
        pytest.param(
            "TEE MERIDON SUD", "EXPLOITATION DES ETABLISSEMENTS MERIDON SUD", "sibling", id="other initials"
        ),
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
        pytest.param("MERIDON", "MERIDON CHARPENTE", "contained", id="part of the name"),
        pytest.param("MERIDON", "MERIDON DE LA CHARPENTE", "contained", id="one word more beside articles"),
        pytest.param("MERIDON", "MERIDON CLERMONT FERRAND", "contained", id="a town of two words"),
        pytest.param("MERIDON", "MERIDON CHARPENTE BARDAGE", "extended", id="two words more"),
        pytest.param(
            "MERIDON FRET", "MERIDN FRET GRANDE DISTRIBUTION", "extended", id="the branch of a misspelt name"
        ),
        pytest.param("ZEPHIL 38", "ZEPHIL 74", "sibling", id="other number"),
        pytest.param("VOREL BOIS ENERGIE 22", "VORELBOIS ENERGIE 23", "sibling", id="other number, joined"),
        pytest.param("MERIDON", "TAVIOL", "different", id="nothing shared"),
        pytest.param("KAELIS TANOR LYON", "KAELIS TANOR GRENOBLE", "sibling", id="two towns"),
        pytest.param("KAELIS LYON", "KAELIS PARIS", "sibling", id="two towns of two regions"),
        pytest.param("KAELIS EST", "KAELIS OUEST", "sibling", id="two points of the compass"),
        pytest.param("CHARPENTES DU NORD", "CHARPENTES DU SUD", "sibling", id="points after an article"),
        pytest.param("KAELIS TANOR BRETAGNE", "KAELIS TANOR OCCITANIE", "sibling", id="two regions"),
        pytest.param("KAELIS TANOR ISERE", "KAELIS TANOR DROME", "sibling", id="two departements"),
        pytest.param("KAELIS TANOR LYON", "KAELIS TANOR BRETAGNE", "sibling", id="a town of another region"),
        pytest.param("KAELIS TANOR SAINT ETIENNE", "KAELIS TANOR SAINT MALO", "sibling", id="long towns"),
        pytest.param("ORANGE LYON", "ORANGE PARIS", "sibling", id="a name that is a town's as well"),
        pytest.param("KAELIS TANOR LYON", "KAELIS TANOR", "close", id="town added"),
        pytest.param("KAELIS TANOR LYON", "KAELIS TANOR FRANCE", "close", id="a town and the country"),
        pytest.param("KAELIS TANOR LYON", "KAELIS TANOR RHONE", "close", id="a town and its departement"),
        pytest.param("KAELIS TANOR LION", "KAELIS TANOR LYON", "close", id="misspelt town"),
        pytest.param("KAELIS PAYS DE LOIRE", "KAELIS PAYS DE LA LOIRE", "same", id="short form of a region"),
        pytest.param("MERIDON CHARPENTE BARDAGE", "MERIDON LYON", "different", id="both say more"),
        pytest.param(
            "SOCIETE MERIDON", "MERIDON CHARPENTE BARDAGE", "extended", id="a kind of body says nothing"
        ),
        pytest.param("KERVANE HOLDNG", "KERVANE", "sibling", id="a letter lost in a sibling word"),
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


PLACE_NAMES = st.lists(
    st.sampled_from(["KAELIS", "LYON", "PARIS", "RHONE", "ALPES", "NORD", "SUD", "SAINT", "ETIENNE", "DE"]),
    max_size=6,
)


@given(PLACE_NAMES, PLACE_NAMES)
def test_places_contradict_each_other_both_ways_and_never_themselves(
    left: list[str], right: list[str]
) -> None:
    here, there = places_of(left), places_of(right)
    assert contradict(here, there) == contradict(there, here)
    assert not contradict(here, here)
    assert not contradict(here, ())


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("KAELIS RHONE ALPES", [("RHONE ALPES", "area")]),
        ("KAELIS SAINT ETIENNE NORD", [("SAINT ETIENNE", "town"), ("NORD", "point")]),
        ("KAELIS 2 SEVRES", [("DEUX SEVRES", "area")]),
        ("KAELIS SAINT", []),
        ("", []),
    ],
)
def test_places_of_a_name(name: str, places: list[tuple[str, str]]) -> None:
    assert [(place.name, place.kind) for place in places_of(name.split())] == places


@pytest.mark.parametrize(
    ("left", "right", "excludes"),
    [
        ("LYON", "VILLEURBANNE", True),
        ("LEVALLOIS", "LEVALLOIS PERRET", False),
        ("LYON", "AUVERGNE RHONE ALPES", False),
        ("LYON", "NORMANDIE", True),
        ("RHONE ALPES", "AUVERGNE", True),
        ("RHONE ALPES", "AUVERGNE RHONE ALPES", False),
        ("LYON", "NORD", False),
        ("NORD", "SUD", True),
        ("NORD", "NORD EST", False),
    ],
)
def test_which_places_exclude_each_other(left: str, right: str, excludes: bool) -> None:
    (one,), (other,) = places_of(left.split()), places_of(right.split())
    assert one.excludes(other) == other.excludes(one) == excludes
