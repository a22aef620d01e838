"""What becomes of a row whose contact, or somebody in another cell, was erased."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.suppression.matcher import Identity, Matcher, entries_of
from transforms.suppression.rows import cleaned_row

KEY = "0" * 32
FIELDS = {
    1: "member_id",
    2: "name",
    3: "contact_person",
    4: "contact_role",
    5: "email",
    6: "phone",
    7: "address",
    8: "headcount",
}
ROW = {
    1: "CR-1",
    2: "Ateliers Brumeval",
    3: "Zoé Exemple",
    4: "Gérante",
    5: "zoe@perso.fr",
    6: "06 39 98 12 34",
    7: "3 rue Haute",
    8: "12",
}
ZOE = Identity(
    emails=frozenset({"zoe@perso.fr"}),
    phones=frozenset({"639981234"}),
    names=frozenset({"EXEMPLE ZOE"}),
    members=frozenset({"clustr:CR-1"}),
    own_names=frozenset({"EXEMPLE ZOE"}),
    own_emails=frozenset({"contact@brumeval.fr"}),
    own_phones=frozenset({"478000000"}),
)  # fmt: skip
MATCHER = Matcher(KEY, frozenset(entries_of(ZOE, KEY)))


def cleaned(member: str = "clustr:CR-1", matcher: Matcher = MATCHER, **more: str) -> dict[str | None, str]:
    """The changed cells of the row by field, with other texts in some."""
    places = {field: at for at, field in FIELDS.items()}
    cells = ROW | {places[field]: text for field, text in more.items()}
    return {FIELDS[at]: text for at, text in cleaned_row(cells, FIELDS, member, [matcher]).items()}


@pytest.mark.parametrize(
    ("more", "changed"),
    [
        ({}, {"contact_person": "", "contact_role": "", "email": "", "phone": ""}),
        (
            {"email": "contact@brumeval.fr", "phone": "0478000000"},
            {"contact_person": "", "contact_role": "", "email": "", "phone": ""},
        ),
        (
            {"contact_person": "Zoé Exemple / Paul Essai", "email": "paul@brumeval.fr ; zoe@perso.fr"},
            {"contact_person": "Paul Essai", "contact_role": "", "email": "paul@brumeval.fr", "phone": ""},
        ),
        (
            {"contact_person": "Paul Essai", "email": "contact@brumeval.fr", "phone": "04 78 00 00 00"},
            {},
        ),
        ({"contact_person": "Paul Essai"}, {"email": "", "phone": ""}),
        (
            {"contact_person": "", "contact_role": "", "email": "contact@brumeval.fr", "phone": ""},
            {"email": ""},
        ),
        (
            {"name": "Cabinet Zoé Exemple", "contact_person": "Paul Essai", "email": "", "phone": ""},
            {"name": "Cabinet …"},
        ),
        (
            {"contact_person": "Paul Essai", "email": "", "phone": "", "address": "chez Zoé Exemple"},
            {"address": "chez …"},
        ),
        (
            {"contact_person": "Paul Essai", "email": "", "phone": "", "headcount": "12, voir Zoé Exemple"},
            {"headcount": ""},
        ),
    ],
    ids=[
        "the contact", "with a function's address", "two contacts", "a later contact",
        "another contact with her own ways", "nobody is named", "the company's name", "the address",
        "a figure",
    ],
)  # fmt: skip
def test_what_changes(more: dict[str, str], changed: dict[str, str]) -> None:
    assert cleaned(**more) == changed


def test_the_row_of_another_member_keeps_a_namesake() -> None:
    assert cleaned("clustr:CR-2", email="zoe@autre.fr", phone="0601020304") == {}


def test_a_member_numbered_anew_is_found_by_name_and_address() -> None:
    assert cleaned("clustr:CR-99", phone="") == {"contact_person": "", "contact_role": "", "email": ""}


def test_a_company_may_keep_its_name() -> None:
    keeps = Matcher(KEY, MATCHER.entries, keeps_names=True)
    assert "name" not in cleaned(matcher=keeps, name="Cabinet Zoé Exemple")
    assert cleaned(matcher=keeps, name="Cabinet Zoé Exemple")["contact_person"] == ""


def test_hashes_say_nothing_and_depend_on_the_key() -> None:
    told = "".join(entry.model_dump_json() for entry in MATCHER.entries)
    assert not any(part in told.lower() for part in ("zoe", "639981234", "cr-1", "exemple"))
    assert {one.digest for one in entries_of(ZOE, "1" * 32)}.isdisjoint(one.digest for one in MATCHER.entries)


@given(
    st.dictionaries(
        st.sampled_from(sorted(FIELDS)),
        st.lists(
            st.sampled_from(["Zoé Exemple", "zoe@perso.fr", "0639981234", "Paul Essai", "3 rue", "/", "…"])
        ).map(" ".join),
    )
)
def test_cleaning_again_changes_nothing(cells: dict[int, str]) -> None:
    once = cells | cleaned_row(cells, FIELDS, "clustr:CR-1", [MATCHER])
    assert cleaned_row(once, FIELDS, "clustr:CR-1", [MATCHER]) == {}


def test_an_address_that_holds_the_name_goes_whole() -> None:
    assert MATCHER.cut("écrire à zoe.exemple@autre.fr, merci") == "écrire à …, merci"
