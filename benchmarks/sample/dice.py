"""Chance that keeps its books: every trouble that strikes is counted."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FOLDER = Path(__file__).parent
# The roughness at which troubles.yml states its two columns of odds.
_ORDINARY, _HARD = 1.0, 1.5
# After how many chances without striking a trouble is due: from, to.
_PATIENCE = (5, 60)


@cache
def read(name: str) -> Any:
    """Read `<name>.yml` of this folder, once per process; callers must not change what they get."""
    return yaml.load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def odds_at(roughness: float) -> dict[str, float]:
    """The probability of each trouble, on the line through 0, `ordinary` and `hard` of troubles.yml."""
    return {
        name: _odds(entry["ordinary"], entry["hard"], roughness)
        for name, entry in read("troubles")["troubles"].items()
    }


def _odds(ordinary: float, hard: float, roughness: float) -> float:
    if roughness <= _ORDINARY:
        return ordinary * roughness
    beyond = (roughness - _ORDINARY) / (_HARD - _ORDINARY)
    return min(1.0, ordinary + (hard - ordinary) * beyond)


class Dice:
    """One seeded source of chance for a whole sample, with the counts of what it brought about.

    A trouble that has not shown after a few dozen chances shows at the next, so that small samples show all.
    """

    def __init__(self, seed: int, roughness: float) -> None:
        self.random = Random(seed)
        self.roughness = roughness
        self.counts: Counter[str] = Counter()
        self._odds = odds_at(roughness)
        self._patience = {trouble: self.random.randrange(*_PATIENCE) for trouble in self._odds}
        self._styles: dict[str, dict[str, int]] = read("troubles")["styles"]

    def strikes(self, trouble: str) -> bool:
        """Whether the trouble happens now; if so it is counted."""
        struck = self._falls(trouble)
        self.counts[trouble] += struck
        return struck

    def spoil(self, trouble: str, text: str, change: Callable[[str, Random], str]) -> str:
        """`text`, changed if the trouble happens; counted only where it shows."""
        if not self._falls(trouble):
            return text
        spoilt = change(text, self.random)
        self.counts[trouble] += spoilt != text
        return spoilt

    def style(self, kind: str) -> str:
        """One of the ways to write that kind of cell; the tidy one at roughness 0."""
        weights = self._styles[kind]
        names = list(weights)
        chosen = self.random.choices(names, list(weights.values()))[0] if self.roughness > 0 else names[0]
        self.counts[f"{kind}: {chosen}"] += 1
        return chosen

    def _falls(self, trouble: str) -> bool:
        odds = self._odds[trouble]
        if not self.counts[trouble]:
            self._patience[trouble] -= 1
        overdue = self._patience[trouble] < 0 and not self.counts[trouble] and odds > 0
        return overdue or self.random.random() < odds
