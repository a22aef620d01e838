"""Whose an address and a telephone are, where one cell names several persons."""

import pytest

from transforms.suppression.cell_shares import owners_of_emails, owners_of_phones

JEAN, MARIE = ("JEAN", "DUPLANT"), ("MARIE", "MARTINET")


@pytest.mark.parametrize(
    ("addresses", "owners"),
    [
        (["jean.duplant@a.example", "marie.martinet@a.example"], [0, 1]),
        (["mmartinet@a.example", "jduplant@a.example"], [1, 0]),
        (["marie.martinet@a.example"], [1]),
        (["contact@a.example"], [None]),
        (["duplant@a.example", "direction@a.example"], [0, 1]),
        (["direction@a.example", "duplant@a.example"], [None, 0]),
        (["a1@a.example", "b2@a.example"], [0, 1]),
        (["a1@a.example", "b2@a.example", "c3@a.example"], [None, None, None]),
        ([], []),
    ],
    ids=[
        "by name", "by initial and surname, crossed", "one of two", "of a function",
        "one by name, one by place",
        "the place is taken", "by place", "more than persons", "none",
    ],
)  # fmt: skip
def test_an_address_is_its_person_s(addresses: list[str], owners: list[int | None]) -> None:
    assert owners_of_emails([JEAN, MARIE], addresses) == owners


def test_a_couple_is_told_apart_by_first_names() -> None:
    couple = [("JEAN", "MARTINET"), ("MARIE", "MARTINET")]
    addresses = ["m.martinet@a.example", "jean.martinet@a.example", "martinet@a.example"]
    assert owners_of_emails(couple, addresses) == [1, 0, None]


def test_telephones_are_told_by_their_places_alone() -> None:
    assert owners_of_phones([JEAN, MARIE], ["611111111", "622222222"]) == [0, 1]
    assert owners_of_phones([JEAN, MARIE], ["611111111"]) == [None]
    assert owners_of_phones([JEAN], ["611111111", "622222222"]) == [0, 0]
