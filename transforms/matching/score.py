"""From levels to a probability: weights per level add up to the log-odds that two records are one company.

The additive model is that of Fellegi and Sunter (1969). A weight is in bits: +1 doubles the odds.
"""

from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from transforms import reference

_REASONS = pa.list_(pa.struct([("signal", pa.string()), ("level", pa.string()), ("weight", pa.float64())]))

Zone = Literal["match", "review", "distinct"]


class ScoreParameters(BaseModel):
    """Where the zones begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match_from: float = Field(0.65, gt=0, lt=1, description="probability from which a pair is a match")
    review_from: float = Field(0.10, gt=0, lt=1, description="probability from which a person should judge")


class Weights(BaseModel):
    """`reference/match_weights.yml`: the prior log-odds and the weight of each level, in bits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prior: float
    signals: dict[str, dict[str, float]]


@cache
def shipped_weights() -> Weights:
    """The weights that come with the project."""
    return Weights.model_validate(reference.load("match_weights"))


def score(levels: pd.DataFrame, weights: Weights) -> pd.Series:
    """Probability of each pair, from its levels (one column a signal).

    Raises:
        KeyError: a level that the weights do not know.
    """
    bits = np.full(len(levels), weights.prior)
    for signal, by_level in weights.signals.items():
        codes, found = pd.factorize(levels[signal])
        bits += np.array([by_level[level] for level in found], dtype=float)[codes]
    return pd.Series(1 / (1 + np.exp2(-bits)), index=levels.index).round(6)


def zones(probability: pd.Series, parameters: ScoreParameters) -> pd.Series:
    """match, review or distinct."""
    names = np.select(
        [probability >= parameters.match_from, probability >= parameters.review_from],
        ["match", "review"],
        default="distinct",
    )
    return pd.Series(names, index=probability.index)


def reasons(levels: pd.DataFrame, weights: Weights) -> pa.Array:
    """For each pair the prior and every level that weighs, the heaviest first; their weights add up.

    Many pairs have the same levels: each pattern is explained once.
    """
    signals = list(weights.signals)
    pattern = levels.groupby(signals, sort=False).ngroup().to_numpy()
    first = np.unique(pattern, return_index=True)[1]
    patterns = levels[signals].iloc[first].itertuples(index=False, name=None)
    explained = [_explained(dict(zip(signals, pattern, strict=True)), weights) for pattern in patterns]
    return pa.array(explained, type=_REASONS).take(pa.array(pattern))


def _explained(levels: dict[str, str], weights: Weights) -> list[dict[str, Any]]:
    weighed = [(weights.signals[signal][level], signal, level) for signal, level in levels.items()]
    heaviest_first = sorted((said for said in weighed if said[0] != 0), key=lambda said: -abs(said[0]))
    return [
        {"signal": "prior", "level": "any", "weight": weights.prior},
        *({"signal": signal, "level": level, "weight": bits} for bits, signal, level in heaviest_first),
    ]
