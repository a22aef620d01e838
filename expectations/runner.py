"""The one place that imports Great Expectations: judges all rules, one suite for each stage and table.

Its import takes seconds, so it waits for `load`, which a caller may run beforehand and time apart.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import ModuleType
from typing import Any

import pandas as pd

from expectations.rules import Data, RowCount, Rule, Verdict, judge, not_judged

_ROW = "_row"
_VERDICT = {"result_format": "BOOLEAN_ONLY"}
_FAILED_ROWS = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [_ROW],
    "return_unexpected_index_query": False,
}


@dataclass(frozen=True)
class Outcome:
    """The result of one rule: rows checked, and the index labels of the rows of its table that fail it.

    A rule on the number of rows of a table fails as a whole and names no rows.
    """

    rule: Rule
    success: bool
    checked: int
    failed_rows: tuple[int, ...] = ()

    @property
    def failed(self) -> int:
        """How many rows fail; 1 for a rule on a whole table."""
        return len(self.failed_rows) or int(not self.success)


def load() -> ModuleType:
    """Great Expectations itself; the first call takes seconds."""
    import great_expectations

    # It tells of its temporary folders, on the log of whoever runs it; that module sets a level of its own.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return great_expectations


def run(rules: Iterable[Rule], data: Data) -> list[Outcome]:
    """Judge all `rules` on `data`, in their order.

    Raises:
        GateError: a rule could not be judged.
    """
    return expect(judge(rules, data), data)


def expect(verdicts: Sequence[Verdict], data: Data) -> list[Outcome]:
    """Run the suites that expect every verdict to be favourable; outcomes in the order of `verdicts`.

    Raises:
        GateError: an expectation could not be evaluated.
    """
    gx = load()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = {"globally": False}
    # One asset for all tables: the context writes itself down anew for each.
    whole = context.data_sources.add_pandas("build").add_dataframe_asset("table")
    definition = whole.add_batch_definition_whole_dataframe("all")
    outcomes: dict[str, Outcome] = {}
    for suite_name, together in _by_suite(verdicts):
        table = data[together[0].rule.table]
        batch = definition.get_batch({"dataframe": _verdict_frame(together, len(table))})
        # Most rules hold: to ask each for the rows that fail it would take twice as long.
        found = _validated(gx, batch, suite_name, together, _VERDICT)
        failing = [one for one in together if not found[one.rule.name].success]
        found |= _validated(gx, batch, f"{suite_name} : lignes", failing, _FAILED_ROWS) if failing else {}
        outcomes |= {one.rule.name: _outcome(one, found[one.rule.name], table.index) for one in together}
    return [outcomes[one.rule.name] for one in verdicts]


def _validated(
    gx: ModuleType, batch: Any, suite_name: str, verdicts: list[Verdict], result_format: dict[str, Any]
) -> dict[str, Any]:
    """The results of one suite, by the name of the rule.

    Raises:
        GateError: an expectation could not be evaluated.
    """
    rules = {one.rule.name: one.rule for one in verdicts}
    suite = gx.ExpectationSuite(suite_name, [_expectation(gx, rule) for rule in rules.values()])
    found = {}
    for result in batch.validate(suite, result_format=result_format).results:
        rule = rules[result.expectation_config.meta["rule"]]
        # A missing column is reported in a dictionary of its own kind, with the flag one level further down.
        if result.exception_info.get("raised_exception") is not False:
            raise not_judged(rule, str(result.exception_info))
        found[rule.name] = result
    return found


def _by_suite(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, list[Verdict]]]:
    def suite(one: Verdict) -> str:
        return f"{one.rule.stage} : {one.rule.table}"

    for key, group in groupby(sorted(verdicts, key=suite), key=suite):
        yield key, list(group)


def _expectation(gx: ModuleType, rule: Rule) -> Any:
    described = {
        "severity": rule.texts.severity,
        "description": rule.texts.expected,
        "meta": {"rule": rule.name},
    }
    if isinstance(rule.check, RowCount):
        return gx.expectations.ExpectTableRowCountToBeBetween(min_value=rule.check.at_least, **described)
    return gx.expectations.ExpectColumnValuesToBeInSet(column=rule.name, value_set=[True], **described)


def _verdict_frame(verdicts: list[Verdict], rows: int) -> pd.DataFrame:
    """One boolean column a rule and the number of each row, in the order of the table."""
    columns = {one.rule.name: one.passes.reset_index(drop=True) for one in verdicts if one.passes is not None}
    return pd.DataFrame({_ROW: range(rows), **columns})


def _outcome(verdict: Verdict, result: Any, index: "pd.Index[int]") -> Outcome:
    """Read one result, which names the rows if the rule is about rows and fails."""
    rule, passes = verdict.rule, verdict.passes
    if passes is None:
        return Outcome(rule, bool(result.success), len(index))
    rows = () if result.success else result.result["unexpected_index_list"]
    failed = tuple(int(index[row[_ROW]]) for row in rows)
    return Outcome(rule, bool(result.success), int(passes.notna().sum()), failed)
