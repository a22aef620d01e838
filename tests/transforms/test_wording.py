"""Numbers as French readers write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.wording import decimal, euros, number, percent, plural

NUMBERS = {
    "thousands": (number(12_345), "12\u202f345"),
    "a half": (number(5784.5), "5\u202f785"),
    "another half": (number(366.5), "367"),
    "less than a half": (number(5784.4999), "5\u202f784"),
    "below nothing": (number(-5), "−5"),
    "nothing": (number(-0.3), "0"),
    "exact money": (number(Decimal("2350.50")), "2\u202f351"),
    "many": (number(4.642e9), "4\u202f642\u202f000\u202f000"),
    "decimals": (decimal(12_345.65), "12\u202f345,7"),
    "two": (decimal(2.345, 2), "2,35"),
    "percent": (percent(0.485), "49\u00a0%"),
    "hardly anything": (percent(0.001), "< 1\u00a0%"),
    "euros": (euros(899.5), "900\u00a0€"),
    "none": (plural(0, "fiche", "fiches"), "0 fiche"),
    "one": (plural(1, "fiche", "fiches"), "1 fiche"),
    "two records": (plural(2, "fiche", "fiches"), "2 fiches"),
}


@pytest.mark.parametrize(("told", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_wording(told: str, expected: str) -> None:
    assert told == expected


@given(st.integers(-(10**12), 10**12))
def test_a_number_is_only_grouped(value: int) -> None:
    groups = number(value).replace("−", "-").split("\u202f")
    assert int("".join(groups)) == value
    assert all(len(group) == 3 for group in groups[1:])
