"""Long numbers that a spreadsheet turned into scientific notation: `8,08421E+13`."""

import re
from decimal import Decimal

_SCIENTIFIC = re.compile(r"^([1-9])(?:[.,](\d+))?E\+?0?(\d{1,2})$")


def is_scientific(text: str) -> bool:
    """Whether `text` is a number in scientific notation, as spreadsheets write it."""
    return bool(_SCIENTIFIC.match(text))


def exact(text: str) -> str | None:
    """The digits of a number whose notation lost none (`8,2884481100012E+13`), else None."""
    found = _SCIENTIFIC.match(text)
    if found is None or len(found[2] or "") < int(found[3]):
        return None
    return str(int(Decimal(f"{found[1]}.{found[2]}").scaleb(int(found[3]))))


def interval(text: str, *, length: int) -> tuple[int, int] | None:
    """The smallest and the largest number of `length` digits that rounding could have shown as `text`.

    Leading zeros may have been lost before the rounding, so up to two digits fewer are read as well. A number
    of 9 digits, a SIREN, where 14 are expected stands for all its SIRET. None for any other text.
    """
    found = _SCIENTIFIC.match(text)
    if found is None or exact(text):
        return None
    digits = int(found[3]) + 1
    shown = Decimal(f"{found[1]}.{found[2] or 0}").scaleb(int(found[3]))
    half_unit = Decimal("0.5").scaleb(int(found[3]) - len(found[2] or ""))
    low, high = int(shown - half_unit), int(shown + half_unit)
    if length == 14 and digits in (8, 9):
        return low * 100_000, high * 100_000 + 99_999
    # Nines may have been rounded up to one digit more.
    fits = digits >= length - 2 and low < 10**length
    return (low, min(high, 10**length - 1)) if fits else None
