"""The main flow: the member exports in, one trusted list of companies out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from expectations import stage as quality
from flows.french_flow import french_flow, in_french
from flows.outcome import Outcome, Parameters, Stage, TimedReport, timed
from flows.parameters import MergeParameters
from flows.retries import retried
from flows.runs import Run, begun
from transforms.clearance import stage as clearance
from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.reporting import stage as reporting
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse import files
from transforms.warehouse import stage as warehouse

Given = ParamSpec("Given")


def _stage_task(name: str, **more: Any) -> Callable[[Callable[Given, TimedReport]], Task[Given, TimedReport]]:
    """A task whose runs are shown by its French name; Prefect would add signs that mean nothing to people."""
    return task(name=name, task_run_name=name, cache_policy=NO_CACHE, **more)


@french_flow(
    "fusion",
    description="Lit les exports des réseaux, rapproche leurs fiches et publie l'entrepôt. Un contrôle qui "
    "refuse laisse en service l'entrepôt d'avant.",
    form="Options de la fusion : tout peut rester tel quel",
)
def merge_members(parameters: MergeParameters) -> Outcome:
    """Merge the exports, publish the warehouse, make its report.

    Args:
        parameters: where to read and write, and how sure to be.
    """
    with begun(parameters, report_key="fusion-rapport") as run:
        run.take_decisions()
        walk(run)
        run.do("Rapport", report, run.for_report())
    return run.outcome("published")


def walk(run: Run) -> None:
    """Read, standardise, compare with last time, match, settle, check, publish."""
    run.do("Lecture des exports", read_exports, run.for_intake())
    run.do("Standardisation", standardise, run.for_standardise())
    run.do("Comparaison avec la dernière publication", compare_with_last, run.for_continuity())
    run.do("Rapprochement des fiches", match_records, run.for_match())
    run.do("Choix des valeurs", settle_companies, run.for_golden())
    run.do("Contrôle de la qualité", check_quality, run.for_validate())
    run.do("Contrôles avant publication", clear, run.for_clearance())
    if run.is_rehearsal:
        run.do("Publication dans une copie, pour l'essai", publish_copy, run.for_publish())
    else:
        run.do("Publication", publish, run.for_publish())


@_stage_task("lire les exports", **retried())
def read_exports(build: Path, parameters: sources.IntakeParameters) -> TimedReport:
    """Exports to raw tables."""
    return _done(sources.run, build, parameters)


@_stage_task("standardiser")
def standardise(build: Path, parameters: standard.StandardiseParameters) -> TimedReport:
    """Raw tables to standard records."""
    return _done(standard.run, build, parameters)


@_stage_task("comparer")
def compare_with_last(build: Path, parameters: continuity.ContinuityParameters) -> TimedReport:
    """Are the exports still what they were? Each record with the row of the register that it continues."""
    return _done(continuity.run, build, parameters)


@_stage_task("rapprocher")
def match_records(build: Path, parameters: matching.MatchParameters) -> TimedReport:
    """Standard records to groups of records."""
    return _done(matching.run, build, parameters)


@_stage_task("choisir les valeurs")
def settle_companies(build: Path, parameters: golden.GoldenParameters) -> TimedReport:
    """Groups to one golden record a company, with lineage and stable ids."""
    return _done(golden.run, build, parameters)


@_stage_task("contrôler")
def check_quality(build: Path, parameters: quality.ValidateParameters) -> TimedReport:
    """Every rule on every table."""
    return _done(quality.run, build, parameters)


@_stage_task("autoriser la publication")
def clear(build: Path, parameters: clearance.ClearanceParameters) -> TimedReport:
    """What is beyond the limits refuses the publication; what was found is kept all the same."""
    return _done(clearance.run, build, parameters)


@_stage_task("publier", **retried())
def publish(build: Path, parameters: warehouse.PublishParameters) -> TimedReport:
    """Golden tables to the warehouse, all or nothing."""
    return _done(warehouse.run, build, parameters)


publish_copy = publish.with_options(name="publier une copie", task_run_name="publier une copie")
"""The same in a simulation, which publishes nothing."""


@_stage_task("faire le rapport")
def report(build: Path, parameters: reporting.ReportParameters) -> TimedReport:
    """The published warehouse to a report with pictures; without it the publication stands all the same."""
    return _done(reporting.run, build, parameters)


def _done(stage: Stage[Parameters], build: Path, parameters: Parameters) -> TimedReport:
    # Prefect logs what a task raises: it has to be French and free of cells before it leaves the task.
    with in_french(), files.machine_errors(build):
        return timed(stage, build, parameters)
