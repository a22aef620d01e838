"""Row-wise checks of columns: one nullable boolean a row, null where the cell is empty."""

from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from expectations.rules import Check, Data


def shaped(column: str, pattern: str) -> Check:
    """The text of `column` matches `pattern` from end to end."""
    return lambda frame, _: verdict(frame[column], frame[column].astype("string").str.fullmatch(pattern))


def obeys(column: str, predicate: Callable[[str], bool], *, shape: str) -> Check:
    """`predicate` holds for the text of `column`; cells of another shape are left to the rule on the shape.

    The predicate is asked once for each distinct value.
    """

    def check(frame: pd.DataFrame, _: object) -> "pd.Series[bool]":
        texts = frame[column].astype("string")
        texts = texts.where(texts.str.fullmatch(shape).fillna(value=False))
        answers = {text: predicate(text) for text in texts.dropna().unique()}
        return verdict(texts, texts.map(answers))

    return check


def filled(column: str) -> Check:
    """`column` holds something else than spaces."""
    return lambda frame, _: _is_filled(frame[column])


def one_of(columns: Collection[str], allowed: Callable[[], Collection[str]]) -> Check:
    """Every filled cell of `columns` holds one of the values that `allowed` gives."""

    def check(frame: pd.DataFrame, _: object) -> "pd.Series[bool]":
        cells = frame[list(columns)]
        known = cells.isin(list(allowed())) | cells.isna()
        return known.all(axis=1).astype("boolean").mask(cells.isna().all(axis=1))

    return check


def plausible(column: str, limit: str) -> Check:
    """0 ≤ `column` ≤ the limit of that name."""
    return lambda frame, data: verdict(frame[column], frame[column].between(0, getattr(data.limits, limit)))


def ordered(column: str, limit: str) -> Check:
    """`<column>_low` ≤ `column` ≤ `<column>_high`, as far as known; implausible values are left out."""

    def check(frame: pd.DataFrame, data: Data) -> "pd.Series[bool]":
        value, low, high = frame[column], frame[f"{column}_low"], frame[f"{column}_high"]
        holds = ~((low > value) | (value > high))
        return verdict(value.where(plausible(column, limit)(frame, data).fillna(value=False)), holds)

    return check


def unique(frame: pd.DataFrame, columns: Collection[str]) -> "pd.Series[bool]":
    """No other row has the same values in `columns`; null where one of them is empty."""
    keys = frame[list(columns)]
    return (~keys.duplicated(keep=False)).astype("boolean").mask(keys.isna().any(axis=1))


def verdict(values: "pd.Series[Any]", holds: "pd.Series[bool]") -> "pd.Series[bool]":
    """`holds`, null where `values` is null."""
    return holds.astype("boolean").mask(values.isna())


def _is_filled(values: "pd.Series[str]") -> "pd.Series[bool]":
    return (values.astype("string").str.strip().fillna("") != "").astype("boolean")
