"""Which decisions can teach the weights, and why the others cannot."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.comparisons.base import DIFFERENT
from transforms.matching.decisions.decision import pairs_of
from transforms.matching.link import weights_of
from transforms.matching.records import Flags, Levels
from transforms.matching.refitting.evidence import Evidence, Told, read_levels
from transforms.matching.spec import MatchingSpec
from transforms.matching.zones import probability, zones

_FOLLOWED = ("followed", "against_siren")


@dataclass(frozen=True)
class Judgements:
    """What can teach the weights.

    Args:
        judged: the judged pairs of the review queue, as the shipped weights see it.
        outside: the pairs outside it, those that were judged with their verdict, the others with the
            probability that the shipped weights give them.
        counts: decisions by kind: `same` and `different` in the queue, `outside` of it, and `by_law`, left
            aside because two different identifiers decide; `unjudged` pairs outside the queue.
        sha256: fingerprint of the judged pairs that count, in whatever order they came.
    """

    judged: Evidence
    outside: Evidence
    counts: dict[str, int]
    sha256: str


def usable(standing: pd.DataFrame, published: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The decisions whose pairs the published run has compared, and the number of the others by kind.

    Args:
        standing: the decisions that count today, as `decision.standing` gives them.
        published: `decision_id`, `outcome` and `levels` of the decisions that the published run knew.

    Returns:
        `standing` with `outcome` and `levels`, and the number left aside: `unsure`, `pending` (the published
        run did not know it), `gone` (a record is missing) and `not_followed`.
    """
    found = standing.merge(published, on="decision_id", how="left")
    conditions = {
        "unsure": found["verdict"].eq("unsure"),
        "pending": found["outcome"].isna(),
        "gone": found["outcome"].eq("gone"),
        "not_followed": ~found["outcome"].isin(_FOLLOWED),
        "unread": found["levels"].isna(),
    }
    kind = pd.Series(np.select(list(conditions.values()), list(conditions), default=""), found.index)
    # A version that was published by an earlier Alliage does not say what was compared.
    left_aside = kind.replace("unread", "pending").value_counts()
    counts = {name: int(left_aside.get(name, 0)) for name in conditions if name != "unread"}
    return found[kind == ""].reset_index(drop=True), counts


def judgements(used: pd.DataFrame, unjudged: Sequence[Told], spec: MatchingSpec) -> Judgements:
    """Sort judged and unjudged pairs into those of the queue and those outside it.

    Args:
        used: decisions as `usable` finds them.
        unjudged: what the warehouse tells of its other pairs.
        spec: the shipped spec.

    Raises:
        InputError: the warehouse was published with other comparisons.
    """
    weights = weights_of(spec)
    levels, same = read_levels(list(used["levels"]), spec), used["verdict"].eq("same").to_numpy()
    lawful = _by_law(levels, spec)
    asked = zones(weights.bits(levels), spec.thresholds) == "review"
    others = read_levels(unjudged, spec)
    bits = weights.bits(others)
    plain = (zones(bits, spec.thresholds) != "review") & ~_by_law(others, spec)
    complaints = ~asked & ~lawful
    judged = _chosen(levels, same, asked & ~lawful)
    return Judgements(
        judged=judged,
        outside=_chosen(levels, same, complaints).joined(_chosen(others, probability(bits), plain)),
        counts={
            "same": int(judged.share.sum()),
            "different": len(judged) - int(judged.share.sum()),
            "outside": int(complaints.sum()),
            "by_law": int(lawful.sum()),
            "unjudged": int(plain.sum()),
        },
        sha256=_sha256(used[~lawful]),
    )


def _chosen(levels: Sequence[Levels], share: npt.ArrayLike, chosen: Flags) -> Evidence:
    return Evidence.of([level[chosen] for level in levels], np.asarray(share)[chosen])


def _by_law(levels: Sequence[Levels], spec: MatchingSpec) -> Flags:
    """Pairs with two different identifiers: they are two, whatever else is said of them."""
    lawful = np.zeros(len(levels[0]), dtype=bool)
    for one, level in zip(spec.comparisons, levels, strict=True):
        if one.kind == "identifier":
            lawful |= level == one.levels.index(DIFFERENT)
    return lawful


def _sha256(used: pd.DataFrame) -> str:
    said = zip(pairs_of(used), used["verdict"], used["levels"], strict=True)
    lines = sorted(
        json.dumps([pair, verdict, list(levels)], ensure_ascii=False) for pair, verdict, levels in said
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
