"""Seats from weights by four published methods, in whole numbers only: a tie is a tie, never a rounding.

Sources: M. Balinski and H. P. Young, "Fair Representation", 2nd ed. 2001 (methods of divisors and of
Hamilton, with minimum requirements); F. Pukelsheim, "Proportional Representation", 2nd ed. 2017 (ties too).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

Method = Literal["sainte_lague", "dhondt", "huntington_hill", "largest_remainder"]
METHODS: tuple[Method, ...] = get_args(Method)

# What a holder of so many seats claims for the next one: a numerator, from the weight, over a denominator.
_Claim = tuple[int, int]


@dataclass(frozen=True)
class Seats:
    """One apportionment.

    Args:
        held: seats of each party, in the order of the weights.
        last: who got the last seat; None if minima and whole quotas were all.
        following: who alone would gain if there were one seat more, and nobody lost; None if more than that
            would change, which only the largest remainder does (the Alabama paradox).
        tied: those between whom equal claims to the last seat were settled by weight, then by order.
    """

    held: tuple[int, ...]
    last: int | None
    following: int | None
    tied: frozenset[int] = frozenset()


def apportion(method: Method, weights: Sequence[int], seats: int, minimum: int = 0) -> Seats:
    """Share `seats` by `weights`, at least `minimum` to each.

    With divisors d(0), d(1) ..., seat after seat goes to the largest weight / d(seats held), from the minimum
    on: d(s) = s + 1 (D'Hondt, Jefferson), 2 s + 1 (Sainte-Laguë, Webster), √(s (s + 1)) (Huntington-Hill: all
    get a first seat, the largest first). By the largest remainder (Hare, Hamilton), whoever's quota is below
    the minimum gets that and leaves; the others get the whole part of their quota of the seats that are left,
    and the largest remainders one more. Equal claims: the larger weight, then the earlier in order.

    Raises:
        ValueError: a weight is negative, all are zero, or the minima are more than the seats.
    """
    if min(weights, default=0) < 0 or not any(weights):
        raise ValueError("weights must not be negative, and not all zero")
    if not 0 <= minimum * len(weights) <= seats:
        raise ValueError(f"{len(weights)} times {minimum} seats are not to be had of {seats}")
    # Earlier in this order wins what is equal.
    order = sorted(range(len(weights)), key=lambda party: (-weights[party], party))
    if method == "largest_remainder":
        return _by_remainders(weights, order, seats, minimum)
    return _by_quotients(_CLAIMS[method], weights, order, seats, minimum)


def _dhondt(weight: int, held: int) -> _Claim:
    return weight, held + 1


def _sainte_lague(weight: int, held: int) -> _Claim:
    return weight, 2 * held + 1


def _huntington_hill(weight: int, held: int) -> _Claim:
    # The squares: they have the same order, and no root. Nothing over nothing would equal every claim.
    return weight * weight, held * (held + 1) if weight else 1


_CLAIMS: dict[str, Callable[[int, int], _Claim]] = {
    "dhondt": _dhondt,
    "sainte_lague": _sainte_lague,
    "huntington_hill": _huntington_hill,
}


def _by_quotients(
    claim: Callable[[int, int], _Claim], weights: Sequence[int], order: list[int], seats: int, minimum: int
) -> Seats:
    held = [minimum] * len(weights)
    claims = [claim(weight, minimum) for weight in weights]
    last, cut = None, (0, 1)
    for _ in range(seats - minimum * len(weights)):
        last = _first(claims, order)
        cut = claims[last]
        held[last] += 1
        claims[last] = claim(weights[last], held[last])
    following = _first(claims, order)
    if last is None or not _equal(cut, claims[following]):
        return Seats(tuple(held), last, following)
    won = [
        claim(weight, number - 1) if number > minimum else None
        for weight, number in zip(weights, held, strict=True)
    ]
    tied = {party for party in order if _equal(cut, claims[party]) or _equal(cut, won[party])}
    return Seats(tuple(held), last, following, frozenset(tied))


def _first(claims: list[_Claim], order: list[int]) -> int:
    """The party with the largest claim; something over nothing is larger than all else."""
    best = order[0]
    most, over = claims[best]
    for party in order:
        claimed, divisor = claims[party]
        if claimed * over > most * divisor:
            best, most, over = party, claimed, divisor
    return best


def _equal(one: _Claim, other: _Claim | None) -> bool:
    if other is None:
        return False
    if one[1] == other[1]:
        return one[0] == other[0]
    return one[0] * other[1] == other[0] * one[1]


def _by_remainders(weights: Sequence[int], order: list[int], seats: int, minimum: int) -> Seats:
    found = _remainders_served(weights, order, seats, minimum)
    # Every quota grows with the seats, so the next one need not go to the next remainder.
    more = _remainders_served(weights, order, seats + 1, minimum).held
    gains = [now - then for then, now in zip(found.held, more, strict=True)]
    return replace(found, following=gains.index(1) if min(gains) >= 0 else None)


def _remainders_served(weights: Sequence[int], order: list[int], seats: int, minimum: int) -> Seats:
    """The apportionment without `following`."""
    free, left = _above_minimum(weights, order, seats, minimum)
    total = sum(weights[party] for party in free)
    held = [minimum] * len(weights)
    remainders = {}
    for party in free:
        held[party], remainders[party] = divmod(weights[party] * left, total)
    ranked = sorted(free, key=lambda party: -remainders[party])
    given = seats - sum(held)
    for party in ranked[:given]:
        held[party] += 1
    if not given:
        return Seats(tuple(held), None, None)
    # The remainders add up to as many whole seats as are given, each is less than one: somebody has to wait.
    last, waiting = ranked[given - 1], ranked[given]
    cut = remainders[last]
    tied = [party for party in free if remainders[party] == cut] if remainders[waiting] == cut else []
    return Seats(tuple(held), last, None, frozenset(tied))


def _above_minimum(
    weights: Sequence[int], order: list[int], seats: int, minimum: int
) -> tuple[list[int], int]:
    """Those whose quota reaches the minimum, and the seats that they share; each that leaves lowers it."""
    free, left = order, seats
    while True:
        total = sum(weights[party] for party in free)
        reaching = [party for party in free if weights[party] * left >= minimum * total]
        if len(reaching) == len(free):
            return free, left
        left -= minimum * (len(free) - len(reaching))
        free = reaching
