"""Numbers as French readers write them."""

from decimal import ROUND_HALF_UP, Decimal


def number(value: float) -> str:
    """A whole number as French readers write it: 12 345."""
    return decimal(value, 0)


def plural(count: int, one: str, many: str) -> str:
    """`1 fiche`, `2 fiches`."""
    return f"{number(count)} {one if count < 2 else many}"


def decimal(value: float, digits: int = 1) -> str:
    """A number with `digits` decimals: 12 345,6; a half is rounded away from zero."""
    # Plus 0: what rounds to nothing has no sign.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
    whole, _, rest = f"{rounded:,}".replace(",", "\u202f").partition(".")
    return (f"{whole},{rest}" if rest else whole).replace("-", "−")


def percent(share: float, digits: int = 0) -> str:
    """A share (0 to 1) in percent: 12 %; what would be written as nothing, but is something, says so."""
    least = 10**-digits
    if 0 < share * 100 < least / 2:
        return f"< {decimal(least, digits)}\u00a0%"
    return f"{decimal(share * 100, digits)}\u00a0%"


def euros(value: float) -> str:
    """An amount in whole euros: 12 345 €."""
    return f"{decimal(value, 0)}\u00a0€"
