"""The main flow: the member exports in, one trusted list of companies out."""

from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from expectations import stage as quality
from flows.outcome import Outcome, TimedReport, timed
from flows.parameters import MergeParameters
from flows.runs import begun
from transforms.continuity import stage as continuity
from transforms.golden import stage as golden
from transforms.matching import stage as matching
from transforms.reporting import stage as reporting
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse import stage as warehouse


@flow(name="fusion", description="Fusionne les exports des réseaux et publie l'entrepôt.")
def merge_members(parameters: MergeParameters) -> Outcome:
    """Read, standardise, compare with last time, match, settle, check, publish, report.

    Args:
        parameters: where to read and write, and how sure to be.
    """
    with begun(parameters) as run:
        run.do("Lecture des exports", read_exports, run.for_intake())
        run.do("Standardisation", standardise, run.for_standardise())
        run.do("Comparaison avec la dernière publication", compare_with_last, run.for_continuity())
        run.do("Rapprochement des fiches", match_records, run.for_match())
        run.do("Choix des valeurs", settle_companies, run.for_golden())
        run.do("Contrôle de la qualité", check_quality, run.for_validate())
        refuse_if_critical(run.build)
        run.do("Publication", publish, run.for_publish())
        run.do("Rapport", report, run.for_report())
    return run.outcome("published")


@task(name="lire les exports", cache_policy=NO_CACHE)
def read_exports(build: Path, parameters: sources.IntakeParameters) -> TimedReport:
    """Exports to raw tables."""
    return timed(sources.run, build, parameters)


@task(name="standardiser", cache_policy=NO_CACHE)
def standardise(build: Path, parameters: standard.StandardiseParameters) -> TimedReport:
    """Raw tables to standard records."""
    return timed(standard.run, build, parameters)


@task(name="comparer", cache_policy=NO_CACHE)
def compare_with_last(build: Path, parameters: continuity.ContinuityParameters) -> TimedReport:
    """Are the exports still what they were? Each record with the row of the register that it continues."""
    return timed(continuity.run, build, parameters)


@task(name="rapprocher", cache_policy=NO_CACHE)
def match_records(build: Path, parameters: matching.MatchParameters) -> TimedReport:
    """Standard records to groups of records."""
    return timed(matching.run, build, parameters)


@task(name="choisir les valeurs", cache_policy=NO_CACHE)
def settle_companies(build: Path, parameters: golden.GoldenParameters) -> TimedReport:
    """Groups to one golden record a company, with lineage and stable ids."""
    return timed(golden.run, build, parameters)


@task(name="contrôler", cache_policy=NO_CACHE)
def check_quality(build: Path, parameters: quality.ValidateParameters) -> TimedReport:
    """Every rule on every table."""
    return timed(quality.run, build, parameters)


@task(name="autoriser la publication", cache_policy=NO_CACHE)
def refuse_if_critical(build: Path) -> None:
    """What is critical refuses the publication; the report of the rules is kept all the same."""
    quality.refuse_if_critical(build)


@task(name="publier", cache_policy=NO_CACHE)
def publish(build: Path, parameters: warehouse.PublishParameters) -> TimedReport:
    """Golden tables to the warehouse, all or nothing."""
    return timed(warehouse.run, build, parameters)


@task(name="faire le rapport", cache_policy=NO_CACHE)
def report(build: Path, parameters: reporting.ReportParameters) -> TimedReport:
    """The published warehouse to a report with pictures; without it the publication stands all the same."""
    return timed(reporting.run, build, parameters)
