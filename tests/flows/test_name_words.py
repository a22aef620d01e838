"""Which words of two names are told to have decided."""

import pytest

from flows.name_words import told
from transforms.matching.explanation import Face, Link, steps
from transforms.warehouse.database import connect


def link(level: str, left: str | None, right: str | None) -> Link:
    faces = [
        Face(record=f"north:{number}", company_id=f"E-{number}", name=name)
        for number, name in enumerate((left, right))
    ]
    reasons = [{"signal": "name", "level": level, "weight": -5.0}]
    return Link(
        left="north:0", right="north:1", probability=0.2, zone="review", steps=steps(reasons), faces=(*faces,)
    )


WORDS = {
    "a sister": ("sibling", "Méridon Holding SAS", "MERIDON", "seulement à gauche : HOLDING"),
    "the other side": ("sibling", "Méridon", "Holding Méridon", "seulement à droite : HOLDING"),
    "nothing in common": ("different", "Taviol", "Brenus", "seulement à gauche : TAVIOL"),
}


@pytest.mark.parametrize(("level", "left", "right", "words"), WORDS.values(), ids=WORDS)
def test_words_that_decided(level: str, left: str, right: str, words: str) -> None:
    with connect(None) as con:
        con.execute("CREATE TABLE companies AS SELECT unnest([?, ?]) AS name", [left, right])
        found = told(con, link(level, left, right))
    assert words in (found.words or "")


SILENT = {
    "another level": ("same", "Méridon Holding", "Méridon"),
    "a sole trader": ("sibling", None, "Méridon"),
}


@pytest.mark.parametrize(("level", "left", "right"), SILENT.values(), ids=SILENT)
def test_no_words_where_they_would_mislead_or_name_a_person(level: str, left: str | None, right: str) -> None:
    with connect(None) as con:
        con.execute("CREATE TABLE companies AS SELECT 'Méridon' AS name")
        assert told(con, link(level, left, right)).words is None
