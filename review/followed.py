"""What the published run made of the words of stewards: how many it followed, which ones not, and why."""

from collections import Counter
from dataclasses import dataclass

from flows.correct import list_corrections
from flows.decision_list import list_decisions
from review.desk import Desk
from transforms import reference
from transforms.matching import labels
from transforms.wording import plural

_FOLLOWED = frozenset({"followed", "against_siren", "agreed"})
_VAIN = frozenset({"contradicted", "two_sirens", "itself", "gone"})


@dataclass(frozen=True)
class Vain:
    """A word that was not followed: its id, why (French), the pair or else the company that it is about."""

    word_id: str
    why: str
    pair: tuple[str, str] | None = None
    company_id: str = ""


@dataclass(frozen=True)
class Followed:
    """What became of the words that a run knew, without those replaced or taken back since."""

    told: str
    vain: tuple[Vain, ...]


def followed(desk: Desk) -> Followed | None:
    """What the run in service made of decisions and corrections; None if it knew none that count."""
    if not desk.state.is_dir():
        return None
    known = desk.snapshot().known
    with desk.looking():
        said = list_decisions(desk.warehouse, desk.state, known).decisions
        fixed = list_corrections(desk.warehouse, desk.state).corrections
    outcomes = reference.load("corrections")["outcomes"]
    vain_said = tuple(
        Vain(
            one.decision.decision_id,
            labels.outcome(one.outcome, one.against),
            (":".join(one.decision.pair[0]), ":".join(one.decision.pair[1])),
        )
        for one in said
        if one.outcome in _VAIN
    )
    vain_fixed = tuple(
        Vain(one.correction.correction_id, f"{one.label}, {outcomes[one.outcome]}", company_id=one.company_id)
        for one in fixed
        if one.outcome in _VAIN
    )
    parts = [
        *_counts(Counter(one.outcome for one in said), "décision", len(vain_said)),
        *_counts(Counter(one.outcome for one in fixed), "correction", len(vain_fixed)),
    ]
    return Followed("\u00a0; ".join(parts), vain_said + vain_fixed) if parts else None


def _counts(outcomes: "Counter[str]", noun: str, vain: int) -> list[str]:
    kept = sum(outcomes[one] for one in _FOLLOWED)
    if not kept + vain:
        return []
    said = plural(kept, f"{noun} suivie", f"{noun}s suivies")
    return [f"{said}, {plural(vain, 'non suivie', 'non suivies')}" if vain else said]
