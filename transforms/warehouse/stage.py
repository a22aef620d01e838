"""The door of publication: the build database of a run in; warehouse, contacts and state out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from transforms.report import Remark, StageReport
from transforms.warehouse import beside, files, history_file, state, workspace
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.board.remarks import remarks
from transforms.warehouse.checks import broken_key, run_checks
from transforms.warehouse.contacts import write_contacts
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.manifest import write_manifest
from transforms.warehouse.marts import quality_counts
from transforms.warehouse.publish import write_warehouse
from transforms.warehouse.runs import LOG, RunRecord, counts_of, read_inputs, read_runs
from transforms.warehouse.swap import Publication


def _not_contacts(path: Path) -> Path:
    if beside.is_contacts(path):
        raise ValueError(f"the warehouse cannot be named {path.name}: contacts lie there")
    return path


class PublishParameters(BaseModel):
    """Where to publish, and what the run log says about the run.

    Args:
        warehouse: the published file; contacts and manifest lie beside it.
        state: folder of what must outlive a warehouse.
        run_id: the run, part of file names.
        started_at: when the run started, with a time zone or in UTC.
        reports: those of the stages before this one.
        run_parameters: the run's parameters as JSON.
        gates_overridden: names of the gates that were lifted on request.
        storage_version: the oldest DuckDB that shall open the files.
        versions_kept: publications kept, this one included.
        board: how the seats of the board are shared.
        fees: the common grid of fees that today's are compared with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    warehouse: Annotated[Path, AfterValidator(_not_contacts)]
    state: Path
    run_id: str = Field(pattern=r"^\w[\w.-]*$")
    started_at: datetime
    reports: tuple[StageReport, ...] = ()
    run_parameters: str = "{}"
    gates_overridden: tuple[str, ...] = ()
    storage_version: str = "v1.2.0"
    versions_kept: int = Field(10, ge=1)
    board: BoardParameters = BoardParameters()
    fees: FeeParameters = FeeParameters()


def run(build: Path, parameters: PublishParameters) -> StageReport:
    """Publish the run in `build`; all of it, or nothing.

    Raises:
        GateError: the finished file breaks a law; the old one stays.
        MachineError: disk full, no permission; the old one stays. Raised after the swap too, if contacts or
            state could not follow: then `sweep` finishes at the next start.
    """
    publication = Publication(
        parameters.warehouse.resolve(), parameters.state, parameters.run_id, parameters.versions_kept
    )
    with files.machine_errors(publication.warehouse):
        try:
            report = _draft(build, publication, parameters)
            publication.publish()
        except BaseException:
            publication.settle()
            raise
    return report


def _draft(build: Path, publication: Publication, parameters: PublishParameters) -> StageReport:
    """Make and check all the files of the publication beside their targets."""
    publication.prepare()
    warehouse, contacts = publication.draft(publication.warehouse), publication.draft(publication.contacts)
    with workspace.opened(build, spill=warehouse.with_name(f"{warehouse.name}.tmp")) as con:
        record = _record(con, parameters)
        try:
            tables, personal = _write(con, publication, record, parameters)
        except duckdb.ConstraintException as error:
            raise broken_key(error) from error
        with workspace.reopened(con, warehouse, contacts):
            checks = run_checks(con)
            told = tuple(remarks(con, parameters.board, parameters.fees))
            state.stage_register(con, publication.staged_state)
    for path in (warehouse, contacts, warehouse.parent):
        files.fsync(path)
    write_manifest(
        publication,
        record,
        storage_version=parameters.storage_version,
        tables=tables,
        contacts=personal,
    )
    return _report(publication, {**tables, **personal, "checks": checks}, told)


def _write(
    con: duckdb.DuckDBPyConnection, publication: Publication, record: RunRecord, parameters: PublishParameters
) -> tuple[dict[str, int], dict[str, int]]:
    """Write the drafts of warehouse and contacts; rows of each table of the one and of the other."""
    warehouse, contacts = publication.draft(publication.warehouse), publication.draft(publication.contacts)
    logs = [publication.state / LOG] if read_runs(publication.state) else []
    logs.append(state.stage_run(record, publication.staged_state))
    version = parameters.storage_version
    with history_file.opened(con, publication.state, publication.staged_state, version) as known:
        tables = write_warehouse(
            con,
            warehouse,
            known=known,
            logs=logs,
            run_id=record.run_id,
            storage_version=version,
            board=parameters.board,
            fees=parameters.fees,
        )
    return tables, write_contacts(con, contacts, storage_version=version)


def _record(con: duckdb.DuckDBPyConnection, parameters: PublishParameters) -> RunRecord:
    return RunRecord(
        run_id=parameters.run_id,
        started_at=parameters.started_at,
        ended_at=datetime.now(UTC),
        verdict="published",
        inputs=read_inputs(con, build="build."),
        counts={**counts_of(parameters.reports), **quality_counts(con)},
        parameters=parameters.run_parameters,
        gates_overridden=parameters.gates_overridden,
    )


def _report(publication: Publication, counts: dict[str, int], told: tuple[Remark, ...]) -> StageReport:
    return StageReport(
        stage="publish",
        rows_in=counts["memberships"],
        rows_out=counts["memberships"],
        counts=counts,
        remarks=(Remark(text=f"Entrepôt publié : {publication.warehouse}"), *told),
    )
