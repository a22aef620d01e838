"""One row a company: which record gives each field, by the rules of `reference/survivorship.yml`."""

from functools import cache

import numpy as np
import pandas as pd

from transforms import reference
from transforms.golden.rules import RULES, Choice

ONLY_VALUE = "only_value"
RECORD_ORDER = "record_order"

Chosen = list[tuple[Choice, pd.DataFrame]]

# Each figure with the column that says which year it is of.
_FIGURES = {"jobs": "jobs_year", "turnover_eur": "turnover_year"}
_SOURCE = "{source}"
# What tells where a record stands, not what it says of its company.
_NO_CONTENT = (
    *("source", "member_id", "source_row", "source_file", "source_sheet", "company_id", "group_id"),
    *("match_status", "probability", "priority", "active_field"),
)


@cache
def choices(sources: tuple[str, ...]) -> tuple[Choice, ...]:
    """The choices of `reference/survivorship.yml`, those for `{source}` once for each of `sources`."""
    declared = [Choice(**entry) for entry in reference.load("survivorship")["choices"]]
    written: list[Choice] = []
    for choice in declared:
        written += [_for_source(choice, s) for s in sources] if _SOURCE in choice.main else [choice]
    return tuple(written)


def candidates(records: pd.DataFrame, sources: tuple[str, ...]) -> pd.DataFrame:
    """Each record's say in every field of its company.

    Args:
        records: columns of `standard.records`, with company_id and the priority of the source.
        sources: short names of all sources.

    Returns:
        The records ordered by source, content and member_id under a fresh index, with the columns of
        companies: a figure's source and date (31 December of its year, else the export's) where it is known,
        the fee of an active membership only, `in_<source>` for the source's own records only.
    """
    ordered = _by_content(records).reset_index(drop=True)
    says: dict[str, pd.Series] = {
        "fee_eur": ordered["fee_eur"].where(ordered["is_active"]),
        "member_since": ordered["joined_on"],
        "member_since_precision": ordered["joined_precision"],
    }
    for figure, year in _FIGURES.items():
        known = ordered[f"{figure}_kind"] != "unknown"
        says[f"{figure}_source"] = ordered["source"].where(known)
        says[f"{figure}_as_of"] = _as_of(ordered, year).where(known)
    for source in sources:
        says[f"in_{source}"] = ordered["is_active"].astype("boolean").where(ordered["source"] == source)
    return ordered.assign(**says)


def chosen(records: pd.DataFrame, choices: tuple[Choice, ...]) -> Chosen:
    """Each of `choices` with its `chosen_records`; companies of a single record have nothing to choose from.

    Args:
        records: as `candidates` gives them.
        choices: the fields and their rules.
    """
    shared = records["company_id"].duplicated(keep=False)
    several, company = records[shared], pd.Index(records.loc[~shared, "company_id"])
    alone = pd.DataFrame({"record": records.index[~shared], "rule": ONLY_VALUE}, index=company)
    winners = [pd.concat([alone, chosen_records(several, choice)]) for choice in choices]
    # The same companies in the same order, whatever the choice.
    by_id = winners[0].index.argsort()
    return [(choice, found.take(by_id)) for choice, found in zip(choices, winners, strict=True)]


def chosen_records(records: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The record that `choice` falls on, for each company.

    Args:
        records: as `candidates` gives them.
        choice: the fields and their rules.

    Returns:
        Index company_id; `record`, an index of `records`, and `rule`, the one that left a single record:
        `only_value` where no other record had a value, `record_order` where no rule told them apart.
    """
    company, names = pd.factorize(records["company_id"], sort=True)
    absent = records[list(choice.fields)].isna().all(axis="columns").to_numpy(dtype=float)
    ranks = [absent, *(_rank(records, choice, rule) for rule in choice.rules)]
    # lexsort takes its last key first, and leaves equals in the order of records.
    order = np.lexsort([*reversed(ranks), company])
    first = np.flatnonzero(np.diff(company[order], prepend=-1))
    rules = _deciding_rules(ranks, order, first, company, (ONLY_VALUE, *choice.rules))
    return pd.DataFrame(
        {"record": records.index.take(order[first]), "rule": rules}, index=pd.Index(names, name="company_id")
    )


def companies(records: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """The golden rows: columns of the public table companies, one row a company, ordered by id.

    Args:
        records: as `candidates` gives them, with the `probability` of each record's best link.
        chosen: each choice with its `chosen_records`.
    """
    by_company = records.groupby("company_id")
    columns: dict[str, pd.Series] = {}
    for choice, winners in chosen:
        for field in choice.fields:
            values = records[field].take(winners["record"].to_numpy()).set_axis(winners.index)
            columns[field] = values if choice.total is None else _TOTALS[choice.total](by_company[field])
    golden = pd.DataFrame(columns)
    golden["n_records"] = by_company.size()
    golden["confidence"] = by_company["probability"].min().fillna(1.0)
    return golden.reset_index()


def city_keys(records: pd.DataFrame, chosen: Chosen) -> "pd.Series[str]":
    """The town of each company for comparison, of the record that gives its address; index company_id.

    Args:
        records: as `candidates` gives them.
        chosen: each choice with its `chosen_records`.
    """
    (winners,) = (found for choice, found in chosen if "city" in choice.fields)
    return records["city_key"].take(winners["record"].to_numpy()).set_axis(winners.index)


def _by_content(records: pd.DataFrame) -> pd.DataFrame:
    """The records by source; those of one company and source by what they say, then by member_id.

    The first of equals is chosen, and a list that is numbered anew must not change what companies say.
    """
    equals = records.duplicated(["source", "company_id"], keep=False)
    says = records.loc[equals, sorted(set(records.columns).difference(_NO_CONTENT))]
    texts = ["\x1f".join(map(str, row)) for row in says.itertuples(index=False, name=None)]
    content = pd.Series(texts, index=says.index, dtype=object)
    order = records[["source", "member_id"]].assign(content=content.reindex(records.index, fill_value=""))
    return records.loc[order.sort_values(["source", "content", "member_id"]).index]


def _as_of(records: pd.DataFrame, year: str) -> pd.Series:
    """The day a figure is of: the last of the year that the file gives, else that of the export."""
    years = records[year].astype("Int64")
    dates = [None if pd.isna(value) else pd.Timestamp(int(value), 12, 31) for value in years]
    last_days = pd.Series(pd.to_datetime(dates), index=records.index).astype("datetime64[us]")
    exports = pd.to_datetime(records["export_date"]).astype("datetime64[us]")
    return last_days.where(years.notna(), exports)


def _for_source(choice: Choice, source: str) -> Choice:
    return choice.model_copy(
        update={
            "fields": tuple(field.replace(_SOURCE, source) for field in choice.fields),
            "cells": {field.replace(_SOURCE, source): cells for field, cells in choice.cells.items()},
        }
    )


def _rank(records: pd.DataFrame, choice: Choice, rule: str) -> np.ndarray:
    ranks = RULES[rule](records, choice).to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(ranks), np.inf, ranks)


def _deciding_rules(
    ranks: list[np.ndarray], order: np.ndarray, first: np.ndarray, company: np.ndarray, names: tuple[str, ...]
) -> np.ndarray:
    """The first rank in which the winner differs from the runner-up, by name."""
    runner_up = np.minimum(first + 1, len(order) - 1)
    alone = company[order[runner_up]] != company[order[first]]
    alone |= runner_up == first
    differs = [alone | (ranks[0][order[first]] != ranks[0][order[runner_up]])]
    differs += [rank[order[first]] != rank[order[runner_up]] for rank in ranks[1:]]
    return np.select(differs, list(names), default=RECORD_ORDER)


def _sum_active(values: "pd.api.typing.SeriesGroupBy") -> pd.Series:  # type: ignore[type-arg]
    """Euros, rounded to the cent against binary fractions; NULL if no term is known."""
    return values.sum(min_count=1).round(2)


def _any_active(values: "pd.api.typing.SeriesGroupBy") -> pd.Series:  # type: ignore[type-arg]
    return values.max().fillna(False).astype(bool)


_TOTALS = {"sum_active": _sum_active, "any_active": _any_active}
