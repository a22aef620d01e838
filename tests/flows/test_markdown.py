"""Texts of exports in a report are texts: neither markup nor links nor tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from flows.markdown import MOST_ROWS, bullets, inert, table, title

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[cliquez](javascript:alert(1))",
    "![x](http://exemple.example/x.png)",
    "https://exemple.example/vol",
    "www.exemple.example",
    "lena@exemple.example",
    "**gras** __gras__ *i* _i_ ~~b~~ `code`",
    "# Titre",
    "a | b | c",
    "ligne\n\n# autre",
    "&lt;b&gt; &amp; &#60;",
    "\\*échappé\\*",
    "<!-- caché -->",
    "\u202etexte à l'envers",
]


def rendered(markdown: str) -> str:
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_shows_its_own_text(text: str) -> None:
    html = rendered(table(("Nom",), [(text,)]))
    assert html.count("<td>") == 1
    inside = html.partition("<td>")[2].partition("</td>")[0]
    assert "<" not in inside
    assert "://" not in inert(text)
    assert "@" not in inert(text)


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    html = rendered(f"- {inert(text)}x")
    inside = html.replace("<ul>", "").replace("</ul>", "").replace("<li>", "").replace("</li>", "")
    assert "<" not in inside.replace("<p>", "").replace("</p>", "")


@given(st.lists(st.text(), max_size=4))
def test_a_table_has_the_cells_that_it_was_given(cells: list[str]) -> None:
    html = rendered(table(("A", "B"), [(cell, "x") for cell in cells]))
    assert html.count("<td>") == 2 * len(cells)


@pytest.mark.parametrize(
    ("rows", "count", "more"),
    [
        (3, None, None),
        (200, None, None),
        (201, None, "… et 1 autre."),
        (200, 1234, "… et 1\u202f034 autres."),
    ],
)
def test_a_table_shows_two_hundred_rows(rows: int, count: int | None, more: str | None) -> None:
    text = table(("N",), [(number,) for number in range(rows)], count)
    lines = text.splitlines()
    assert sum(line.startswith("|") for line in lines) == 2 + min(rows, MOST_ROWS)
    assert (lines[-1] == more) if more else lines[-1].startswith("|")


def test_ordinary_words_stay_readable() -> None:
    told = "Clé fausse : 12 % (siret_checksum), à corriger d'abord ; « voir » l'export du 05/01/2026."
    assert inert(told) == told
    assert title("Étapes") == "## Étapes"
    assert bullets(["a", "b"]) == "- a\n- b"
