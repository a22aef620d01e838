"""Refused rows and cells of one export, each with its rule."""

import re

import pandas as pd

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
    records = kinds.index[kinds["outcome"] == RECORD]
    for entry in by_field.values():
        found += _refused_cells(entry, texts.loc[records], body, types, corrected)
    return pd.DataFrame(
        [_row(line, entry, rule, body, texts, key_position, corrected) for line, entry, rule in found],
        columns=list(COLUMNS),
    )


def bounded(column: pd.Series) -> pd.Series:
    """A column of texts as received, without those that are too long to be a value of any field."""
    return column.where(column.str.len() <= LONGEST, "")


def _refused_cells(
    entry: Recognised,
    records: pd.DataFrame,
    received: pd.DataFrame,
    types: pd.DataFrame | None,
    corrected: dict[tuple[int, int], str],
) -> list[tuple[int, Recognised, str]]:
    column = records[entry.position]
    rules = {
        "cell_too_long": received.loc[records.index, entry.position].str.len() > LONGEST,
        "replacement_character": column.str.contains(REPLACEMENT, regex=False),
    }
    if entry.column is not None and entry.column.type in _WORDY:
        rules["question_mark_damage"] = column.str.contains(_DAMAGED)
    if types is not None:
        wrong = types.loc[records.index, entry.position] == "error"
        formula = received.loc[records.index, entry.position].str.startswith("=")
        rules |= {"cell_error": wrong & ~formula, "cell_formula_without_value": wrong & formula}
    return [
        (int(line), entry, rule)
        for rule, hit in rules.items()
        for line in column.index[hit.astype(bool)]
        if rule not in _LOST or (line, entry.position) not in corrected
    ]


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
