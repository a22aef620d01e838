"""Which weights a run takes: those of the refit that stands, else the shipped ones."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from transforms.matching.comparisons.base import MISSING
from transforms.matching.refitting.weight_log import (
    NamedWeights,
    Refit,
    damaged,
    read_weight_log,
    standing_refit,
)
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import Weights
from transforms.moments import day_text
from transforms.report import Remark
from transforms.wording import plural

TOLD_AS = "Poids : réajustés"


@dataclass(frozen=True)
class InForce:
    """The spec with the weights that count.

    Args:
        spec: the spec.
        refit: where its weights come from; None if they were shipped.
        outdated: a refit that stands and does not fit the spec any more.
    """

    spec: MatchingSpec
    refit: Refit | None = None
    outdated: Refit | None = None

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What people should know of the weights; nothing where they were shipped."""
        if self.outdated:
            return (Remark(level="warning", text=_outdated(self.outdated)),)
        return (Remark(text=_refitted(self.refit)),) if self.refit else ()


def in_force(state: Path, shipped: MatchingSpec) -> InForce:
    """The shipped spec, with the weights of the refit that stands in the folder `state`.

    A refit of other comparisons or other shipped weights says nothing about these: the shipped weights count,
    and a remark says so. It is no error, since it follows from an update of the program, after which the
    nightly run must go on.

    Raises:
        InputError: the log is damaged.
    """
    refit = standing_refit(read_weight_log(state))
    if refit is None:
        return InForce(shipped)
    if refit.spec_sha256 != fingerprint(shipped):
        return InForce(shipped, outdated=refit)
    return InForce(reweighed(shipped, refit.after), refit)


def fingerprint(spec: MatchingSpec) -> str:
    """The sha256 of what weights depend on: the comparisons, their levels and weights, and the prior."""
    content = {
        "prior": spec.prior,
        "comparisons": [
            {**one.model_dump(mode="json", exclude_defaults=True), "levels": one.levels}
            for one in spec.comparisons
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def reweighed(spec: MatchingSpec, named: NamedWeights) -> MatchingSpec:
    """The same spec with other weights.

    Raises:
        InputError: they are not those of its levels.
    """
    levels = {one.signal: set(one.levels) - {MISSING} for one in spec.comparisons}
    if {signal: set(bits) for signal, bits in named.signals.items()} != levels:
        raise damaged("des poids pour d'autres niveaux que ceux de la spécification")
    comparisons = tuple(
        one.model_copy(update={"weights": named.signals[one.signal]}) for one in spec.comparisons
    )
    return spec.model_copy(update={"prior": named.prior, "comparisons": comparisons})


def named_weights(weights: Weights, spec: MatchingSpec) -> NamedWeights:
    """Weights by the names of signals and levels."""
    signals = {
        one.signal: dict(zip(one.levels[1:], bits[1:].tolist(), strict=True))
        for one, bits in zip(spec.comparisons, weights.signals, strict=True)
    }
    return NamedWeights(prior=weights.prior, signals=signals)


def _refitted(refit: Refit) -> str:
    return (
        f"{TOLD_AS} le {day_text(refit.made_at)} sur {plural(refit.decisions, 'décision', 'décisions')} "
        f"({refit.refit_id})"
    )


def _outdated(refit: Refit) -> str:
    return (
        f"Poids : livrés. Ceux qui ont été réajustés le {day_text(refit.made_at)} ({refit.refit_id}) "
        "l'étaient pour une autre version d'Alliage, et ne comptent plus. À faire : relancer alliage refit "
        "après cette fusion, ou alliage refit --undo pour ne plus les garder."
    )
