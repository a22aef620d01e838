"""What all kinds of comparisons have in common."""

from abc import abstractmethod
from collections import Counter
from typing import ClassVar, Final, Self

import numpy as np
from pydantic import Field, model_validator

from transforms.matching.records import Flags, Levels, Pairs, Records
from transforms.matching.strict import Strict

MISSING: Final = "missing"
DIFFERENT: Final = "different"
SAME: Final = "same"
# Level names go into published tables and into keys of other files.
Name = str


class Comparison(Strict):
    """One signal of a matching spec.

    Args:
        signal: its name in reasons.
        weights: bits of log-odds by level; without them they are learned from the data.
    """

    # Whether it is worth the time only for pairs that may be one.
    is_dear: ClassVar[bool] = False

    signal: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    weights: dict[Name, float] | None = None

    @property
    @abstractmethod
    def levels(self) -> tuple[Name, ...]:
        """The levels: `missing` first, then from the least agreement to the most."""

    @property
    @abstractmethod
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""

    @property
    def shared_levels(self) -> tuple[Name, ...]:
        """Levels of values that agree, but that many records bear: they may say less than mere likeness."""
        return ()

    @abstractmethod
    def compare(self, pairs: Pairs) -> Levels:
        """The level of each pair, by its place in `levels`."""

    def chances(self, records: Records) -> dict[Name, float]:  # noqa: ARG002
        """How often two records have a level by chance, where that can be counted and need not be sampled."""
        return {}

    def alone(self) -> dict[Name, float]:
        """How often pairs of a level are one thing, by experience, where no other signal tells any apart.

        Levels that are not named never are; where none is, there is no experience.
        """
        return {}

    @model_validator(mode="after")
    def _levels_once(self) -> Self:
        if twice := [name for name, count in Counter(self.levels).items() if count > 1]:
            raise ValueError(f"niveau donné deux fois, ou nom réservé : {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _weighs_its_levels(self) -> Self:
        if self.weights is None:
            return self
        expected = set(self.levels) - {MISSING}
        if wrong := set(self.weights) ^ expected:
            raise ValueError(
                f"weights : niveaux en trop ou manquants : {', '.join(sorted(wrong))} ; "
                f"niveaux attendus : {', '.join(name for name in self.levels if name != MISSING)}"
            )
        return self

    def picked(self, *levels: tuple[Flags, Name], default: Name = MISSING) -> Levels:
        """For each pair the first level whose condition holds."""
        places = [self.levels.index(name) for _, name in levels]
        chosen = np.select([condition for condition, _ in levels], places, default=self.levels.index(default))
        return np.asarray(chosen, dtype=np.int8)
