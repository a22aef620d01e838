"""What became of a pair, in a few words."""

import pytest

from flows.fate import decision_words, fate
from transforms.matching.explanation import Said


def said(verdict: str, outcome: str | None = "followed", number: int = 1) -> Said:
    return Said(
        decision_id=f"D-{number:04}",
        left="north:1",
        right="south:2",
        verdict=verdict,
        steward="st-1",
        decided_on="2024-01-01",
        outcome=outcome,
    )


FATES = {
    "merged by a person": ("review", [said("same")], True, False, "réunies par la décision D-0001"),
    "by the machine": ("match", [], True, False, "rapprochées par la machine"),
    "through others": ("review", [], True, False, "réunies par l'intermédiaire d'autres fiches"),
    "parted by a person": ("match", [said("different")], False, False, "séparées par la décision D-0001"),
    "against a SIREN": ("match", [said("different", "against_siren")], False, False, "séparées par la"),
    "an older version": ("match", [said("different", None)], False, False, "séparées par la décision"),
    "replaced": ("review", [said("different", "replaced")], False, True, "à juger par une personne"),
    "said in vain": ("match", [said("same", "contradicted")], False, True, "à juger par une personne"),
    "nobody knows": ("review", [said("unsure")], False, False, "« ne sait pas », la décision D-0001"),
    "settled by others": ("review", [], False, False, "séparées par d'autres décisions"),
    "distinct": ("distinct", [], False, False, "distinctes"),
}


@pytest.mark.parametrize(("zone", "decisions", "together", "queued", "words"), FATES.values(), ids=FATES)
def test_fates(zone: str, decisions: list[Said], together: bool, queued: bool, words: str) -> None:
    assert words in fate(zone, decisions, together=together, queued=queued)


def test_one_and_several() -> None:
    assert decision_words([said("same")]) == "la décision D-0001"
    assert decision_words([said("same"), said("same", number=3)]) == "les décisions D-0001, D-0003"
