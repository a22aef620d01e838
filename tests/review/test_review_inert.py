"""Texts of exports as the page prints them."""

import pytest
from markupsafe import Markup

from review.inert import LONGEST, exact, finalized, shown

EXAMPLES = {
    "ordinary": ("Atelier Lumen", "Atelier Lumen"),
    "right to left override": ("abc\u202edef", "abcdef"),
    "zero width": ("Lu\u200bmen\ufeff", "Lumen"),
    "control": ("Lu\x07men\x00\x1b[31m", "Lu men [31m"),
    "lines": ("Lumen\n\nConseil", "Lumen Conseil"),
    "markup is left to Jinja": ("<b>", "<b>"),
    "hebrew stays": ("שלום", "שלום"),
}


@pytest.mark.parametrize(("text", "seen"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_seen(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_a_long_text_is_cut_and_says_how_long_it_was() -> None:
    assert shown("x" * 10_000) == f"{'x' * LONGEST}… (10\u202f000 caractères)"


def test_signs_that_are_not_seen_do_not_count() -> None:
    assert shown("\u200b" * 500 + "Lumen") == "Lumen"


def test_what_forms_send_back_is_not_touched() -> None:
    assert exact("a  \u200bb<\"'") == Markup("a  \u200bb&lt;&#34;&#39;")


@pytest.mark.parametrize(
    ("value", "printed"), [(None, ""), (3, 3), (Markup("<i>"), "<i>"), ("a\u202eb", "ab")]
)
def test_what_templates_print(value: object, printed: object) -> None:
    assert finalized(value) == printed
