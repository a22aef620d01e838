"""Texts of several words: rarity, typos, initials, joined words, order."""

import pytest
from matching_records import pairs_of, said, table

from transforms.matching.comparisons.words import WordsComparison

TITLE = WordsComparison(signal="title", kind="words", columns=("title",))
# Words of a list: SYSTEMS and STUDY are common, the invented ones are rare.
OTHERS = [
    *(f"STUDY OF {word} SYSTEMS" for word in ("ORVALIS", "BRENUS", "ZEPHIL", "KERVANE", "TAVIOL", "MERIDON")),
    *(f"SURVEY OF {word} SYSTEMS" for word in ("QUORVEX", "LUPARD", "VERNIS", "CALTHE")),
    *(f"STUDY OF SITE{number} SYSTEMS" for number in range(800)),
]


def level(left: str | None, right: str | None) -> str:
    frame = table(*({"title": title} for title in (left, right, *OTHERS)))
    (found,) = said(TITLE, pairs_of(frame))
    assert said(TITLE, pairs_of(frame, (1, 0))) == [found]
    return found


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param("QUARTZ MARGUERITE LANTERN", "QUARTZ MARGUERITE LANTERN", "same", id="same"),
        pytest.param("QUARTZ MARGUERITE LANTERN", "LANTERN QUARTZ MARGUERITE", "close", id="other order"),
        pytest.param("QUARTZ MARGUERITE LANTERN", "QUARTZMARGUERITE LANTERN", "close", id="joined words"),
        pytest.param("QUARTZ MARGUERITE LANTERN", "QUARTZ MARGUERITTE LANTERN", "close", id="typo"),
        pytest.param("QUARTZ MARGUERITE LANTERN", "QUARTZ M LANTERN", "near", id="initial"),
        pytest.param("QUARTZ MARGUERITE LANTERN", None, "missing", id="missing"),
        pytest.param("QUARTZ MARGUERITE", "VIOLON HARENG", "different", id="nothing shared"),
        pytest.param("", "VIOLON HARENG", "different", id="no word at all"),
    ],
)
def test_levels(left: str | None, right: str | None, found: str) -> None:
    assert level(left, right) == found


def place(left: str, right: str) -> int:
    return TITLE.levels.index(level(left, right))


def test_a_rare_word_says_more_than_common_ones() -> None:
    rare = place("STUDY OF PELVARD SYSTEMS", "PELVARD HARENG")
    common = place("STUDY OF PELVARD SYSTEMS", "STUDY OF HARENG SYSTEMS")
    assert rare > common


def test_each_further_word_that_agrees_says_more() -> None:
    base = "QUARTZ MARGUERITE LANTERN VIOLON"
    others = ("QUARTZ HARENG BOBINE", "QUARTZ MARGUERITE BOBINE", "QUARTZ MARGUERITE LANTERN")
    places = [place(base, other) for other in others]
    assert places == sorted(set(places))


def test_a_word_is_one_word_of_the_other_text_once() -> None:
    """Two words of one text do not both agree with a single one of the other."""
    assert place("MARGUERITE MARGUERITTE", "MARGUERITE") < TITLE.levels.index("near")


def test_an_initial_of_another_letter_is_another_word() -> None:
    assert place("QUARTZ MARGUERITE", "QUARTZ V") < place("QUARTZ MARGUERITE", "QUARTZ M")


def test_very_long_texts_are_compared_by_their_rarest_words() -> None:
    words = [f"MOT{number}" for number in range(200)]
    assert level(" ".join(words), " ".join(reversed(words))) == "close"
    assert level(" ".join(words), " ".join(f"AUTRE{number}" for number in range(200))) == "different"
