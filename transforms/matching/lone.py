"""Tables of which one signal alone tells things apart: a list of names, texts with a status beside.

No data tell chance from matches then: nearly all random pairs that are alike may be matches, or none.
Experience has to: how often such pairs were one thing on labelled lists (`Comparison.alone`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.matching.comparisons import AnyComparison
from transforms.matching.comparisons.base import SAME
from transforms.matching.records import Codes, Levels

Shares = npt.NDArray[np.float64]

# A signal tells things apart if two records agree on it by chance more seldom than this.
_SELDOM = 1 / 50


@dataclass(frozen=True)
class Lone:
    """The only signal that tells things apart.

    Args:
        signal: its place among the signals.
        shares: how often pairs of each level but `missing` are one thing.
    """

    signal: int
    shares: Shares

    def matches(self, levels: Levels, counts: Codes, expected: float) -> Shares:
        """How many matches there are, to go by experience.

        Args:
            levels: this signal's level in each pattern.
            counts: how many pairs have each pattern.
            expected: how many matches there may be; a level of more pairs is full of chance.
        """
        shares = self.shares * np.minimum(1, expected / np.maximum(1, self._by_level(levels, counts)))
        return np.asarray(np.append(0.0, shares)[levels] * counts)

    def chances(
        self, sampled: Shares, levels: Levels, counts: Codes, matches: Shares, possible: float
    ) -> Shares:
        """How often two records that do not match have each level: what the matches leave of its pairs."""
        left = self._by_level(levels, counts) - self._by_level(levels, matches)
        return np.where(self.shares > 0, left / possible, sampled)

    def _by_level(self, levels: Levels, amounts: npt.NDArray[np.generic]) -> Shares:
        return np.bincount(levels, weights=amounts, minlength=len(self.shares) + 1)[1:].astype(float)


def lone_signal(comparisons: Sequence[AnyComparison], chance: Sequence[Shares]) -> Lone | None:
    """The only signal on which two records seldom agree by chance, if there is but one and it is known."""
    agree = [
        u[np.isin(one.levels[1:], (*one.shared_levels, SAME))].sum()
        for one, u in zip(comparisons, chance, strict=True)
    ]
    telling = [at for at, share in enumerate(agree) if share < _SELDOM]
    if len(telling) != 1 or not (known := comparisons[telling[0]].alone()):
        return None
    levels = comparisons[telling[0]].levels[1:]
    return Lone(telling[0], np.array([known.get(name, 0.0) for name in levels]))
