"""What stands above the header: titles, and records that sorting or a damaged header has left there."""

import pandas as pd

from transforms.sources.grid import Grid
from transforms.sources.headers import Header
from transforms.sources.text import clean

# A title fills few cells; a record fills more than this share of the named columns.
_FULL = 0.5


def records_above(grid: Grid, header: Header) -> pd.DataFrame:
    """The lines above the header that are as full as records and hold figures or an e-mail address.

    Without them, a list that was sorted together with its header would lose all that comes before it.
    """
    above = grid.values.loc[grid.values.index < header.first_line]
    named = sum(bool(clean(texts[0])) for texts in header.variants.values())
    full = [
        sum(bool(text.strip()) for text in row) > _FULL * named and _holds_data(row)
        for row in above.itertuples(index=False, name=None)
    ]
    return above[full]


def titles(grid: Grid, header: Header) -> pd.DataFrame:
    """The other filled lines above the header."""
    above = grid.values.loc[grid.values.index < header.first_line]
    others = above.drop(index=records_above(grid, header).index)
    return others[(others != "").any(axis=1)]


def title_texts(grid: Grid, header: Header) -> list[str]:
    """The filled cells of the titles, top down, left to right."""
    return [text for row in titles(grid, header).itertuples(index=False) for text in row if text]


def _holds_data(row: tuple[str, ...]) -> bool:
    """Names of columns, whatever the language, have neither an « @ » nor several figures."""
    return any("@" in text or sum(map(str.isdigit, text)) > 1 for text in row)
