"""What each line below the header is: a record, a line to ignore, or a refused one."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from anyascii import anyascii

from transforms.sources.text import clean

RECORD, IGNORED, REJECTED = "record", "ignored", "rejected"

_TOTAL = re.compile(
    r"(sous[- ]?|grand[- ]?)?tota(l|ux)(es?)?\b|(nombre|nb|nbre)( total)? (d.|de |total)|somme\b|cumul\b"
    r"|\d[\d ]* (adherent|membre|ligne|fiche|enregistrement|entreprise|societe)s?\b",
    re.IGNORECASE,
)
# What a total line holds beside its label: figures, or a count with its noun; an address or a name is more.
_FIGURE = re.compile(r"[\d\s.,%€()=:+-]*( ?[km]?€| ?[a-z]+)?", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\W_]*")


def classify(
    texts: pd.DataFrame, headers: list[str], titles: list[str], key_position: int, name_position: int
) -> pd.DataFrame:
    """`outcome` and `reason` of each line of `texts` (cleaned, one column a position); index kept.

    Args:
        texts: lines below the header.
        headers: the headers in order of position, to know a repeated one.
        titles: the texts above the header, which page breaks repeat.
        key_position: where the member's identifier stands.
        name_position: where the company's name stands.

    A company that is really called « Total … » has an identifier of its own, or an address, and is a record.
    """
    reason = pd.Series(None, index=texts.index, dtype=object)
    first, filled = _first_texts(texts)
    for name, found in (
        ("blank", _blank(texts, first)),
        ("repeated_header", _repeated_header(texts, headers) | _repeated_title(first, filled, titles)),
        ("total", _total(texts, first)),
        ("note", _note(texts[key_position], filled)),
        ("member_id_missing", texts[key_position] == ""),
        ("name_missing", texts[name_position] == ""),
    ):
        reason = reason.mask(reason.isna() & found, name)
    # By header, so that the order of columns decides nothing either.
    by_header = [place for _, place in sorted(zip(headers, texts.columns, strict=True))]
    reason = reason.mask(reason.isna(), _duplicates(texts.loc[reason.isna(), by_header], key_position))
    outcome = pd.Series(RECORD, index=texts.index, dtype=object)
    outcome = outcome.mask(reason.notna(), REJECTED)
    outcome = outcome.mask(reason.isin(["blank", "repeated_header", "total", "note"]), IGNORED)
    return pd.DataFrame({"outcome": outcome, "reason": reason})


def _blank(texts: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Nothing but signs in every cell (« ---- »)."""
    signs = _mapped(first, lambda text: _NO_TEXT.fullmatch(text) is not None)
    maybe = texts[signs]
    all_signs = [all(map(_NO_TEXT.fullmatch, row)) for row in maybe.itertuples(index=False)]
    return signs & pd.Series(all_signs, index=maybe.index, dtype=bool).reindex(texts.index, fill_value=False)


def _repeated_header(texts: pd.DataFrame, headers: list[str]) -> pd.Series:
    """At least two cells, nearly all of them the name of their own column."""
    names = [clean(header).casefold() for header in headers]
    spellings = {spelt for header in headers for name in [clean(header)] for spelt in (name, name.upper())}
    maybe = texts[np.logical_or.reduce([texts[p].isin(spellings) for p in texts.columns])]
    same = [
        sum(text.casefold() == name != "" for text, name in zip(row, names, strict=True))
        for row in maybe.itertuples(index=False)
    ]
    filled = (maybe != "").sum(axis=1)
    hits = pd.Series(same, index=maybe.index, dtype=int)
    return ((hits >= 2) & (hits >= 0.8 * filled)).reindex(texts.index, fill_value=False)


def _repeated_title(first: pd.Series, filled: pd.Series, titles: list[str]) -> pd.Series:
    return (filled <= 2) & first.isin({title for title in titles if len(title) > 3})


def _total(texts: pd.DataFrame, first: pd.Series) -> pd.Series:
    labelled = _mapped(first, lambda text: _TOTAL.match(anyascii(text)) is not None)
    some = texts[labelled]
    figures = [_only_figures(row) for row in some.itertuples(index=False)]
    return labelled & pd.Series(figures, index=some.index, dtype=bool).reindex(texts.index, fill_value=False)


def _only_figures(row: tuple[str, ...]) -> bool:
    """Whether a labelled line holds nothing else but figures and further labels."""
    rest = [anyascii(text) for text in row if text][1:]
    return all(_FIGURE.fullmatch(text) or _TOTAL.match(text) for text in rest)


def _note(keys: pd.Series, filled: pd.Series) -> pd.Series:
    """One lone cell of several words where identifiers stand: a foot note (« Export du … », « Page 2 »)."""
    wordy = _mapped(keys[filled == 1], lambda text: len(text.split()) > 1)
    return wordy.reindex(keys.index, fill_value=False)


def _duplicates(records: pd.DataFrame, key_position: int) -> pd.Series:
    """The refusal of each row whose identifier another row has too; NULL for the one that is kept.

    The fullest row is kept, of equals the first in alphabetical order: the order of lines decides nothing.
    """
    again = records[records.duplicated(key_position, keep=False)]
    texts = again.agg("\x1f".join, axis=1) if len(again) else pd.Series(dtype=object)
    order = pd.DataFrame({"id": again[key_position], "filled": -(again != "").sum(axis=1), "text": texts})
    ranked = order.sort_values(["id", "filled", "text"], kind="stable")
    later = ranked[ranked.duplicated("id", keep="first")]
    same = later.duplicated(["id", "text"], keep="first") | later["text"].isin(
        ranked.drop_duplicates("id")["text"]
    )
    return same.map({True: "row_duplicate", False: "member_id_duplicate"}).reindex(records.index)


def _first_texts(texts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The first filled cell of each line, and how many are filled."""
    cells = texts.to_numpy(dtype=object)
    is_filled = cells != ""
    first = cells[np.arange(len(cells)), is_filled.argmax(axis=1)]
    return (
        pd.Series(first, index=texts.index, dtype=object),
        pd.Series(is_filled.sum(axis=1), index=texts.index),
    )


def _mapped(column: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """A test over a column, once for each distinct text."""
    answers = {text: bool(test(text)) for text in set(column)}
    return pd.Series([answers[text] for text in column], index=column.index, dtype=bool)
