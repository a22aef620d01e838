"""A contact whom another cell of its row names: masked there, its address left to whoever masks addresses."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise.contact_cells import FIELDS, without_contacts
from transforms.suppression.identifiers import may_name
from transforms.suppression.persons import Persons

ZOE = Persons.of(["Mme Zoé EXEMPLE"])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("chez Zoe Exemple, 3 rue Haute", "chez …, 3 rue Haute"),
        ("12 rue Zoé Exemple", "12 rue Zoé Exemple"),
        ("zoe.exemple@perso.fr", "zoe.exemple@perso.fr"),
        ("Zoé", "Zoé"),
    ],
)
def test_a_name_is_masked(text: str, masked: str) -> None:
    assert ZOE.masked(text) == masked


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in ("name", "trade_name")])
def test_a_cell_reads_the_same_with_the_person_and_with_masks(field: str) -> None:
    def read(text: str, contact: str | None) -> object:
        frame = pd.DataFrame({name: [None] for name in FIELDS}, dtype=object)
        cleaned, _ = without_contacts(frame.assign(**{field: [text], "contact_person": [contact]}))
        return cleaned[field].iloc[0]

    said = "Zoé Exemple zoe.exemple@perso.exemple.fr 06 39 98 12 34"
    assert read(f"Roanne {said}", "EXEMPLE Zoé") == "Roanne" == read("Roanne … … …", None)
    assert read(said, "EXEMPLE Zoé") is None


# Letters that fold to several, compose with the letter before or are parted by what folds to letters.
_ODD_TEXTS = st.text("ZOEzoéeÉœŒßŉ°か\u3099\u0301\u0327 .,-'’/1@…", max_size=30)


@given(contact=_ODD_TEXTS, before=_ODD_TEXTS, after=_ODD_TEXTS, order=st.sampled_from([1, -1]))
def test_a_text_that_is_passed_over_names_no_contact(
    contact: str, before: str, after: str, order: int
) -> None:
    text = f"{before} {' '.join(contact.split()[::order])}{after}"
    assert may_name(text, contact) or Persons.of_cell(contact).masked(text) == text


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("12 rue Haute\nRoanne", "Zoé Exemple"),
        ("3 place Zoé Essai", "M. Zoé Exemple"),
        ("1 impasse de l'Œuvre", "Mme Zoé Œil"),
    ],
)
def test_most_texts_are_passed_over(text: str, contact: str) -> None:
    assert not may_name(text, contact)
