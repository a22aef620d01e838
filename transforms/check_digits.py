"""Luhn's check of the numbers of companies, quick enough to be made for each number of each record."""

# What a digit adds where it counts double: the sum of the digits of its double.
_DOUBLED = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))


def passes_luhn(digits: str) -> bool:
    """Whether the last of `digits` (ASCII digits only) is the check digit of the others; never of no digits.

    Source: ISO/IEC 7812-1, annex B; the SIREN and the SIRET follow it.

    Raises:
        ValueError: `digits` holds another sign.
        KeyError: likewise, at a place that counts double.
    """
    if not digits:
        return False
    return (sum(map(int, digits[-1::-2])) + sum(map(_DOUBLED.__getitem__, digits[-2::-2]))) % 10 == 0
