"""The waterfall of weights as bars that a page can draw without styles of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.matching.explanation import Step


@dataclass(frozen=True)
class Bar:
    """A step: where its bar begins, how wide it is, where one chance in two lies; all from 0 to 100."""

    step: Step
    start: float
    width: float
    zero: float
    kind: str


def bars(steps: Sequence[Step]) -> tuple[Bar, ...]:
    """One bar a step, from the running total before it to the one after it."""
    totals = [0.0, *(step.total for step in steps)]
    low, high = min(totals), max(totals)
    scale = 100 / ((high - low) or 1.0)
    return tuple(_bar(step, low, scale) for step in steps)


def _bar(step: Step, low: float, scale: float) -> Bar:
    left = min(step.total - step.weight, step.total)
    kind = "prior" if step.signal == "prior" else "for" if step.weight >= 0 else "against"
    # A weight of nearly nothing is still seen.
    width = max(abs(step.weight) * scale, 0.6)
    return Bar(step, round((left - low) * scale, 2), round(width, 2), round(-low * scale, 2), kind)
