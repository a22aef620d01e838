"""The door of this stage: the exports of a run beside what was published last."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from transforms.continuity import exports, figures, members
from transforms.continuity.exports import ExportParameters
from transforms.continuity.gates import Finding, Gate, lifted
from transforms.report import Remark, StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect
from transforms.warehouse.register import read_register
from transforms.warehouse.runs import RunInput, read_inputs, read_runs

OVERRIDDEN = "overridden_"
_EXAMPLES = 5
# The runs after which a warehouse was in service, with their inputs: what a restored version was made from.
_IN_SERVICE = ("published", "restored")


class ContinuityParameters(BaseModel):
    """Where the last publication left its traces, and how far the exports may be from it.

    Args:
        state: folder with the register of company ids and the run log.
        started_at: when the run started, with a time zone.
        exports: limits for the files.
        renumbered_share: the share of a source's members that may bear another number than last time; beyond
            it the list was numbered anew.
        renumbered_least: so many may in any case.
        force: gates to lift.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    started_at: datetime
    exports: ExportParameters = ExportParameters()
    renumbered_share: float = Field(0.05, ge=0, le=1)
    renumbered_least: int = Field(5, ge=0)
    force: frozenset[Gate] = frozenset()


def run(build: Path, parameters: ContinuityParameters) -> StageReport:
    """Compare the exports with the last publication; write `continuity.records` and `continuity.numbers`.

    Raises:
        GateError: an export is not what it was, and nobody lifted the gate.
        InputError: the register of company ids or the run log is damaged.
    """
    register = read_register(parameters.state)
    published = [run for run in read_runs(parameters.state) if run["verdict"] in _IN_SERVICE]
    with connect(build) as con:
        inputs = read_inputs(con)
        records = members.recognised(members.traits(con), register)
        tables.write(con, tables.build_table("continuity.records"), records)
        numbers = members.numbers_over_time(records, register)
        tables.write(con, tables.build_table("continuity.numbers"), numbers)
        medians = figures.medians(con)
    findings = _about_members(inputs, records, parameters)
    if published:
        last = published[-1]
        then = [RunInput.model_validate(one) for one in last["inputs"]]
        counts = {name.removeprefix("continuity."): count for name, count in last["counts"].items()}
        findings += exports.findings(inputs, then, parameters.exports)
        findings += figures.findings(inputs, medians, counts)
    overridden = lifted(findings, parameters.force)
    now = parameters.started_at.astimezone(UTC).replace(tzinfo=None)
    return StageReport(
        stage="continuity",
        rows_in=len(records),
        rows_out=len(records),
        counts={
            **Counter(records["bearer"]),
            **medians,
            **{f"{OVERRIDDEN}{finding.gate}": 1 for finding in findings},
        },
        remarks=(*overridden, *exports.remarks(inputs, published, now, parameters.exports), *_moves(records)),
    )


def _about_members(
    inputs: tuple[RunInput, ...], records: pd.DataFrame, parameters: ContinuityParameters
) -> list[Finding]:
    findings = []
    for one in inputs:
        mine = records[records["source"] == one.source]
        taken = mine.loc[mine["takes_over"], "member_id"]
        moved = mine.loc[mine["bearer"] == "renumbered", "member_id"]
        limit = max(parameters.renumbered_least, parameters.renumbered_share * len(mine))
        facts = []
        if len(taken):
            facts.append(
                f"numéros qui désignent une autre entreprise qu'à la dernière publication : {_told(taken)}"
            )
        if len(moved) > limit:
            facts.append(f"numéros nouveaux pour des entreprises connues sous un autre : {_told(moved)}")
        findings += [
            Finding(
                gate=Gate.MEMBER_NUMBERS,
                source=one.source,
                file=one.file,
                column="numéro d'adhérent",
                found=fact,
                expected="à chaque adhérent le numéro qu'il avait à la dernière publication",
            )
            for fact in facts
        ]
    return findings


def _moves(records: pd.DataFrame) -> list[Remark]:
    """Members that are known under another number: nothing is lost, but people should know."""
    moved = records.loc[records["bearer"] == "renumbered"].groupby("source")["member_id"]
    return [
        Remark(
            source=str(source),
            text=f"Nouveaux numéros d'adhérents déjà connus : {_told(numbers)} ; "
            "identifiants d'entreprises et décisions les suivent.",
        )
        for source, numbers in moved
    ]


def _told(numbers: "pd.Series[str]") -> str:
    shown = ", ".join(numbers.head(_EXAMPLES))
    return f"{len(numbers)} ({shown}{'…' if len(numbers) > _EXAMPLES else ''})"
