"""Why a pair has its probability: the levels that weigh, whose weights add up to the log-odds."""

from typing import Any

import pyarrow as pa

from transforms.matching.link import Linked
from transforms.matching.records import Flags
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import Patterns

_REASONS = pa.list_(pa.struct([("signal", pa.string()), ("level", pa.string()), ("weight", pa.float64())]))


def reasons(linked: Linked, spec: MatchingSpec, kept: Flags) -> pa.Array:
    """For each kept pair the prior and every level that weighs, the heaviest first; their weights add up.

    Many pairs have the same levels: each pattern is explained once.
    """
    patterns = Patterns.of(
        [level[kept] for level in linked.levels], [len(one.levels) for one in spec.comparisons]
    )
    told = [explained(row.tolist(), linked, spec) for row in patterns.rows]
    return pa.array(told, type=_REASONS).take(pa.array(patterns.of_pair))


def explained(pattern: list[int], linked: Linked, spec: MatchingSpec) -> list[dict[str, Any]]:
    """Of one pattern of levels the prior and each signal that weighs: `signal`, `level`, `weight` in bits."""
    said = zip(spec.comparisons, linked.weights.signals, pattern, strict=True)
    weighed = [(float(bits[level]), one.signal, one.levels[level]) for one, bits, level in said]
    heaviest_first = sorted((one for one in weighed if one[0] != 0), key=lambda one: -abs(one[0]))
    return [
        {"signal": "prior", "level": "any", "weight": float(linked.weights.prior)},
        *({"signal": signal, "level": level, "weight": bits} for bits, signal, level in heaviest_first),
    ]
