"""One run of a flow: its id, build database and timed stages, and its line in the run log come what may."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from expectations.stage import ValidateParameters
from flows import dropped_decisions, erasing, lock
from flows import progress as told
from flows.belonging import require_own_state
from flows.outcome import (
    Outcome,
    Parameters,
    TimedReport,
    on_failure,
    outside_prefect,
    peak_memory_mb,
    rows_text,
)
from flows.parameters import MergeParameters
from flows.reports import run_report
from flows.settings import settings
from transforms.clearance.stage import ClearanceParameters, Limits
from transforms.continuity.exports import ExportParameters
from transforms.continuity.stage import ContinuityParameters
from transforms.errors import AlliageError, GateError, InputError
from transforms.gates import OVERRIDDEN
from transforms.golden.stage import GoldenParameters
from transforms.matching.spec import Thresholds
from transforms.matching.stage import MatchParameters
from transforms.report import Remark, StageReport
from transforms.reporting.stage import ReportParameters
from transforms.sources.stage import IntakeParameters, require_folder
from transforms.standardise.stage import StandardiseParameters
from transforms.warehouse import beside, files, modes
from transforms.warehouse.clock import new_run_id
from transforms.warehouse.database import create_private
from transforms.warehouse.runs import RunRecord, append_run, counts_of, in_service, inputs_of
from transforms.warehouse.stage import PublishParameters
from transforms.warehouse.swap import sweep
from transforms.warehouse.target import check_storage_version, check_target

Verdict: TypeAlias = Literal["published", "refused", "failed"]


class Run:
    """A run under way; its report goes by the key `report_key`, None for no report.

    A rehearsal changes nothing in the folder of exports.
    """

    def __init__(
        self, parameters: MergeParameters, report_key: str | None = None, *, is_rehearsal: bool = False
    ) -> None:
        self.parameters = parameters
        self.report_key = report_key
        self.is_rehearsal = is_rehearsal
        self.started_at = datetime.now(UTC)
        self.run_id, self.remarks = new_run_id(self.started_at, parameters.state)
        self.build = beside.build(parameters.warehouse, self.run_id)
        self.stages: list[TimedReport] = []

    @property
    def reports(self) -> tuple[StageReport, ...]:
        """The reports of the stages so far."""
        return tuple(timed.report for timed in self.stages)

    def take_decisions(self) -> None:
        """Record what stewards have dropped beside the exports; what became of it is told as remarks."""
        place = self.parameters
        try:
            require_own_state(place.warehouse, place.state)
        except InputError:
            # The comparison with the last publication stops the run for that, and says why.
            return
        taken = dropped_decisions.take_dropped(place.raw, place.warehouse, place.state)
        self.remarks += dropped_decisions.remarks(taken)

    def for_intake(self) -> IntakeParameters:
        """What the intake stage needs."""
        return IntakeParameters(
            raw=self.parameters.raw,
            contracts=settings().contracts,
            state=self.parameters.state,
            keeps_files=self.is_rehearsal,
        )

    def for_standardise(self) -> StandardiseParameters:
        """What the standardising stage needs."""
        return StandardiseParameters()

    def for_continuity(self) -> ContinuityParameters:
        """What the comparison with the last publication needs."""
        return ContinuityParameters(
            state=self.parameters.state,
            started_at=self.started_at,
            warehouse=self.parameters.warehouse,
            exports=ExportParameters(
                least_share=settings().least_share, stale_after_days=settings().stale_after_days
            ),
            renumbered_share=settings().renumbered_share,
            force=self.parameters.force,
        )

    def for_match(self) -> MatchParameters:
        """What the matching stage needs."""
        thresholds = Thresholds(
            match_from=self.parameters.match_from,
            review_from=self.parameters.review_from,
            largest_group=self.parameters.largest_group,
        )
        return MatchParameters(state=self.parameters.state, thresholds=thresholds)

    def for_golden(self) -> GoldenParameters:
        """What the golden stage needs."""
        return GoldenParameters(state=self.parameters.state, run_id=self.run_id)

    def for_validate(self) -> ValidateParameters:
        """What the quality stage needs."""
        return ValidateParameters(rejects=beside.rejects(self.parameters.warehouse))

    def for_clearance(self) -> ClearanceParameters:
        """What the last look before publication needs."""
        limits = Limits(
            invalid_ids=settings().invalid_ids_share,
            largest_group=settings().group_limit,
            match_rate_drift=settings().match_rate_drift,
            changed_ids=settings().changed_ids_share,
            critical_rules=settings().critical_rules,
        )
        return ClearanceParameters(state=self.parameters.state, limits=limits, force=self.parameters.force)

    def for_publish(self) -> PublishParameters:
        """What publication needs: the run so far."""
        return PublishParameters(
            warehouse=self.parameters.warehouse,
            state=self.parameters.state,
            run_id=self.run_id,
            started_at=self.started_at,
            reports=self.reports,
            run_parameters=self.parameters.model_dump_json(),
            gates_overridden=self._overridden(),
            storage_version=settings().storage_version,
            versions_kept=settings().versions_kept,
            board=self.parameters.board,
            fees=self.parameters.fees,
        )

    def for_report(self) -> ReportParameters:
        """What the report needs."""
        return ReportParameters(warehouse=self.parameters.warehouse)

    def _overridden(self) -> tuple[str, ...]:
        names = sorted(
            name for report in self.reports for name in report.counts if name.startswith(OVERRIDDEN)
        )
        return tuple(name.removeprefix(OVERRIDDEN) for name in names)

    def do(self, what: str, stage: Callable[[Path, Parameters], TimedReport], parameters: Parameters) -> None:
        """Run one stage on the build database and keep its report; `what` is told meanwhile."""
        told.reached(len(self.stages), what)
        with told.doing(what):
            timed = outside_prefect(stage)(self.build, parameters)
        self.stages.append(timed)
        told.done(f"{what} : {rows_text(timed.report)} ({timed.seconds:.1f} s)".replace(".", ","))

    def tell(self, verdict: Verdict, error: Exception | None = None) -> None:
        """Tell the whole run, while its build database is there to be read."""
        if self.report_key is None:
            return
        told.ended()
        told.report(
            self.report_key, lambda: run_report(self.outcome(verdict), self.build, error, self.parameters)
        )

    def outcome(self, verdict: Verdict) -> Outcome:
        """The run as it stands."""
        return Outcome(
            run_id=self.run_id,
            verdict=verdict,
            started_at=self.started_at,
            warehouse=self.parameters.warehouse,
            stages=tuple(self.stages),
            remarks=self.remarks,
            peak_memory_mb=peak_memory_mb(),
        )


@contextmanager
def begun(
    parameters: MergeParameters, report_key: str | None = None, *, is_rehearsal: bool = False
) -> Iterator[Run]:
    """A run that holds the locks of its warehouse and its state, and tells its report by `report_key`.

    Leftovers of interrupted runs are swept before it, an erasure that was interrupted is completed, and its
    build file goes after it. What it writes is its owner's alone, apart from what analysts read.
    A run that fails or is refused leaves its build file for a look, and a line in the run log. What fails
    once it is published is told as a remark: it takes nothing back.

    Raises:
        InputError: the warehouse's path is taken by another file, or no DuckDB has the storage version.
        LockError: another run is going on.
        MachineError: the disk is full or a folder cannot be written.
    """
    places = {name: getattr(parameters, name).resolve() for name in ("warehouse", "state")}
    parameters = parameters.model_copy(update=places)
    remarks = _check_places(parameters)
    with files.machine_errors(parameters.warehouse):
        modes.make_publication_folder(parameters.warehouse.parent)
        modes.make_private_folder(parameters.state)
    with (
        lock.held(parameters.warehouse),
        lock.held_state(parameters.state),
        files.machine_errors(parameters.warehouse),
        modes.owner_only(),
    ):
        # First: what it finishes enters the log, and the id of this run comes after that.
        remarks += sweep(parameters.warehouse, parameters.state)
        remarks += erasing.complete(parameters.state)
        run = Run(parameters, report_key, is_rehearsal=is_rehearsal)
        run.remarks += remarks
        create_private(run.build)
        try:
            yield run
            run.tell("published")
            files.remove(run.build)
        except Exception as error:
            if not _is_published(run):
                _end_badly(run, error)
                raise
            run.remarks += (_too_late(error),)
            told.done(run.remarks[-1].text)
            run.tell("published")
            # What cannot go now goes with the next run.
            with suppress(OSError):
                files.remove(run.build)


def refuse_early(parameters: MergeParameters) -> None:
    """Refuse what can be seen to be wrong before a run begins, so that nobody waits for Prefect to hear it.

    Raises:
        InputError: no folder of exports, a warehouse's path that is taken, a storage version that is none.
    """
    require_folder(parameters.raw)
    _check_places(parameters)


def _check_places(parameters: MergeParameters) -> tuple[Remark, ...]:
    remarks = check_target(parameters.warehouse)
    check_storage_version(settings().storage_version)
    return remarks


def _is_published(run: Run) -> bool:
    try:
        return in_service(run.parameters.state, run.run_id)
    except (AlliageError, OSError):
        return False


def _too_late(error: Exception) -> Remark:
    what = error.what if isinstance(error, AlliageError) else type(error).__name__
    text = (
        f"L'entrepôt est publié, mais ce qui devait suivre a échoué : {what} À faire : rien pour cette "
        "fusion ; si cela se répète, transmettre ce message aux mainteneurs."
    )
    return Remark(level="warning", text=text)


def _end_badly(run: Run, error: Exception) -> None:
    if isinstance(error, AlliageError):
        error.run_id = run.run_id
    _log_failure(run, error)
    verdict: Verdict = "refused" if isinstance(error, GateError) else "failed"
    run.tell(verdict, error)
    on_failure.get()(run.outcome(verdict))


def _log_failure(run: Run, error: Exception) -> None:
    record = RunRecord(
        run_id=run.run_id,
        started_at=run.started_at,
        ended_at=datetime.now(UTC),
        verdict="refused" if isinstance(error, GateError) else "failed",
        inputs=inputs_of(run.build),
        counts=counts_of(run.reports),
        parameters=run.parameters.model_dump_json(),
        message=error.what if isinstance(error, AlliageError) else type(error).__name__,
    )
    try:
        append_run(run.parameters.state, record)
    except AlliageError as second:
        # The first error is the one to be told.
        error.add_note(str(second))
