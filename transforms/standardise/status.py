"""Status: whether a record's membership is active."""

import re
from collections.abc import Collection

import pandas as pd

from transforms import reference
from transforms.standardise.cells import read_distinct
from transforms.text import fold, is_blank

_INCLUSIVE_ENDING = re.compile(r"\(e?s?\)|[.·•]es?$|[.·•]e[.·•]s$", re.IGNORECASE)


def standardise_status(values: pd.Series, active_values: Collection[str] | None) -> pd.DataFrame:
    """Say which members are active, by the values that the contract names (case, accents, gender aside).

    A source that marks its active members does so for each of them: without that mark a member is not counted
    as active, so that headline figures never grow by a guess. What was left out is told by the rules below.

    Args:
        values: texts of the field that tells the status.
        active_values: values that mean active; None: the source marks nobody, all are active.

    Returns:
        `status_exported` (the text as it came), `is_active`, and `status_rule`: status_missing (kept: an
        empty cell, not active) or status_unknown (neither active nor a known word for having left; not
        active).
    """
    columns = ["status_exported", "is_active", "status_rule"]
    if active_values is None:
        texts = values.astype(object).where(values.notna(), None)
        return pd.DataFrame(dict(zip(columns, (texts, True, None), strict=True)), index=values.index)
    marks = {_key(value) for value in active_values}

    def read(text: str) -> tuple[str, bool, str | None]:
        if _key(text) in marks:
            return text, True, None
        return text, False, None if _has_left(text) else "status_unknown"

    # « En attente » and the like have no value in other columns; here they are a status.
    frame = read_distinct(values, read, columns, empty=[None, False, "status_missing"], is_empty=is_blank)
    return frame.assign(status_exported=values.astype(object)).astype({"is_active": bool})


def _key(text: str) -> str:
    """What is compared: « adhérente », « Adhérent(e) » and « ADHÉRENTS » are one."""
    words = fold(_INCLUSIVE_ENDING.sub("", text)).split()
    return " ".join(word.removesuffix("S").removesuffix("E") for word in words)


def _has_left(text: str) -> bool:
    known = reference.load("left_words")
    words = re.findall(r"[A-Z]+", fold(text))
    return any(word in known["words"] or word.startswith(tuple(known["stems"])) for word in words)
