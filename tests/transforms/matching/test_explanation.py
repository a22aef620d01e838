"""Steps that add up, what holds a company together, numbers as people read them, and the drawing of it."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.matching import labels
from transforms.matching.explanation import (
    Link,
    bits_text,
    path,
    percent_text,
    probability_of,
    spanning_links,
    steps,
)
from transforms.matching.members import members_spec
from transforms.matching.waterfall import description, waterfall_svg

NARROW = "\u202f"
SVG = "{http://www.w3.org/2000/svg}"
REASONS = st.lists(
    st.fixed_dictionaries(
        {"signal": st.text(max_size=80), "level": st.text(max_size=80), "weight": st.floats(-30, 12)}
    ),
    max_size=9,
)


def link(reasons: list[dict[str, object]], left: str = "north:1", right: str = "south:2") -> Link:
    found = steps(reasons)
    total = found[-1].total if found else 0.0
    return Link(left=left, right=right, probability=probability_of(total), zone="review", steps=found)


EXAMPLE = [
    {"signal": "prior", "level": "any", "weight": -0.9},
    {"signal": "name", "level": "same", "weight": 4.3},
    {"signal": "address", "level": "other_town", "weight": -3.2},
]


def test_steps_say_it_in_french_and_add_up() -> None:
    found = steps(EXAMPLE)
    assert [step.label for step in found] == ["Au départ", "Nom", "Adresse"]
    assert found[2].finding == "autre ville du même département"
    assert [step.total for step in found] == pytest.approx([-0.9, 3.4, 0.2])
    assert found[2].probability == pytest.approx(1 / (1 + 2**-0.2))


@given(REASONS)
def test_totals_are_sums_of_weights(reasons: list[dict[str, float]]) -> None:
    found = steps(reasons)
    for at, step in enumerate(found):
        assert step.total == pytest.approx(sum(reason["weight"] for reason in reasons[: at + 1]), abs=1e-9)
        assert 0 < step.probability < 1


def test_each_shipped_signal_and_level_has_words_of_its_own() -> None:
    for one in members_spec().comparisons:
        assert labels.signal(one.signal) != one.signal
        told = [labels.finding(one.signal, level) for level in one.weights or {}]
        assert len(set(told)) == len(told) > 0
        assert not set(told) & set(one.levels)


def test_what_has_no_words_keeps_its_own_name() -> None:
    assert labels.signal("colour") == "colour"
    assert labels.finding("colour", "light") == "light"
    assert labels.finding("name", "mirrored") == "mirrored"


@pytest.mark.parametrize(
    ("words", "verdict"),
    [("same", "same"), ("Même entreprise", "same"), ("DIFFÉRENTES", "different"), ("ne sait pas", "unsure")],
)
def test_verdicts_in_people_s_words(words: str, verdict: str) -> None:
    assert labels.verdict_of(words) == verdict
    assert labels.verdict_of(f"{words} ?") is None


@pytest.mark.parametrize(
    ("bits", "text"), [(4.31, "+4,3"), (-0.9, "−0,9"), (0.0, "+0,0"), (-0.04, "+0,0"), (-30.0, "−30,0")]
)
def test_bits(bits: float, text: str) -> None:
    assert bits_text(bits) == text


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.431126, "43,1"), (0.9993, "plus de 99,9"), (0.999, "99,9"), (0.0002, "moins de 0,1"), (0.5, "50,0")],
)
def test_percents(probability: float, text: str) -> None:
    assert percent_text(probability) == f"{text}{NARROW}%"


A, B, C, D = (("north", letter) for letter in "abcd")


def test_the_weakest_link_is_the_one_that_holds_two_halves_together() -> None:
    """Each record has a strong link of its own, so the lowest of the best links would not show the bridge."""
    found = spanning_links([A, B, C, D], {(A, B): 0.99, (C, D): 0.98, (B, C): 0.7, (A, D): 0.6}, [])
    assert found[-1] == (B, C)


def test_decisions_hold_before_links_and_strangers_stay_apart() -> None:
    assert spanning_links([A, B, C], {(A, B): 0.9, (B, C): 0.8}, [(A, C)]) == ((A, C), (A, B))
    assert spanning_links([A, B], {}, []) == ()


def test_a_path() -> None:
    tree = [(A, B), (C, D), (B, C)]
    assert path(tree, A, D) == (A, B, C, D)
    assert path(tree[:2], A, D) == ()
    assert path([], A, A) == (A,)


def test_the_drawing_has_a_bar_a_step_that_begins_where_the_last_one_ended() -> None:
    root = ElementTree.fromstring(waterfall_svg(link(EXAMPLE)))
    bars = [
        (float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"]), bar.attrib["fill"])
        for bar in root.iter(f"{SVG}rect")
        if "x" in bar.attrib
    ]
    prior, name, address, total = bars
    assert prior[0] == pytest.approx(name[0], abs=0.2)
    assert name[1] == pytest.approx(address[1], abs=0.2)
    assert address[0] == pytest.approx(total[1], abs=0.2)
    assert len({prior[2], name[2], address[2]}) == 3


def test_the_drawing_speaks_to_those_who_do_not_see_it() -> None:
    drawn = link(EXAMPLE)
    root = ElementTree.fromstring(waterfall_svg(drawn))
    named = {element.attrib["id"]: element.text for element in root if "id" in element.attrib}
    assert root.attrib["aria-labelledby"].split() == list(named)
    assert named["description"] == description(drawn)
    assert "Nom, identique : +4,3" in description(drawn)
    assert "53,5" in description(drawn)


@given(REASONS, st.text(), st.text())
def test_hostile_texts_stay_texts(reasons: list[dict[str, object]], left: str, right: str) -> None:
    hostile = '"><script>alert(1)</script>&#0;'
    drawn = waterfall_svg(link(reasons, left + hostile, right))
    tags = {element.tag for element in ElementTree.fromstring(drawn).iter()}
    assert tags <= {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text", "path", "line")}
