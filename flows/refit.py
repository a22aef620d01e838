"""The weights of matching, re-estimated from decisions and recorded: `alliage refit`."""

from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows import lock
from transforms.errors import GateError, InputError
from transforms.matching.decisions.decision import as_frame, standing
from transforms.matching.decisions.log import read_log
from transforms.matching.link import weights_of
from transforms.matching.members import members_spec
from transforms.matching.refitting.estimate import log_losses, refit
from transforms.matching.refitting.in_force import fingerprint, named_weights
from transforms.matching.refitting.judgements import Judgements, judgements, usable
from transforms.matching.refitting.weight_log import (
    FILE,
    NamedWeights,
    Refit,
    Undo,
    append,
    next_id,
    read_weight_log,
    refit_before,
    standing_refit,
)
from transforms.warehouse.reading import opened
from transforms.wording import plural

# Fewer are chance more than knowledge: docs/matching.md has the figures.
LEAST_JUDGED = 30
LEAST_OF_EACH = 10

_RUN = "SELECT coalesce(max(run_id), '') FROM sources"
_UNJUDGED = """
WITH judged AS (
    SELECT left_source, left_member_id, right_source, right_member_id
    FROM decisions
    WHERE decision_id IN (SELECT unnest($judged))
),
both_ways AS (
    FROM judged
    UNION
    SELECT right_source, right_member_id, left_source, left_member_id
    FROM judged
)
SELECT reasons
FROM match_pairs
ANTI JOIN both_ways USING (left_source, left_member_id, right_source, right_member_id)
"""


class Refitted(BaseModel):
    """What came of a refit: recorded, only tried, or known because the standing refit used these decisions.

    Args:
        verdict: recorded, tried or known.
        counts: decisions by kind, used and left aside.
        log: the file of the log.
        refit: the refit, as the log has it or would have it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["recorded", "tried", "known"]
    counts: dict[str, int]
    log: Path
    refit: Refit


class Undone(BaseModel):
    """A refit that was taken back, or would be, and the weights that stand again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["undone", "tried"]
    log: Path
    undoes: str
    restores: str | None
    weights: NamedWeights


def refit_weights(warehouse: Path, state: Path, *, dry_run: bool = False) -> Refitted:
    """Re-estimate the weights of the members' spec from the standing decisions, and record them.

    Raises:
        InputError: no warehouse, or a log is damaged.
        GateError: too few decisions, or weights that are no better; nothing is recorded.
        LockError: a run is going on.
        MachineError: the log cannot be written; nothing is recorded.
    """
    with nullcontext() if dry_run else lock.held_state(state):
        found, left_aside, run_id = _judgements(warehouse, state)
        counts = {**found.counts, **left_aside}
        lines = read_weight_log(state)
        in_force = standing_refit(lines)
        log = (state / FILE).resolve()
        if in_force and _rests_on(in_force, found):
            return Refitted(verdict="known", counts=counts, log=log, refit=in_force)
        _require_enough(counts)
        line = _line(found, in_force, next_id(lines), run_id)
        if not dry_run:
            append(state, line)
    return Refitted(verdict="tried" if dry_run else "recorded", counts=counts, log=log, refit=line)


def undo_refit(state: Path, *, dry_run: bool = False) -> Undone:
    """Take the standing refit back: the weights that stood before it stand again.

    Raises:
        InputError: the shipped weights stand, or the log is damaged.
        LockError: a run is going on.
        MachineError: the log cannot be written; nothing changes.
    """
    with nullcontext() if dry_run else lock.held_state(state):
        lines = read_weight_log(state)
        in_force = standing_refit(lines)
        if in_force is None:
            raise InputError(
                "Il n'y a rien à annuler : les poids sont ceux qui sont livrés avec Alliage.",
                found="aucun réajustement en vigueur",
                expected="un réajustement enregistré par alliage refit",
                next_step="rien : la prochaine fusion prend les poids livrés",
            )
        again = refit_before(lines, in_force)
        restores = again.refit_id if again else None
        if not dry_run:
            undo = Undo(refit_id=next_id(lines), made_at=_now(), undoes=in_force.refit_id, restores=restores)
            append(state, undo)
    return Undone(
        verdict="tried" if dry_run else "undone",
        log=(state / FILE).resolve(),
        undoes=in_force.refit_id,
        restores=restores,
        weights=_stood(again),
    )


def _judgements(warehouse: Path, state: Path) -> tuple[Judgements, dict[str, int], str]:
    """What decisions and published pairs teach, the decisions left aside by kind, and the run."""
    said = standing(as_frame(read_log(state).decisions))
    with opened(warehouse) as con:
        ((run_id,),) = con.execute(_RUN).fetchall()
        known = con.execute("SELECT * FROM decisions").df()
        # A version that was published by an earlier Alliage says less of them.
        known = known.reindex(columns=["decision_id", "outcome", "levels"]).astype(object)
        used, left_aside = usable(said, known)
        unjudged = con.execute(_UNJUDGED, {"judged": used["decision_id"].tolist()}).fetchall()
    found = judgements(used, [reasons for (reasons,) in unjudged], members_spec())
    return found, left_aside, run_id


def _line(found: Judgements, in_force: Refit | None, refit_id: str, run_id: str) -> Refit:
    """The refit, if it is worth recording.

    Raises:
        GateError: it is no better than the shipped weights.
    """
    spec = members_spec()
    shipped = weights_of(spec)
    before, after = log_losses(found.judged, found.outside, shipped)
    if after >= before:
        raise _no_better(before, after, in_force)
    return Refit(
        refit_id=refit_id,
        made_at=_now(),
        code_version=version("alliage"),
        spec_sha256=fingerprint(spec),
        run_id=run_id,
        decisions_sha256=found.sha256,
        same=found.counts["same"],
        different=found.counts["different"],
        outside=found.counts["outside"],
        unjudged=found.counts["unjudged"],
        log_loss_before=before,
        log_loss_after=after,
        before=_stood(in_force),
        after=named_weights(refit(found.judged, found.outside, shipped), spec),
    )


def _rests_on(refit: Refit, found: Judgements) -> bool:
    return (refit.decisions_sha256, refit.spec_sha256) == (found.sha256, fingerprint(members_spec()))


def _stood(refit: Refit | None) -> NamedWeights:
    spec = members_spec()
    return refit.after if refit else named_weights(weights_of(spec), spec)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _require_enough(counts: dict[str, int]) -> None:
    same, different = counts["same"], counts["different"]
    if same + different >= LEAST_JUDGED and min(same, different) >= LEAST_OF_EACH:
        return
    waiting = counts["pending"]
    more = f" ; {plural(waiting, 'décision attend', 'décisions attendent')} la prochaine fusion"
    raise GateError(
        "Trop peu de décisions pour réajuster les poids : rien ne change.",
        found=f"{plural(same + different, 'paire jugée', 'paires jugées')} parmi les douteuses, "
        f"dont {same} « même entreprise » et {different} « entreprises différentes »{more * (waiting > 0)}",
        expected=f"au moins {LEAST_JUDGED} en tout et {LEAST_OF_EACH} de chaque",
        next_step="lancer alliage run, qui les comparera, puis recommencer"
        if waiting
        else "juger d'autres paires de la table review_queue (alliage decide), lancer alliage run, puis "
        "recommencer",
    )


def _no_better(before: float, after: float, in_force: Refit | None) -> GateError:
    kept = "alliage refit --undo revient aux poids d'avant ; sinon "
    return GateError(
        "Réajustés, les poids ne prévoient pas mieux les décisions : rien ne change.",
        found=f"une perte de {french(after)} sur les paires laissées de côté, contre {french(before)} avec "
        "les poids livrés",
        expected="une perte plus basse",
        next_step=(kept if in_force else "") + "juger d'autres paires, puis relancer",
    )


def french(value: float, digits: int = 3) -> str:
    """A decimal number as French readers write it: 0,431."""
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "\u2212")
