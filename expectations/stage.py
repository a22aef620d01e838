"""The door of the quality stage: judges all tables of a run and writes the results."""

from pathlib import Path

import duckdb
import pandas as pd

from expectations import golden, quarantine, raw, runner, standard
from expectations.examples import examples
from expectations.rejections import failing_rows
from expectations.rules import Data, Limits
from transforms.report import Remark, StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

RULES = (*raw.RULES, *standard.RULES, *golden.RULES)
"""All quality rules, in the order in which they are judged."""

# What the rules ask of each table; a rule that asks for another column of the raw records is told so loudly.
_TABLES = {
    "raw.sources": "*",
    "raw.records": "source, member_id, name, source_file, source_sheet, source_row",
    "standard.records": "*",
    "matching.sirens": "*",
    "golden.companies": "*",
    "golden.memberships": "*",
}


class ValidateParameters(Limits):
    """The limits of the rules, and the folder for the workbooks of what a cluster should correct."""

    rejects: Path


def run(build: Path, parameters: ValidateParameters) -> StageReport:
    """Judge every rule; write `quality.results`, `quality.rejections` and one workbook a source.

    The report counts rules, critical failures and warnings; clearance is what refuses.

    Raises:
        GateError: a rule could not be judged.
        MachineError: a workbook cannot be written.
    """
    with connect(build) as con:
        data = Data(_frames(con), parameters)
        outcomes = runner.run(RULES, data)
        tables.write(con, tables.public_table("quality_results", schema="quality"), _results(outcomes))
        rejections = failing_rows(con, outcomes, data)
        tables.write(con, tables.build_table("quality.rejections"), rejections)
        workbooks = quarantine.write(con, parameters.rejects, ours=_not_for_clusters())
    told = {one.rule.name: examples(one, data) for one in outcomes if not one.success}
    return _report(outcomes, told, len(data["standard.records"]), len(rejections), workbooks)


def _frames(con: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    return {name: con.execute(f"SELECT {columns} FROM {name}").df() for name, columns in _TABLES.items()}


def _not_for_clusters() -> frozenset[str]:
    return frozenset(rule.name for rule in RULES if not rule.fields)


def _results(outcomes: list[runner.Outcome]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "stage": one.rule.stage,
                "rule": one.rule.name,
                "description": one.rule.texts.expected[:1].upper() + one.rule.texts.expected[1:],
                "severity": one.rule.texts.severity,
                "success": one.success,
                "checked": one.checked,
                "failed": one.failed,
            }
            for one in outcomes
        ]
    )


def _report(
    outcomes: list[runner.Outcome],
    told: dict[str, str],
    records: int,
    rejections: int,
    workbooks: quarantine.Workbooks,
) -> StageReport:
    failures = [one for one in outcomes if not one.success]
    critical = sum(one.rule.texts.severity == "critical" for one in failures)
    return StageReport(
        stage="validate",
        rows_in=records,
        rows_out=records,
        counts={
            "rules": len(outcomes),
            "critical_failures": critical,
            "warnings": len(failures) - critical,
            "rejections": rejections,
            "to_correct": workbooks.to_correct,
            "workbooks": len(workbooks.paths),
        },
        remarks=(
            *(Remark(level="warning", text=_warned(one, told[one.rule.name])) for one in failures),
            *workbooks.remarks,
        ),
    )


def _warned(one: runner.Outcome, examples: str) -> str:
    """A failing rule, the companies it is about and what to do."""
    whom = f" Entreprises : {examples}." if examples else ""
    problem = one.rule.texts.problem.removesuffix(".")
    count = _plural(one.failed, "cas", "cas")
    return f"{problem} ({one.rule.name}, {count}).{whom} À faire : {one.rule.texts.fix}."


def _plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"
