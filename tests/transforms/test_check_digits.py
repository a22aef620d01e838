import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from transforms.check_digits import passes_luhn


@given(st.text(alphabet="0123456789", max_size=20))
def test_luhn_is_that_of_the_library(digits: str) -> None:
    assert passes_luhn(digits) == luhn.is_valid(digits)


@given(st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_one_last_digit_of_ten_passes(digits: str) -> None:
    assert sum(passes_luhn(digits + last) for last in "0123456789") == 1


@pytest.mark.parametrize("text", ["12A", "A12", "1 2"])
def test_only_digits_are_checked(text: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        passes_luhn(text)
