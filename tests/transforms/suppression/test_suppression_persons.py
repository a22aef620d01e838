"""A contact whom another cell of its row names: masked there, its address left to whoever masks addresses."""

import pandas as pd
import pytest

from transforms.standardise.contact_cells import FIELDS, without_contacts
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
