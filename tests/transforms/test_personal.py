import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.personal import contains_contact, cut_contacts, mask

CONTACTS = {
    "telephone in pairs": ("LYON Tél 01 99 00 12 34", "LYON Tél …", "LYON"),
    "dots": ("01.99.00.12.34", "…", ""),
    "dashes": ("Port. : 01-99-00-12-34 bureau", "Port. : … bureau", "bureau"),
    "in one go": ("Essai 0199001234", "Essai …", "Essai"),
    "international": ("Essai +33 1 99 00 12 34", "Essai …", "Essai"),
    "international with zero": ("Essai (+33 (0)1 99 00 12 34)", "Essai (…)", "Essai"),
    "two zeros": ("Essai 0033199001234", "Essai …", "Essai"),
    "e-mail": ("12 rue X, zoe.essai@exemple.fr", "12 rue X, …", "12 rue X"),
    "label": ("Essai - Mail : zoe@exemple.fr", "Essai - Mail : …", "Essai"),
    "telephone and fax": (
        "Essai Tél. : 01 99 00 12 34 / Fax : 01 99 00 12 35",
        "Essai Tél. : … / Fax : …",
        "Essai",
    ),
}
NO_CONTACTS = {
    "SIREN": "100 000 009",
    "SIREN with a zero": "012 345 678",
    "SIRET": "10000000900017",
    "SIRET with a zero": "012 345 678 00012",
    "amount": "1 234 567 890,12",
    "amount with cents": "0123456789,50",
    "street and postcode": "12 rue des Lilas 69003 LYON",
    "date": "01/02/2014 10:30",
    "IBAN": "FR76 0123 4567 8901 2345",
    "handle": "@exemple",
    "word": "Port-des-Essais",
}


@pytest.mark.parametrize(("text", "masked", "cut"), CONTACTS.values(), ids=CONTACTS)
def test_contacts_are_masked_and_cut(text: str, masked: str, cut: str) -> None:
    assert contains_contact(text)
    assert mask(text) == masked
    assert cut_contacts(text) == cut
    assert cut_contacts(masked) == cut


@pytest.mark.parametrize("text", NO_CONTACTS.values(), ids=NO_CONTACTS)
def test_other_digits_stay(text: str) -> None:
    assert not contains_contact(text)
    assert mask(text) == cut_contacts(text) == text


@given(st.text(alphabet="0123456789 .-+@a.frTél…", max_size=40))
def test_a_masked_text_holds_no_contact(text: str) -> None:
    assert not contains_contact(mask(text))
    assert not contains_contact(cut_contacts(text))
