"""Refused rows and cells of one export, each with its rule."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.refusals import is_personal, refusal
from transforms.sources.columns import Recognised
from transforms.sources.rows import RECORD, REJECTED
from transforms.sources.text import REPLACEMENT

COLUMNS = (
    *("source_row", "member_id", "column_name", "field", "value"),
    *("rule", "severity", "message", "personal"),
)
# « Soci?t? »: letters on both sides, or at the end of a word that goes on before; « Qui ? » is a question.
_DAMAGED = re.compile(r"[^\W\d_]\?+[^\W\d_]")
# No cell of a list is so long; an unclosed quote or a pasted document is.
LONGEST = 2_000
_SHOWN = 200
_WORDY = {"text", "person", "category"}
# Rules on cells without any value, which a correction gives.
_LOST = {"cell_error", "cell_formula_without_value", "cell_too_long"}


def find(
    body: pd.DataFrame,
    texts: pd.DataFrame,
    types: pd.DataFrame | None,
    kinds: pd.DataFrame,
    columns: list[Recognised],
    key_position: int,
    corrected: dict[tuple[int, int], str],
) -> pd.DataFrame:
    """Refused rows (by `kinds`), then cells of records: errors of Excel, lost results, lost letters.

    Args:
        body: cells as received.
        texts: the same, repaired, corrections in place.
        types: types of the cells, or None when all are text.
        kinds: `outcome` and `reason` of each line.
        columns: the columns of the file.
        key_position: where the member's identifier stands.
        corrected: corrections taken, by line and position.

    Returns:
        The columns `COLUMNS`; `value` is as received or as last corrected, NULL where empty, its beginning
        where it is too long.
    """
    by_field = {entry.field: entry for entry in columns if entry.field}
    by_position = {entry.position: entry for entry in columns}
    blamed = {"name_missing": by_field["name"]}
    refused = kinds[kinds["outcome"] == REJECTED]
    found = [
        (int(line), blamed.get(rule, by_position[key_position]), rule)
        for line, rule in zip(refused.index, refused["reason"], strict=True)
    ]
    is_record = kinds["outcome"] == RECORD
    for entry in by_field.values():
        place = entry.position
        cell_types = None if types is None else types.loc[is_record, place]
        rules = _broken_rules(entry, texts.loc[is_record, place], body.loc[is_record, place], cell_types)
        found += [
            (int(line), entry, rule)
            for rule, lines in rules.items()
            for line in lines
            if rule not in _LOST or (line, place) not in corrected
        ]
    return pd.DataFrame(
        [_row(line, entry, rule, body, texts, key_position, corrected) for line, entry, rule in found],
        columns=list(COLUMNS),
    )


def bounded(column: pd.Series) -> pd.Series:
    """A column of texts as received, without those that are too long to be a value of any field."""
    too_long = _too_long(column)
    return column.mask(too_long, "") if too_long.any() else column


def _too_long(column: pd.Series) -> NDArray[np.bool_]:
    return np.array([len(text) > LONGEST for text in column], dtype=bool)


def _broken_rules(
    entry: Recognised, texts: pd.Series, received: pd.Series, types: pd.Series | None
) -> dict[str, pd.Index]:
    """For each rule on cells of one column the lines that break it."""
    rules = {
        "cell_too_long": received[_too_long(received)],
        "replacement_character": texts[[REPLACEMENT in text for text in texts]],
    }
    if entry.column is not None and entry.column.type in _WORDY:
        # A plain search first: the pattern is slow, and few texts have the sign at all.
        asking = texts[["?" in text for text in texts]]
        rules["question_mark_damage"] = asking[asking.str.contains(_DAMAGED).astype(bool)]
    if types is not None:
        wrong = received[types == "error"]
        is_formula = wrong.str.startswith("=").astype(bool)
        rules |= {"cell_error": wrong[~is_formula], "cell_formula_without_value": wrong[is_formula]}
    return {rule: cells.index for rule, cells in rules.items()}


def _row(
    line: int,
    entry: Recognised,
    rule: str,
    body: pd.DataFrame,
    texts: pd.DataFrame,
    key_position: int,
    corrected: dict[tuple[int, int], str],
) -> tuple[object, ...]:
    why = refusal(rule)
    field = entry.field or "*"
    value = corrected.get((line, entry.position), str(body.at[line, entry.position]))
    if len(value) > LONGEST:
        value = f"{value[:_SHOWN]}…"
    member_id = texts.at[line, key_position] or None
    return (
        *(line, member_id, entry.label, field, value or None),
        *(rule, why.severity, why.message, is_personal(field)),
    )
