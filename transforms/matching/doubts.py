"""What a person judges however probable: identifiers that the rest contradicts, likeness of neighbours."""

from collections.abc import Sequence

import numpy as np

from transforms.matching.comparisons.base import DIFFERENT, SAME
from transforms.matching.records import Flags, Levels
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import Weights

# From so many bits of evidence against it on, an identifier does not link by itself, however much it weighs.
_PLAINLY = 5.0


def identified(levels: Sequence[Levels], spec: MatchingSpec) -> Flags:
    """Pairs with one identifier in common (comparisons of kind `identifier`) and none that differs."""
    kinds = [
        (level, one.levels)
        for level, one in zip(levels, spec.comparisons, strict=True)
        if one.kind == "identifier"
    ]
    same, different = (
        np.any(
            [level == names.index(name) for level, names in kinds] or [np.zeros(len(levels[0]), bool)], axis=0
        )
        for name in (SAME, DIFFERENT)
    )
    return np.asarray(same & ~different)


def doubtful(levels: Sequence[Levels], weights: Weights, distinct: Flags, spec: MatchingSpec) -> Flags:
    """Pairs with an identifier in common that are not believed to be one, nor two, without a person.

    Either all weights together speak against it (`distinct`), or of the other signals at least two speak
    against, none for it, and they do so by 5 bits together: then not even an identifier of great weight
    makes a match. What a third record says is no word of the two.
    """
    asked = np.flatnonzero(identified(levels, spec))
    others = [
        bits[level[asked]]
        for level, bits, one in zip(levels, weights.signals, spec.comparisons, strict=True)
        if one.kind not in ("identifier", "third_record")
    ]
    said = np.array(others).reshape(len(others), len(asked))
    alone = ~(said > 0).any(axis=0) & ((said < 0).sum(axis=0) > 1) & (said.sum(axis=0) <= -_PLAINLY)
    found = np.zeros(len(distinct), dtype=bool)
    found[asked] = alone | distinct[asked]
    return found


def never_unseen(levels: Sequence[Levels], weights: Weights, spec: MatchingSpec) -> Flags:
    """Pairs that the spec wants to be judged however probable they are (`NeverUnseen`)."""
    place = {one.signal: at for at, one in enumerate(spec.comparisons)}
    found = np.zeros(len(levels[0]), dtype=bool)
    for rule in spec.never_unseen:
        at = place[rule.signal]
        numbers = [spec.comparisons[at].levels.index(name) for name in rule.levels]
        told = [weights.signals[place[name]][levels[place[name]]] > 0 for name in rule.unless]
        found |= np.isin(levels[at], numbers) & ~np.any(told, axis=0)
    return found
