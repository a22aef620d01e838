"""The door of this stage: the exports of a run beside what was published last."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from transforms import gates
from transforms.continuity import ages, bearers, columns, exports, figures, renumbering, results, state_folder
from transforms.continuity.exports import ExportParameters
from transforms.continuity.gates import lifted
from transforms.continuity.history import Service, last_of_each_source, services
from transforms.continuity.members import recognised
from transforms.continuity.naming import read_naming
from transforms.continuity.timeline import numbers_over_time
from transforms.continuity.traits import new_key, traits
from transforms.gates import OVERRIDDEN, Gate
from transforms.report import StageReport
from transforms.warehouse import beside, tables
from transforms.warehouse.database import connect
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.register import TRAITS, read_fingerprint_key, read_register
from transforms.warehouse.runs import read_inputs, read_runs


class ContinuityParameters(BaseModel):
    """Where the last publication left its traces, and how far the exports may be from it.

    Args:
        state: folder with the register of company ids and the run log.
        started_at: when the run started, with a time zone.
        warehouse: the published file, with its manifest beside it; None if there is none.
        exports: limits for the files.
        renumbered_share: the share of a source's members that may bear another number than last time; beyond
            it the list was numbered anew.
        renumbered_least: so many may in any case.
        force: gates to lift.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    started_at: datetime
    warehouse: Path | None = None
    exports: ExportParameters = ExportParameters()
    renumbered_share: float = Field(0.05, ge=0, le=1)
    renumbered_least: int = Field(5, ge=0)
    force: frozenset[Gate] = frozenset()


def run(build: Path, parameters: ContinuityParameters) -> StageReport:
    """Compare the exports with the last publication.

    Writes `continuity.records`, `continuity.numbers`, `continuity.fingerprint_key`, and `continuity.gates`,
    also where it refuses.

    Raises:
        GateError: an export is not what it was, or the state folder is not, and nobody lifted the gate.
        InputError: the register of company ids or the run log is damaged.
    """
    manifest = read_manifest(beside.manifest(parameters.warehouse)) if parameters.warehouse else None
    published = manifest.run_id if manifest else None
    runs = read_runs(parameters.state)
    past = services(runs, published)
    register = read_register(parameters.state)
    last = last_of_each_source(past)
    files = {source: one for source, (one, _) in last.items()}
    then = {source: counts for source, (_, counts) in last.items()}
    companies = renumbering.bearers_before(register)
    with connect(build) as con:
        inputs, naming = read_inputs(con), read_naming(con)
        cells, doubles = columns.counted(con), bearers.twice(con)
        records = _write_members(con, register, read_fingerprint_key(parameters.state), past)
        medians = figures.medians(con)
        findings = [
            *state_folder.findings(parameters.state, runs, published),
            *renumbering.findings(
                inputs,
                records,
                doubles,
                companies,
                share=parameters.renumbered_share,
                least=parameters.renumbered_least,
            ),
            *exports.findings(inputs, files, parameters.exports),
            *figures.findings(inputs, medians, then),
            *columns.findings(inputs, cells, files, then, naming),
        ]
        told = results.results(findings, inputs, files, parameters.exports, parameters.force)
        gates.write(con, "continuity", told)
    overridden = lifted(findings, parameters.force, naming)
    now = parameters.started_at.astimezone(UTC).replace(tzinfo=None)
    return StageReport(
        stage="continuity",
        rows_in=len(records),
        rows_out=len(records),
        counts={
            **Counter(records["bearer"]),
            **medians,
            **columns.counts(cells),
            "publications": len(past),
            **{f"{OVERRIDDEN}{finding.gate}": 1 for finding in findings},
        },
        remarks=(
            *overridden,
            *ages.remarks(inputs, files),
            *exports.remarks(inputs, past, now, parameters.exports),
            *renumbering.remarks(records),
        ),
    )


def _write_members(
    con: duckdb.DuckDBPyConnection, register: pd.DataFrame, key: str | None, past: tuple[Service, ...]
) -> pd.DataFrame:
    """Recognise the records and write what was found; returns them as `members.recognised` does."""
    if key is None:
        # Fingerprints under a lost key say nothing; they would make every company another one.
        key, register = new_key(), register.assign(**dict.fromkeys(TRAITS)).astype("str")
    records = recognised(traits(con, key), register, past[-1].run_id if past else "")
    written = {
        "records": records,
        "numbers": numbers_over_time(records, register, past),
        "fingerprint_key": pd.DataFrame({"fingerprint_key": [key]}),
    }
    for name, frame in written.items():
        tables.write(con, tables.build_table(f"continuity.{name}"), frame)
    return records
