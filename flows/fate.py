"""What became of a pair, decisions included, in a few French words."""

from collections.abc import Iterable, Sequence

from transforms.matching import labels
from transforms.matching.explanation import Said


def fate(zone: str, decisions: Sequence[Said], *, together: bool, queued: bool) -> str:
    """What became of a kept pair, a few words.

    Args:
        zone: what its probability leads to.
        decisions: those on this very pair.
        together: whether its records are in one company.
        queued: whether a person is asked to judge it.
    """
    if together:
        if same := saying(decisions, "same"):
            return f"réunies par {decision_words(same)}"
        return labels.zone(zone) if zone == "match" else "réunies par l'intermédiaire d'autres fiches"
    if apart := saying(decisions, "different"):
        return f"séparées par {decision_words(apart)}"
    if queued:
        return labels.zone("review")
    if unsure := saying(decisions, "unsure"):
        return f"laissées à part : « ne sait pas », {decision_words(unsure)}"
    return labels.zone(zone) if zone == "distinct" else "séparées par d'autres décisions"


def saying(decisions: Iterable[Said], verdict: str) -> list[Said]:
    """The decisions that are followed and say `verdict`."""
    return [one for one in decisions if one.holds and one.verdict == verdict]


def decision_words(decisions: Sequence[Said]) -> str:
    """« la décision D-0001 », « les décisions D-0001, D-0003 »."""
    ids = ", ".join(one.decision_id for one in decisions)
    return f"la décision {ids}" if len(decisions) == 1 else f"les décisions {ids}"
