"""What stands in the cells of tables: numbers in French, « — » where there is none."""

from collections.abc import Sequence

from transforms.reporting.reading import Row
from transforms.wording import decimal, number, percent

NONE = "—"


def count(value: float | None) -> str:
    """A whole number."""
    return NONE if value is None else number(value)


def digits(value: float | None, after_comma: int) -> str:
    """A number with so many digits after the comma."""
    return NONE if value is None else decimal(float(value), after_comma)


def share(value: float | None, after_comma: int = 0) -> str:
    """A share (0 to 1) in percent."""
    return NONE if value is None else percent(value, after_comma)


def millions(value: float | None) -> str:
    """An amount in millions, with one digit after the comma."""
    return NONE if value is None else decimal(float(value) / 1e6)


def total(rows: Sequence[Row], figure: str) -> float:
    """The sum of a column; what is unknown counts for nothing."""
    return sum(float(row[figure] or 0) for row in rows)


def largest(rows: Sequence[Row], figure: str, largest_share: str) -> str:
    """The share that the largest contributor of all rows has in their sum.

    Args:
        rows: groups with the sum `figure` and, from 0 to 1, the share `largest_share` of its largest part.
        figure: name of the one.
        largest_share: name of the other.
    """
    whole = total(rows, figure)
    most = max((float(row[figure] or 0) * (row[largest_share] or 0) for row in rows), default=0.0)
    return share(most / whole if whole else None)
