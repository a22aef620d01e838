"""How firm the seats are: the least change of one territory, all else as it is, that moves a seat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from transforms.warehouse.board.apportionment import Method, apportion
from transforms.warehouse.board.criteria import Values, combined

# Steps of a share: 0.01 % of itself.
PARTS = 10_000
# Nobody becomes a thousand times what he is, nor a hundred times what all are.
_GROWTH, _OF_ALL = 1_000, 100
# How much larger the next trial is while none has moved a seat.
_STRIDE = 8


@dataclass(frozen=True)
class Rule:
    """What turns criteria into seats; weights of criteria are whole numbers."""

    method: Method
    weights: Mapping[str, int]
    seats: int
    minimum: int

    def held(self, weights: Sequence[int]) -> tuple[int, ...]:
        """Seats by weights."""
        return apportion(self.method, weights, self.seats, self.minimum).held


def share_change(rule: Rule, weights: Sequence[int], party: int, sign: int) -> float | None:
    """The relative change of the weighted share of `party` that wins (`sign` 1) or costs (-1) a seat.

    Found to 0.01 %, rounded up. None if no such change does it.
    """
    held = rule.held(weights)[party]

    def moved(steps: int) -> bool:
        changed = [weight * PARTS for weight in weights]
        changed[party] += sign * steps * weights[party]
        return any(changed) and _moved(rule.held(changed)[party], held, sign)

    steps = _least(moved, _GROWTH * PARTS if sign > 0 else PARTS)
    return None if steps is None else steps / PARTS


def criterion_change(
    rule: Rule, values: Values, criterion: str, unit: int, party: int, sign: int
) -> int | None:
    """How many `unit`s more (`sign` 1) or fewer (-1) of one criterion win or cost `party` a seat.

    The total of the criterion moves along. None if no such change does it, or the criterion has no weight.
    """
    weights = combined(values, rule.weights)
    if weights is None or not rule.weights[criterion]:
        return None
    held = rule.held(weights)[party]
    own = values[criterion]

    def moved(steps: int) -> bool:
        changed = [*own[:party], own[party] + sign * steps * unit, *own[party + 1 :]]
        new = combined({**values, criterion: changed}, rule.weights)
        return new is not None and _moved(rule.held(new)[party], held, sign)

    return _least(moved, (_OF_ALL * sum(own) if sign > 0 else own[party]) // unit)


def _moved(now: int, before: int, sign: int) -> bool:
    return (now - before) * sign > 0


def _least(moved: Callable[[int], bool], limit: int) -> int | None:
    """The least number of steps from 1 to `limit` that moves a seat; more steps never take it back."""
    if limit < 1 or not moved(limit):
        return None
    low, high = 0, 1
    while not moved(high):
        low, high = high, min(_STRIDE * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        if moved(middle):
            high = middle
        else:
            low = middle
    return high
