"""Signals that follow from another: a postcode tells the town, a first name the sex.

Weights are added up as if each signal spoke on its own. What follows from another would be counted twice, and
records that merely agree on both would look like the matches that learning is after.
"""

from itertools import permutations

import numpy as np

from transforms.matching.comparisons import AnyComparison
from transforms.matching.content_order import content_order
from transforms.matching.records import NONE, Codes, Flags, Levels, Pairs, Records
from transforms.matching.spec import MatchingSpec

# Agreement beyond chance (Cohen 1960) from where on a signal says little that another has not said.
_FOLLOWS = 0.75
# Fewer pairs, or pairs of fewer values, are no evidence.
_ENOUGH_PAIRS = 30
_ENOUGH_VALUES = 4
# Two records that differ in so many other signals, and are alike in few, are two things.
_OTHERS_DIFFERENT = 2
# With nothing but the two, nothing tells two things from one.
_THE_TWO = 2
_NEIGHBOURS = 3
_SAMPLE = 20_000


def independent(spec: MatchingSpec, records: Records) -> MatchingSpec:
    """The spec without signals that follow from a more precise one.

    Of records that have the same value of one column and differ in nearly all others, none are one thing: how
    often they agree on another column all the same, beyond chance, is how far it follows.

    Args:
        spec: as proposed; each comparison looks at one column.
        records: standardised.

    Returns:
        The spec with fewer comparisons, or as it is; the same for any order of the records.
    """
    if len(spec.comparisons) <= _THE_TWO:
        return spec
    by_chance = content_order(records)
    column = {one.signal: records.numbered(_column(one)).codes[0] for one in spec.comparisons}
    precise = sorted(spec.comparisons, key=lambda one: (_chance(column[one.signal]), one.signal))
    neighbours = {one.signal: _neighbours(records, column[one.signal], by_chance) for one in precise}
    levels = {name: [other.compare(pairs) for other in precise] for name, pairs in neighbours.items()}
    dropped: set[str] = set()
    for one, other in permutations(range(len(precise)), 2):
        name, later = precise[one].signal, precise[other].signal
        if one < other and name not in dropped:
            pairs = neighbours[name]
            asked = _two_things(levels[name], one, other)
            if _follows(pairs.taken(asked), column[name], column[later]):
                dropped.add(later)
    kept = tuple(one for one in spec.comparisons if one.signal not in dropped)
    return spec.model_copy(update={"comparisons": kept})


def _column(comparison: AnyComparison) -> str:
    (name,) = comparison.used_columns
    return name


def _chance(codes: Codes) -> float:
    """How often two records that have a value have the same."""
    filled = codes[codes != NONE]
    return float(((np.bincount(filled) / len(filled)) ** 2).sum()) if len(filled) else 1.0


def _neighbours(records: Records, codes: Codes, by_chance: Codes) -> Pairs:
    """Some pairs of records with the same value."""
    known = by_chance[codes[by_chance] != NONE]
    ordered = known[np.argsort(codes[known], kind="stable")]
    left = np.concatenate([ordered[:-step] for step in range(1, _NEIGHBOURS + 1)])
    right = np.concatenate([ordered[step:] for step in range(1, _NEIGHBOURS + 1)])
    same = codes[left] == codes[right]
    left, right = left[same], right[same]
    place = np.empty(len(by_chance), dtype=np.int64)
    place[by_chance] = np.arange(len(by_chance))
    some = np.argsort(place[left], kind="stable")[:_SAMPLE]
    return Pairs(records, left[some], right[some])


def _two_things(levels: list[Levels], one: int, other: int) -> Flags:
    """Pairs that differ in other signals than the two, and hardly agree in any.

    Some agreement is let pass: where region, department and town follow from the postcode, each of them would
    hide the others.
    """
    others = [level for at, level in enumerate(levels) if at not in (one, other)]
    different = np.sum([level == 1 for level in others], axis=0, dtype=int)
    alike = np.sum([level > 1 for level in others], axis=0, dtype=int)
    return np.asarray((different >= min(_OTHERS_DIFFERENT, len(others))) & (different > 2 * alike))


def _follows(pairs: Pairs, one: Codes, other: Codes) -> bool:
    ends = pairs.ends(other)
    known = ends.known
    if known.sum() < _ENOUGH_PAIRS or len(np.unique(one[pairs.left[known]])) < _ENOUGH_VALUES:
        return False
    chance = _chance(other)
    return bool(ends.same[known].mean() - chance >= _FOLLOWS * (1 - chance))
