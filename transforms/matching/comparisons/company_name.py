"""Names of companies: words by rarity, typos, acronyms, trade names, words that make another legal entity."""

from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from transforms.matching.comparisons.base import DIFFERENT, MISSING, SAME, Comparison, Name
from transforms.matching.names.levels import name_levels
from transforms.matching.records import Levels, Pairs


class CompanyNameComparison(Comparison):
    """Standardised company names, and what trade names tell that the names do not.

    Args:
        name: standardised names, capitals without accents and legal form.
        trade_name: trade names in the same form.
    """

    is_dear: ClassVar[bool] = True

    kind: Literal["company_name"]
    name: str
    trade_name: str | None = None

    @property
    def levels(self) -> tuple[Name, ...]:
        """From another name to the same."""
        return (
            *(MISSING, "sibling", "unlike_sibling", DIFFERENT, "extended", "contained", "acronym_within"),
            *("partial", "letters", "acronym", "same_sign", "common", "near", "close", "trade_name", SAME),
        )

    @property
    def shared_levels(self) -> tuple[Name, ...]:
        """Names and signs of several records."""
        return ("same_sign", "common")

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return tuple(name for name in (self.name, self.trade_name) if name)

    def compare(self, pairs: Pairs) -> Levels:
        """The level of two names, or of a name and a trade name."""
        texts = pairs.records.texts
        names = texts(self.name)
        signs = texts(self.trade_name) if self.trade_name else pd.Series(None, index=names.index, dtype="str")
        said = name_levels(names, signs, pairs.left, pairs.right)
        place = {name: at for at, name in enumerate(self.levels)}
        return np.array([place.get(level, 0) for level in said], dtype=np.int8)
