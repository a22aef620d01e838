"""Whether a third record speaks against a pair: known only once all other signals have been weighed."""

from typing import Final, Literal, Self

import numpy as np
from pydantic import model_validator

from transforms.matching.comparisons.base import MISSING, Comparison, Name
from transforms.matching.records import Levels, Pairs

DOUBTED: Final = "doubted"
OPPOSED: Final = "opposed"


class ThirdRecordComparison(Comparison):
    """A record that goes with one of the two and not with the other: `third_records` finds it.

    Its weights must be given: what it says depends on what all other weights say.
    """

    kind: Literal["third_record"]

    @model_validator(mode="after")
    def _is_weighed(self) -> Self:
        if self.weights is None:
            raise ValueError("third_record : weights à donner, ils ne s'apprennent pas")
        return self

    @property
    def levels(self) -> tuple[Name, ...]:
        """Missing where no third record speaks against the pair."""
        return (MISSING, OPPOSED, DOUBTED)

    @property
    def used_columns(self) -> tuple[str, ...]:
        """None: it looks at pairs."""
        return ()

    def compare(self, pairs: Pairs) -> Levels:
        """Missing: two records by themselves do not tell."""
        return np.zeros(len(pairs), dtype=np.int8)
