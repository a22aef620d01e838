"""Why each record is in its group: the link that attaches it best, in words."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching import labels
from transforms.matching.explanation import bits_text, percent_text, probability_of
from transforms.matching.link import Linked
from transforms.matching.reasons import explained
from transforms.matching.records import Codes
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import Patterns

_ALONE = "seule : aucune autre fiche ne lui ressemble assez"
_IN_DOUBT = "seule tant que personne n'a tranché : une ressemblance est à juger"
_MOST_FOR, _MOST_AGAINST = 4, 2


def attachments(linked: Linked, spec: MatchingSpec, asked: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The best link of each record inside its group.

    Args:
        linked: what matching has found.
        spec: what was compared.
        asked: pairs that a person should judge.

    Returns:
        `other` (position of the other record, -1 where there is no link), `probability` (of that link)
        and `reason` (category, French: the levels that weigh most with their bits, or why the record is
        alone), a row a record, in their order.
    """
    best = _best_links(linked)
    linked_at = np.flatnonzero(best >= 0)
    pair = best[linked_at]
    left, right = linked.pairs.left[pair], linked.pairs.right[pair]
    doubted = np.zeros(len(best), dtype=bool)
    doubted[linked.pairs.left[asked]] = doubted[linked.pairs.right[asked]] = True
    texts, said = _in_words(linked, spec, pair)
    reason = np.where(doubted, 1, 0)
    reason[linked_at] = said + 2
    other = np.full(len(best), -1, dtype=np.int64)
    other[linked_at] = np.where(left == linked_at, right, left)
    probability = np.full(len(best), np.nan)
    probability[linked_at] = linked.probability[pair]
    number, known = pd.factorize(np.array([_ALONE, _IN_DOUBT, *texts], dtype=object))
    return pd.DataFrame(
        {
            "other": other,
            "probability": probability,
            "reason": pd.Categorical.from_codes(number[reason], pd.Index(known)),
        }
    )


def _best_links(linked: Linked) -> Codes:
    """For each record the place of its most probable pair inside its group, -1 without any; ties by place."""
    group = linked.groups.to_numpy()
    left, right = linked.pairs.left, linked.pairs.right
    inside = np.flatnonzero(group[left] == group[right])
    weakest_first = inside[np.argsort(-linked.bits[inside], kind="stable")][::-1]
    best = np.full(len(group), -1, dtype=np.int64)
    # Of several assignments to one record the last one stands: the strongest.
    best[np.stack([left[weakest_first], right[weakest_first]], axis=1).ravel()] = np.repeat(weakest_first, 2)
    return best


def _in_words(linked: Linked, spec: MatchingSpec, pairs: Codes) -> tuple[list[str], Codes]:
    """`pairs` in words, and which of these each pair has: many have the same levels."""
    sizes = [len(one.levels) for one in spec.comparisons]
    patterns = Patterns.of([level[pairs] for level in linked.levels], sizes)
    names = {one.signal: _name(one.signal, spec) for one in spec.comparisons}
    told = [_told(explained(row.tolist(), linked, spec), names) for row in patterns.rows]
    return told, patterns.of_pair


def _told(weighed: list[dict[str, Any]], names: dict[str, str]) -> str:
    signals = [one for one in weighed if one["signal"] != "prior"]
    speaks_for = [_named(one, names) for one in signals if one["weight"] > 0][:_MOST_FOR]
    against = [_named(one, names) for one in signals if one["weight"] < 0][:_MOST_AGAINST]
    probability = percent_text(probability_of(sum(one["weight"] for one in weighed)))
    said = f"rapprochée à {probability} : {', '.join(speaks_for)}"
    return f"{said} ; contre : {', '.join(against)}" if against else said


def _name(signal: str, spec: MatchingSpec) -> str:
    """What people call a signal: its label, else the header of the column that it is named after."""
    if (label := labels.signal(signal)) != signal:
        return f"{label[:1].lower()}{label[1:]}"
    read = spec.columns.get(signal)
    header = read.column if read else None
    return f"« {header if isinstance(header, str) else header[0]} »" if header else signal


def _named(one: dict[str, Any], names: dict[str, str]) -> str:
    finding = labels.finding(one["signal"], one["level"])
    return f"{names[one['signal']]} ({finding}, {bits_text(one['weight'])})"
