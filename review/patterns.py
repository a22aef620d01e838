"""Pairs of the queue that say the same: one pattern of evidence, judged together."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from review.desk import Queued
from transforms.matching import labels

_FEWEST = 2
_MOST = 100


@dataclass(frozen=True)
class Pattern:
    """Pairs whose signals are at the same levels, in the order of the queue; `words` say the levels."""

    name: str
    words: tuple[str, ...]
    pairs: tuple[Queued, ...]

    @property
    def shown(self) -> tuple[Queued, ...]:
        """As many of them as are judged at once: more than that nobody looks at."""
        return self.pairs[:_MOST]


def patterns(waiting: Iterable[Queued]) -> list[Pattern]:
    """The patterns that several pairs of the queue have, the one with most pairs first."""
    found: defaultdict[tuple[tuple[str, str], ...], list[Queued]] = defaultdict(list)
    for queued in waiting:
        found[_levels(queued)].append(queued)
    several = [
        Pattern(_name(levels), _words(levels), tuple(pairs))
        for levels, pairs in found.items()
        if len(pairs) >= _FEWEST
    ]
    return sorted(several, key=lambda pattern: -len(pattern.pairs))


def name_of(queued: Queued) -> str:
    """The name of the pattern of a pair."""
    return _name(_levels(queued))


def _levels(queued: Queued) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(one for one in queued.pattern if one[0] != "prior"))


def _name(levels: tuple[tuple[str, str], ...]) -> str:
    return hashlib.sha256(repr(levels).encode()).hexdigest()[:12]


def _words(levels: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    order = {signal: at for at, signal in enumerate(("identifier", "name", "address"))}
    ordered = sorted(levels, key=lambda one: order.get(one[0], len(order)))
    return tuple(f"{labels.signal(signal)} : {labels.finding(signal, level)}" for signal, level in ordered)
