"""What is marked between two texts, and what is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.marks import Pieces, marked, whole

EXAMPLES = {
    "one letter": ("GARERBTEC PASCAL", "Garerotec pascal", "GARER[B]TEC PASCAL", "Garer[o]tec pascal"),
    "accents and case": ("ÉLECTRICITÉ", "Electricite", "ÉLECTRICITÉ", "Electricite"),
    "ligatures": ("Œuvre", "OEUVRE", "Œuvre", "OEUVRE"),
    "order of words": ("Conseil Martin", "Martin Conseil", "Conseil Martin", "Martin Conseil"),
    "a word on one side": ("Lumen", "Lumen Groupe", "Lumen", "Lumen [Groupe]"),
    "other words": ("Lumen", "Boréal", "[Lumen]", "[Boréal]"),
    "twice and once": ("Lyon Lyon", "Lyon", "Lyon [Lyon]", "Lyon"),
    "words in a row": ("S.A.S. Lumen", "Lumen Rhône-Alpes", "[S.A.S]. Lumen", "Lumen [Rhône-Alpes]"),
    "one digit": ("281908624", "281908654", "2819086[2]4", "2819086[5]4"),
    "a house number": ("12 rue des Lilas", "14 rue des Lilas", "1[2] rue des Lilas", "1[4] rue des Lilas"),
    "nothing": ("", "Lumen", "", "[Lumen]"),
}


@pytest.mark.parametrize(("left", "right", "one", "other"), EXAMPLES.values(), ids=EXAMPLES)
def test_what_is_marked(left: str, right: str, one: str, other: str) -> None:
    assert tuple(map(written, marked(left, right))) == (one, other)


@settings(max_examples=50)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_sign_is_lost(left: str, right: str) -> None:
    assert ["".join(piece.text for piece in side) for side in marked(left, right)] == [left, right]


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not [piece for side in marked(text, text) for piece in side if piece.differs]


def test_a_text_alone_is_not_marked() -> None:
    assert (written(whole("Lumen")), whole("")) == ("Lumen", ())


def written(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)
