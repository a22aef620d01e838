"""What a run tells: the report of each stage with its seconds, and how the run ended."""

import resource
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.errors import GateError
from transforms.report import Remark, StageReport
from transforms.warehouse.runs import counts_of
from transforms.wording import plural

Parameters = TypeVar("Parameters", bound=BaseModel)
Stage: TypeAlias = Callable[[Path, Parameters], StageReport]


class TimedReport(BaseModel):
    """A stage's report with the seconds it took, without what Prefect adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    report: StageReport
    seconds: float


class Outcome(BaseModel):
    """What a run tells when it has published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run_id: str
    verdict: Literal["published", "refused", "failed"]
    started_at: datetime
    warehouse: Path
    stages: tuple[TimedReport, ...] = ()
    remarks: tuple[Remark, ...] = ()
    peak_memory_mb: int

    def stage(self, name: str) -> StageReport:
        """The report of one stage."""
        return next(timed.report for timed in self.stages if timed.report.stage == name)

    def as_json(self, seconds: dict[str, float]) -> dict[str, Any]:
        """What a program wants to know, with the `seconds` that lie outside the stages."""
        by_stage = {timed.report.stage: timed.seconds for timed in self.stages}
        return {
            "run_id": self.run_id,
            "verdict": self.verdict,
            "warehouse": str(self.warehouse),
            "counts": counts_of(timed.report for timed in self.stages),
            "seconds": {
                **{name: round(value, 3) for name, value in seconds.items()},
                "stages": by_stage,
                "all_stages": round(sum(by_stage.values()), 3),
            },
            "peak_memory_mb": self.peak_memory_mb,
            "remarks": [
                remark.model_dump()
                for remarks in (self.remarks, *(timed.report.remarks for timed in self.stages))
                for remark in remarks
            ],
        }


def _nobody(outcome: Outcome) -> None:
    """Nobody waits for it."""


on_failure: ContextVar[Callable[[Outcome], None]] = ContextVar("on_failure", default=_nobody)
"""Who is given the run that fails or is refused, as far as it came."""


def timed(stage: Stage[Parameters], build: Path, parameters: Parameters) -> TimedReport:
    """Run a stage and take the time.

    Raises:
        GateError: the stage's report does not account for every row.
    """
    started = perf_counter()
    try:
        report = stage(build, parameters)
    except ValidationError as error:
        if error.title != StageReport.__name__:
            raise
        raise _lost_rows(error) from error
    return TimedReport(report=report, seconds=round(perf_counter() - started, 3))


def _lost_rows(error: ValidationError) -> GateError:
    return GateError(
        "Une étape ne rend pas compte de toutes ses lignes : rien ne sera publié.",
        found=" ; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors()),
        expected="lignes reçues = lignes retenues + refusées + ignorées",
        next_step="transmettre ce message aux mainteneurs ; l'entrepôt publié n'a pas changé",
    )


def peak_memory_mb() -> int:
    """The most memory that this process has held, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def outside_prefect(
    stage: Callable[[Path, Parameters], TimedReport],
) -> Callable[[Path, Parameters], TimedReport]:
    """A stage as it is called here: outside a flow, a task of Prefect would start a server for itself."""
    plain: Callable[[Path, Parameters], TimedReport] | None = getattr(stage, "fn", None)
    if plain is None:
        return stage
    from prefect.context import FlowRunContext

    return stage if FlowRunContext.get() else plain


def rows_text(report: StageReport) -> str:
    """How many rows a stage kept, ignored and refused (French)."""
    if report.counts.get("publications") == 0:
        return "aucune, rien à comparer"
    if "sections" in report.counts:
        return plural(report.counts["sections"], "partie", "parties")
    parts = (
        (report.rows_out, "ligne retenue", "lignes retenues"),
        (report.ignored, "ignorée", "ignorées"),
        (report.rejected, "refusée", "refusées"),
    )
    return ", ".join(f"{n} {one if n < 2 else many}" for n, one, many in parts if n or one == "ligne retenue")
