"""Cells as text: read once for each distinct value, placeholders apart."""

from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from transforms.text import is_placeholder


def tidy(values: pd.Series) -> pd.Series:
    """Texts with single spaces; placeholders become None."""
    return read_distinct(values, lambda text: [" ".join(text.split())], ["text"])["text"]


def read_distinct(
    values: pd.Series,
    read: Callable[[str], Sequence[object]],
    columns: Sequence[str],
    empty: Sequence[object] | None = None,
    placeholder: Sequence[object] | None = None,
    is_empty: Callable[[str], bool] = is_placeholder,
) -> pd.DataFrame:
    """Read each distinct text of `values` once and lay the results beside the index of `values`.

    Args:
        values: texts, missing ones None or NaN, any index.
        read: from one text, without spaces around it, to one cell for each of `columns`.
        columns: names of the columns of the result.
        empty: the row of a missing text; by default None everywhere.
        placeholder: the row of a text that stands for no value; by default that of a missing text.
        is_empty: which texts stand for no value.

    Returns:
        A frame of objects with the index of `values`, in its order.
    """
    nothing = (None,) * len(columns) if empty is None else empty
    none_stated = nothing if placeholder is None else placeholder
    codes, distinct = pd.factorize(values)
    texts = (str(value).strip() for value in distinct.tolist())
    rows = [none_stated if is_empty(text) else read(text) for text in texts]
    # A missing value has the code -1, which takes the last row.
    cells = np.fromiter(chain(*rows, nothing), dtype=object).reshape(-1, len(columns))
    return pd.DataFrame(
        {name: column.take(codes) for name, column in zip(columns, cells.T, strict=True)},
        index=values.index,
        dtype=object,
        copy=False,
    )
