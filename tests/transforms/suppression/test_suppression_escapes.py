"""A person is found and cut out in every way in which programs write signs that are not ASCII."""

import json
from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.suppression.escapes import unescaped
from transforms.suppression.matcher import PASSING_KEY, Identity, Matcher, entries_of

NAME, EMAIL = "Zoé Exemplère", "zoé.exemplère@perso.example"
ZOE = Identity(names=frozenset({"EXEMPLERE ZOE"}), emails=frozenset({EMAIL}), phones=frozenset({"639981234"}))
MATCHER = Matcher(PASSING_KEY, frozenset(entries_of(ZOE, PASSING_KEY)))
NFD = normalize("NFD", NAME)


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(NAME),
        json.dumps(NAME, ensure_ascii=False),
        json.dumps({"said": json.dumps([NAME])}),
        json.dumps(NFD),
        NFD,
        json.dumps(f"contact :\n{NAME}\nà rappeler"),
        "Zo&eacute; Exempl&#232;re",
        "Zo&#xE9; Exempl&#xe8;re",
        f"/run?who={quote(NAME)}&x=1",
        "/run?who=Zo%E9+Exempl%E8re",
        json.dumps(normalize("NFD", EMAIL)),
        json.dumps("06\u00a039\u00a098\u00a012\u00a034"),
    ],
    ids=[
        "JSON in ASCII", "JSON in UTF-8", "JSON within JSON", "JSON, accents apart", "accents apart",
        "between the ends of lines", "HTML", "HTML by numbers", "an address", "an address in Latin-1",
        "an e-mail, accents apart", "a telephone",
    ],
)  # fmt: skip
def test_a_person_is_cut_out_in_every_spelling(written: str) -> None:
    after = MATCHER.cut(written)
    assert "…" in after
    assert not any(part in after.lower() for part in ("exempl", "zo", "9812", "perso"))
    assert not MATCHER.holds(after)


def test_what_stands_around_stays_as_it_was() -> None:
    text = json.dumps(
        {"a": "d\u00e9j\u00e0 vu \u2014 C:\\new", "b": f"avec {NAME}, puis", "c": "100 % & plus"}
    )
    after = MATCHER.cut(text)
    assert after == text.replace(json.dumps(NAME)[1:-1], "…")
    assert json.loads(after)["b"] == "avec …, puis"


def test_a_text_without_escapes_is_read_once() -> None:
    assert unescaped("R&D, 100 % de la Société \\ Fils") is None


@given(st.text(alphabet=st.sampled_from('\\u00e9%C3A&;#nx"é ')))
def test_every_sign_has_its_place(text: str) -> None:
    found = unescaped(text)
    if found:
        assert len(found.places) == len(found.text) + 1
        assert list(found.places) == sorted(found.places)
        assert found.span(0, len(found.text)) == (0, len(text))
