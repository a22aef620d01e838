"""What one record calls a company against what another does: level, score, reason and legal forms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching.names.comparison import CompanyName, compare, compare_forms
from transforms.matching.names.words import WordWeights

WEIGH = WordWeights.of(["MERIDON", "TAVIOL BOIS", *(f"AGENCE{number} CONSEIL" for number in range(60))])


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param("EURL", "EURL", "same", id="same"),
        pytest.param("SARL", "EURL", "compatible", id="special case"),
        pytest.param("SAS", "SARL", "different", id="two forms"),
        pytest.param("SCOP", "SAS", "compatible", id="special case of another family"),
        pytest.param(None, "SAS", "absent", id="one absent"),
        pytest.param(None, None, "absent", id="both absent"),
    ],
)
def test_legal_forms(left: str | None, right: str | None, level: str) -> None:
    assert compare_forms(left, right) == compare_forms(right, left) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        pytest.param(CompanyName("MERIDON"), CompanyName("TAVIOL BOIS"), "different", id="nothing shared"),
        pytest.param(
            CompanyName("MERIDON", ("TAVIOL BOIS",)),
            CompanyName("TAVIOL BOIS"),
            "trade_name",
            id="trade name",
        ),
        pytest.param(
            CompanyName("MERIDON", ("QORV",)), CompanyName("TAVIOL", ("QORV",)), "trade_name", id="same sign"
        ),
        pytest.param(
            CompanyName("MERIDON", ("QORV",)),
            CompanyName("MERIDON", ("TAVIOL",)),
            "same",
            id="name beats sign",
        ),
        pytest.param(
            CompanyName("MERIDON", ("QORV",)),
            CompanyName("MERIDON HOLDING", ("QORV",)),
            "sibling",
            id="a holding under the same sign",
        ),
    ],
)
def test_other_names(left: CompanyName, right: CompanyName, level: str) -> None:
    assert compare(left, right, WEIGH).level == compare(right, left, WEIGH).level == level


def test_the_reason_names_the_words_of_each_side() -> None:
    reason = compare("TAVIOL BOIS CONSEIL", "MERIDON TAVIOLE", WEIGH).reason
    assert reason.agreed == (("TAVIOL", "TAVIOLE"),)
    assert (reason.left_only, reason.right_only) == (("BOIS", "CONSEIL"), ("MERIDON",))


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        pytest.param("MERIDON", "MERIDON", "même nom ; en commun : MERIDON", id="same"),
        pytest.param(
            "KIS",
            "KERVANE INGENIERIE SERVICES",
            "sigle de l'autre nom ; en commun : KIS = KERVANE INGENIERIE SERVICES",
            id="acronym",
        ),
        pytest.param(
            CompanyName("MERIDON HOLDING", form="SAS"),
            CompanyName("MERIDON", form="SARL"),
            "un mot présent d'un seul côté peut désigner une autre entité ; en commun : MERIDON ; "
            "seulement à gauche : HOLDING"
            " ; formes juridiques différentes",
            id="sibling",
        ),
        pytest.param("", "MERIDON", "noms différents ; seulement à droite : MERIDON", id="no name"),
    ],
)
def test_told_in_french(left: CompanyName | str, right: CompanyName | str, text: str) -> None:
    assert compare(left, right, WEIGH).text() == text


def test_the_score_ranks_from_the_same_name_to_another() -> None:
    others = ["MERIDON BOIS", "MERIDONE BOIS", "MERIDON", "MERIDON CONSEIL HOLDING", "TAVIOL CONSEIL"]
    scores = [compare("MERIDON BOIS", other, WEIGH).score for other in others]
    assert all(better > worse for better, worse in pairwise(scores))


def test_a_different_legal_form_lowers_the_score() -> None:
    known, other = (
        compare(CompanyName("TAVIOL", form="SAS"), CompanyName("TAVIOL", form=form), WEIGH).score
        for form in ("SAS", "SARL")
    )
    assert known > compare("TAVIOL", "TAVIOL", WEIGH).score > other


def test_a_longer_acronym_scores_higher() -> None:
    short = compare("TBM", "TAVIOL BOIS MERIDON", WEIGH).score
    assert compare("TBMC", "TAVIOL BOIS MERIDON CONSEIL", WEIGH).score > short


NAMES = st.lists(
    st.sampled_from(["MERIDON", "TAVIOL", "CONSEIL", "HOLDING", "EX", "DE", "3", "TROIS", "CMV", "FRANCE"])
    | st.text("ABEILNORST", min_size=1, max_size=7),
    max_size=5,
).map(" ".join)
COMPANIES = st.builds(
    CompanyName, NAMES, st.lists(NAMES, max_size=2).map(tuple), st.sampled_from([None, "SAS", "SARL", "EURL"])
)


@given(COMPANIES, COMPANIES)
def test_symmetric_but_for_the_sides(left: CompanyName, right: CompanyName) -> None:
    one, other = compare(left, right, WEIGH), compare(right, left, WEIGH)
    assert 0 < one.score < 1
    assert (one.level, one.score, one.reason.form) == (other.level, other.score, other.reason.form)
