"""One weight for each territory (or founder, or college) from several criteria, in whole numbers."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm, prod

# For each criterion the value of each party, in any whole unit: cents, hundredths of a job.
Values = Mapping[str, Sequence[int]]


def whole(weights: Mapping[str, float]) -> dict[str, int]:
    """Whole numbers in the same proportion as `weights`, read as they are written: 0.1 is a tenth."""
    exact = {name: Fraction(str(weight)) for name, weight in weights.items()}
    common = lcm(*(weight.denominator for weight in exact.values()))
    return {name: int(weight * common) for name, weight in exact.items()}


def combined(values: Values, weights: Mapping[str, int]) -> list[int] | None:
    """The weight of each party: the weighted mean of its shares in the criteria, times a common factor.

    A criterion without weight, or of which nobody has anything, is left out, and the others keep their
    proportion. None if no criterion is left.
    """
    totals = {name: sum(values[name]) for name, weight in weights.items() if weight}
    product = prod(total for total in totals.values() if total)
    factors = [(weights[name] * (product // total), values[name]) for name, total in totals.items() if total]
    if not factors:
        return None
    terms = [[factor * value for value in own] for factor, own in factors]
    return [sum(term) for term in zip(*terms, strict=True)]


def shares(values: Sequence[int]) -> list[float | None]:
    """Each value over their sum, from 0 to 1; None if there is nothing to share."""
    total = sum(values)
    return [value / total if total else None for value in values]
