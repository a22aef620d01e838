"""Texts that a reader cannot be fooled by, and tables that have a cell for each column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transforms.reporting.document import Table, bounded, name, number_columns, plain, text_column


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Atelier Lumen", "Atelier Lumen"),
        ("1\u202f000\u00a0€", "1\u202f000\u00a0€"),
        ("a\x00b\x1bc\u202ed\u2066e\ufefff", "abcdef"),
        ("deux\nlignes\tet plus", "deux lignes et plus"),
        ("שלום", "שלום"),
        ("\ud800seul", "seul"),
    ],
    ids=["ordinary", "french-spaces", "controls", "lines", "right-to-left", "surrogate"],
)
def test_what_cannot_be_seen_goes(given_text: str, kept: str) -> None:
    assert plain(given_text) == kept


@given(st.text())
def test_what_is_plain_stays_and_can_be_written(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    once.encode()
    assert not {"\x00", "\u202e", "\n"} & set(once)


@given(st.one_of(st.none(), st.text()))
def test_a_name_is_one_bounded_line(text: str | None) -> None:
    found = name(text)
    assert 0 < len(found) <= 60
    assert found == found.strip()


def test_a_row_has_a_cell_for_each_column() -> None:
    columns = (text_column("Nom"), *number_columns("Emplois | personnes"))
    assert columns[1].unit == "personnes"
    with pytest.raises(ValidationError, match="1 cells in 2 columns"):
        Table(title="Trop court", columns=columns, rows=(("seul",),))


@pytest.mark.parametrize(("count", "note"), [(3, ()), (4, ("… et 1 autre.",)), (9, ("… et 6 autres.",))])
def test_bounded_rows_say_how_many_more_there_are(count: int, note: tuple[str, ...]) -> None:
    kept, more = bounded([(str(place),) for place in range(count)], 3)
    assert (len(kept), more) == (3, note)
