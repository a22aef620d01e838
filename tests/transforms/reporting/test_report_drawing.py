"""Pictures: places of seats, shades that can be read, drawings that are the same each time and inert."""

from collections import Counter
from itertools import combinations
from math import dist, hypot
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from report_warehouses import HOSTILE

from transforms.reporting import places
from transforms.reporting.drawing import bars, canvas, hemicycle, tiles

TERRITORIES = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74", "lyon")


@given(st.integers(1, 200))
def test_seats_touch_no_other_and_stay_in_the_half_circle(seats: int) -> None:
    centres, radius = hemicycle.places(seats)
    assert len(centres) == seats
    assert all(y >= -1e-9 and hypot(x, y) <= 1 + 1e-9 for x, y in centres)
    assert all(dist(one, other) >= 2 * radius - 1e-9 for one, other in combinations(centres, 2))


def test_seats_go_from_the_left_to_the_right() -> None:
    centres, _ = hemicycle.places(26)
    across = [x / hypot(x, y) for x, y in centres]
    assert across == sorted(across)


def test_no_seat_is_no_disc() -> None:
    assert hemicycle.places(0) == ([], 0)


def test_every_territory_has_a_tile_of_its_own() -> None:
    assert set(tiles.PLACES) == {*TERRITORIES, places.ELSEWHERE, places.UNKNOWN}
    assert max(Counter(tiles.PLACES.values()).values()) == 1


# Column, row: who is west of whom, who is north of whom.
@pytest.mark.parametrize(
    ("axis", "order"),
    [
        (0, "63 42 lyon 38 73"),
        (0, "15 43 07 26"),
        (0, "03 69 01 74"),
        (1, "03 63 15"),
        (1, "42 43"),
        (1, "69 lyon 07"),
        (1, "01 38 26"),
        (1, "74 73"),
    ],
)
def test_tiles_lie_about_where_the_departements_lie(axis: int, order: str) -> None:
    found = [tiles.PLACES[territory][axis] for territory in order.split()]
    assert found == sorted(set(found))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)
        ]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.floats(0, 1))
def test_text_on_a_tile_can_be_read(share: float) -> None:
    colour = tiles.tint(share)
    assert contrast(colour, canvas.ink_on(colour)) >= 4.5


def test_neighbouring_parts_differ_in_grey_or_in_hatches() -> None:
    def grey(colour: str) -> float:
        red, green, blue = to_rgb(colour)
        return 0.299 * red + 0.587 * green + 0.114 * blue

    for (colour, hatch), (other, other_hatch) in zip(bars.FILLS, bars.FILLS[1:], strict=False):
        assert hatch != other_hatch or abs(grey(colour) - grey(other)) > 0.2


def draw(words: str) -> str:
    parts = [bars.Part(words, (1.0, 2.0)), bars.Part("autre", (1.0, 0.0))]
    return bars.shares("essai", words, words, [words, "plain"], parts).svg


@pytest.mark.parametrize("words", HOSTILE, ids=["script", "long", "right-to-left", "markup"])
def test_hostile_words_are_inert_in_a_drawing(words: str) -> None:
    root = ElementTree.fromstring(draw(words))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *(
            "svg",
            "title",
            "desc",
            "g",
            "defs",
            "style",
            "path",
            "text",
            "tspan",
            "use",
            "clipPath",
            "rect",
            "pattern",
        )
    }
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)
    assert "\u202e" not in draw(words)


def test_a_drawing_is_the_same_each_time_and_has_ids_of_its_own() -> None:
    assert draw("mêmes") == draw("mêmes")
    root = ElementTree.fromstring(draw("mêmes"))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(one.startswith("essai-") for one in ids)
    assert root.attrib["aria-labelledby"] == "essai-title essai-desc"
