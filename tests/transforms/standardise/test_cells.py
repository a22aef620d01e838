import pandas as pd
import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from transforms import reference
from transforms.standardise.cells import read_distinct, tidy
from transforms.text import fold, is_placeholder

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=12)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  Éloïse  Œuvrard ", "ELOISE OEUVRARD"), ("12\u202f500 €", "12 500 EUR"), ("", "")],
)
def test_fold(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["NC", "n/a", "?", " - ", "Non communiqué", "…", ""])
def test_placeholders(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["0", "Nco", "Sans Souci"])
def test_values_are_no_placeholders(text):
    assert not is_placeholder(text)


def test_a_placeholder_may_have_a_row_of_its_own():
    frame = read_distinct(pd.Series(["a", "NC", None]), lambda text: [text], ["it"], placeholder=["stated"])
    assert frame["it"].tolist() == ["a", "stated", None]


@given(TEXTS)
def test_each_row_is_read_as_if_it_were_alone(texts):
    values = pd.Series(texts, index=range(100, 100 + len(texts)), dtype=object)
    together = read_distinct(values, lambda text: [text, len(text)], ["text", "length"])
    assert together.index.equals(values.index)
    for position in range(len(values)):
        alone = read_distinct(values.iloc[[position]], lambda text: [text, len(text)], ["text", "length"])
        assert together.iloc[position].tolist() == alone.iloc[0].tolist()


def test_tidy_drops_placeholders_and_doubled_spaces():
    assert tidy(pd.Series(["Zoé   Exemple", "?", None])).tolist() == ["Zoé Exemple", None, None]


@given(st.text(max_size=20))
def test_fold_transliterates_as_the_library(text):
    assert fold(text) == " ".join(anyascii(text).upper().split())


@given(st.sampled_from(reference.load("placeholders")["texts"]), st.sampled_from(["{}", "({})", " - {}. "]))
def test_every_listed_placeholder_is_one_in_any_case(text, around):
    assert all(is_placeholder(around.format(case)) for case in (text, text.lower(), text.title()))


@given(st.text(alphabet="ABLabl0 -é/", max_size=6))
def test_other_texts_with_a_letter_or_digit_are_no_placeholders(text):
    listed = reference.load("placeholders")["texts"]
    folded = fold(text)
    known = folded in listed or folded.strip(" .,;:-_*()[]\"'/") in listed
    assert is_placeholder(text) == (known or not any(char.isalnum() for char in text))
