"""The door of this stage: what the run has made, beside the limits for a publication that needs nobody."""

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from transforms import gates
from transforms.clearance import company_ids, critical_rules, groups, identifiers, match_rate
from transforms.clearance.finding import Finding
from transforms.errors import GateError
from transforms.gates import Gate, GateResult, judged
from transforms.report import Remark, StageReport
from transforms.warehouse.database import connect
from transforms.warehouse.register import read_register
from transforms.warehouse.runs import read_runs

_KEPT = "L'ancien entrepôt reste en service."


class Limits(BaseModel):
    """How far a result may be from what is usual.

    Args:
        invalid_ids: share of a source's identifier cells that may be refused.
        largest_group: records of one company.
        match_rate_drift: how far the share of merged records may move from that of the last publication, as
            a share of it.
        changed_ids: share of companies whose id may change.
        critical_rules: critical quality rules that may fail.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    invalid_ids: float = Field(0.4, ge=0, le=1)
    largest_group: int = Field(40, ge=1)
    match_rate_drift: float = Field(0.5, ge=0)
    changed_ids: float = Field(0.1, ge=0, le=1)
    critical_rules: int = Field(0, ge=0)


class ClearanceParameters(BaseModel):
    """The limits, what to compare with, and which gates to lift.

    Args:
        state: folder with the register of company ids and the run log.
        limits: the limits.
        force: gates to lift.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    limits: Limits = Limits()
    force: frozenset[Gate] = frozenset()


def run(build: Path, parameters: ClearanceParameters) -> StageReport:
    """Hold the result against the limits; write `clearance.gates`, also where it refuses.

    Raises:
        GateError: a gate refuses and nobody lifted it; the message tells all that do.
        InputError: the register of company ids or the run log is damaged.
    """
    with connect(build) as con:
        found = list(_findings(con, parameters))
        results = [_result(one, parameters.force) for one in found]
        gates.write(con, "clearance", results)
        titles = dict(con.execute("SELECT source, title FROM raw.sources").fetchall())
        ((records,),) = con.execute("SELECT count(*) FROM golden.memberships").fetchall()
    beyond = [one for one in found if not one.holds]
    if any(one.verdict == "refused" for one in results):
        raise _refusal(beyond, parameters.force, titles)
    return StageReport(
        stage="clearance",
        rows_in=records,
        rows_out=records,
        counts=gates.counts(results),
        remarks=tuple(map(_lifted, beyond)),
    )


def _findings(con: duckdb.DuckDBPyConnection, parameters: ClearanceParameters) -> Iterator[Finding]:
    limits = parameters.limits
    register = read_register(parameters.state)
    last = str(register["last_run"].max()) if len(register) else None
    yield from identifiers.findings(con, limits.invalid_ids)
    yield from groups.findings(con, limits.largest_group)
    yield from match_rate.findings(con, read_runs(parameters.state), limits.match_rate_drift)
    yield from company_ids.findings(con, register, last, limits.changed_ids)
    yield from critical_rules.findings(con, limits.critical_rules)


def _result(one: Finding, force: Collection[Gate]) -> GateResult:
    return GateResult(
        gate=one.gate,
        source=one.source,
        found=one.found,
        expected=one.expected,
        verdict=judged(one.gate, holds=one.holds, force=force),
    )


def _lifted(one: Finding) -> Remark:
    text = f"Contrôle levé ({one.gate}) : {one.found}{one.detail}."
    return Remark(level="warning", source=one.source, text=text)


def _refusal(beyond: list[Finding], force: Collection[Gate], titles: dict[str, str]) -> GateError:
    closed = [one for one in beyond if one.gate not in force]
    if [one.gate for one in closed] == [Gate.CRITICAL_RULES]:
        what = f"Publication refusée : {closed[0].found}."
    else:
        what = "Publication refusée : le résultat sort des limites d'une fusion ordinaire."
    flags = " ".join(f"--force {gate}" for gate in dict.fromkeys(one.gate for one in beyond))
    return GateError(
        what,
        found=" ; ".join(
            f"{f'{titles.get(one.source, one.source)} : ' if one.source else ''}{one.found}{one.detail}"
            for one in closed
        ),
        expected=" ; ".join(dict.fromkeys(one.expected for one in closed)),
        next_step=f"{' ; '.join(dict.fromkeys(one.fix for one in closed))} ; puis relancer. Si tout est "
        f"juste, relancer avec {flags}. {_KEPT}",
    )
