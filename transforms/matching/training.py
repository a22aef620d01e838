"""Weights learned from the data at hand, without labels.

The model is that of Fellegi and Sunter (1969): a pair is a match or not, and given that, signals speak on
their own. How often levels occur by chance is counted on random pairs; how often among matches is estimated
by expectation maximisation (Winkler 1988). Two things keep it honest. Pairs that no blocking rule proposed
count as non-matches, so that a value which merely made two records a candidate pair is no evidence against
itself. And matches of records that may have one partner only compete with each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.comparisons import AnyComparison
from transforms.matching.content_order import content_order
from transforms.matching.lone import Lone
from transforms.matching.records import Codes, Flags, Levels, Pairs, Records

Bits = npt.NDArray[np.float64]

_RANDOM_PAIRS = 500_000
_SEED = 20_170_101
_ROUNDS = 500
_SETTLED = 1e-6
# Numbers of patterns beyond this do not fit their 64 bits: the patterns so far are numbered anew.
_MOST_PATTERNS = 2**62
# Nothing is rarer: a level that random pairs never show, a value that two records alone bear.
_LEAST_CHANCE = 1e-7
# What a match looks like before any is seen counts as much as so many matches.
_EXPECTED_MATCHES = 5.0
_LEAST_SHARE = 1e-6
# However many matches there seem to be, so much of what random pairs agree on is chance.
_SURELY_CHANCE = 0.1


@dataclass(frozen=True)
class Weights:
    """The log-odds of any pair before it is looked at, and what each level of each signal adds, in bits."""

    prior: float
    signals: tuple[Bits, ...]

    def bits(self, levels: Sequence[Levels]) -> Bits:
        """The log-odds of each pair."""
        total = np.full(len(levels[0]), self.prior)
        for weights, level in zip(self.signals, levels, strict=True):
            total += weights[level]
        return total


@dataclass(frozen=True)
class Patterns:
    """The different rows of levels, how often each occurs, and which of them each pair has."""

    rows: npt.NDArray[np.int8]
    counts: Codes
    of_pair: Codes

    @classmethod
    def of(cls, levels: Sequence[Levels], sizes: Sequence[int]) -> "Patterns":
        """Count the patterns of `levels`, of which there are `sizes`."""
        key, room = np.zeros(len(levels[0]), dtype=np.int64), 1
        for level, size in zip(levels, sizes, strict=True):
            if room * size > _MOST_PATTERNS:
                key = np.unique(key, return_inverse=True)[1]
                room = len(key)
            key, room = key * size + level, room * size
        _, first, of_pair, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
        return cls(np.stack([level[first] for level in levels], axis=1), counts, of_pair)


def random_pairs(records: Records, closed: pd.Series | None) -> Pairs:
    """Pairs that could be candidates, drawn by chance: the same ones in whatever order records stand."""
    draw = np.random.default_rng(_SEED)
    drawn = draw.integers(0, max(1, len(records)), (2, _RANDOM_PAIRS if len(records) else 0))
    left, right = content_order(records, closed)[drawn]
    possible = left != right
    if closed is not None:
        source = closed.astype("category").cat.codes.to_numpy()
        possible &= (source[left] != source[right]) | (source[left] < 0)
    return Pairs(records, left[possible], right[possible])


def possible_pairs(records: Records, closed: pd.Series | None) -> float:
    """How many pairs there are, those within a source that holds nothing twice left out."""
    n = len(records)
    within = 0.0 if closed is None else float((closed.value_counts() * (closed.value_counts() - 1) / 2).sum())
    return max(1.0, n * (n - 1) / 2 - within)


def chances(comparisons: Sequence[AnyComparison], levels: Sequence[Levels], records: Records) -> list[Bits]:
    """How often two records show each level by chance, `missing` (the first) left out of account.

    Counted where the comparison can count, else estimated from the `levels` of random pairs. A signal that no
    random pair has at both ends has no chances: NaN.
    """
    found = []
    for comparison, level in zip(comparisons, levels, strict=True):
        sampled = np.bincount(level, minlength=len(comparison.levels))[1:].astype(float)
        counted = comparison.chances(records)
        share = sampled / max(1.0, sampled.sum())
        for name, chance in counted.items():
            share[comparison.levels.index(name) - 1] = chance
        if not sampled.sum() and not any(counted.values()):
            share[:] = np.nan
        found.append(np.maximum(share, _LEAST_CHANCE))
    return found


def learn(
    levels: Sequence[Levels],
    chance: Sequence[Bits],
    possible: float,
    expected: float,
    rivals: Pairs | None = None,
    shared: Sequence[Flags] | None = None,
    lone: Lone | None = None,
) -> Weights:
    """Estimate weights.

    Args:
        levels: for each signal the level of each candidate pair, `missing` being 0.
        chance: for each signal how often random pairs have each level but `missing`.
        possible: how many pairs there are in all.
        expected: a first guess at how many of them match.
        rivals: the candidate pairs, if records have one partner at most: the best takes it all.
        shared: for each signal which levels but `missing` are of values that many records bear.
        lone: the only signal that tells things apart, if there is but one.

    Returns:
        Weights in bits; a missing value weighs nothing.
    """
    sizes = [len(shares) + 1 for shares in chance]
    patterns = Patterns.of(levels, sizes)
    guess = [_expected_shares(size) for size in sizes]
    shared = shared or [np.zeros(size - 1, dtype=bool) for size in sizes]
    among_matches, share = guess, min(0.5, expected / possible)
    if lone is not None:
        told = patterns.rows[:, lone.signal]
        matching = lone.matches(told, patterns.counts, expected)
        share = (matching.sum() + 1) / (possible + 2)
        among_matches = _levels_of(matching, patterns, guess)
        left = lone.chances(chance[lone.signal], told, patterns.counts, matching, possible)
        chance = [*chance[: lone.signal], np.maximum(left, _LEAST_CHANCE), *chance[lone.signal + 1 :]]
    settled = None if lone is None else lone.signal
    for _ in range(_ROUNDS):
        by_chance = _without_matches(chance, share, among_matches, settled)
        weights = _weights(share, among_matches, by_chance, shared)
        matching = _matches(weights.bits(list(patterns.rows.T)), patterns, rivals)
        before, share = share, (matching.sum() + 1) / (possible + 2)
        among_matches = _levels_of(matching, patterns, guess)
        if abs(share - before) < _SETTLED * before:
            break
    return _weights(share, among_matches, _without_matches(chance, share, among_matches, settled), shared)


def _levels_of(matching: Bits, patterns: Patterns, guess: Sequence[Bits]) -> list[Bits]:
    """For each signal how often matches have each level but `missing`."""
    return [
        _shares(
            np.bincount(column, weights=matching, minlength=len(prior) + 1)[1:] + _EXPECTED_MATCHES * prior
        )
        for column, prior in zip(patterns.rows.T, guess, strict=True)
    ]


def _without_matches(
    chance: Sequence[Bits], share: float, among_matches: Sequence[Bits], settled: int | None
) -> list[Bits]:
    """Of all pairs, those that match are taken off: what they agree on is no chance."""
    return [
        u if at == settled else np.maximum((u - share * m) / (1 - share), _SURELY_CHANCE * u)
        for at, (m, u) in enumerate(zip(among_matches, chance, strict=True))
    ]


def _expected_shares(size: int) -> Bits:
    """Matches mostly agree: each level is half as frequent as the next better one."""
    shares = 0.5 ** np.arange(size - 1, 0, -1, dtype=float)
    shares[0] = max(shares[0], 0.1)
    return np.asarray(shares / shares.sum())


def _shares(counts: Bits) -> Bits:
    return np.asarray(np.maximum(counts / counts.sum(), _LEAST_SHARE))


def _weights(
    share: float, among_matches: Sequence[Bits], chance: Sequence[Bits], shared: Sequence[Flags]
) -> Weights:
    said = (np.nan_to_num(np.log2(m / u)) for m, u in zip(among_matches, chance, strict=True))
    signals = (np.append(0.0, _in_order(bits, aside)) for bits, aside in zip(said, shared, strict=True))
    return Weights(float(np.log2(share / (1 - share))), tuple(signals))


def _in_order(bits: Bits, shared: Flags) -> Bits:
    """No level says more than a better one, however rare it is, and the least never speaks for a match.

    Values that many records bear stand apart: they agree, yet may say less than mere likeness.
    """
    capped = np.minimum(bits, bits[-1])
    ladder = np.minimum.accumulate(capped[~shared][::-1])[::-1]
    capped[~shared] = np.append(min(0.0, ladder[0]), ladder[1:])
    return np.asarray(capped)


def _matches(bits: Bits, patterns: Patterns, rivals: Pairs | None) -> Bits:
    """How many matches each pattern holds, as far as its probability tells."""
    probability = 1 / (1 + np.exp2(-np.clip(bits, -500, 500)))
    if rivals is None:
        return np.asarray(probability * patterns.counts)
    own = bits[patterns.of_pair]
    best = np.full(len(rivals.records), -np.inf)
    for side in (rivals.left, rivals.right):
        np.maximum.at(best, side, own)
    behind = np.minimum(0, own - np.maximum(best[rivals.left], best[rivals.right]))
    won = probability[patterns.of_pair] * np.exp2(behind)
    return np.bincount(patterns.of_pair, weights=won, minlength=len(patterns.counts)).astype(float)
