"""Fit the weights of the members' matching spec to labelled exports: `transforms/matching/members.yml`.

    python -m benchmarks.fit_weights FOLD FOLD [FOLD ...] [--also SET ...] [--test SET ...] [--out FILE]

A set is a folder that holds one folder a source with its export, and `truth.csv` (source, member_id, siren:
records of one company share the value). A FOLD is a folder of sets; no company is in two folds. The weights
are fitted to all candidate pairs of all sets but those with two different SIREN, which a law decides. Then
they are calibrated: each fold is judged by weights fitted without it, and the scale and the shift that make
those probabilities come true are applied. The sets of --also (invented ones) are fitted, but calibrate
nothing. What third records say of a pair follows from the weights as they are shipped, so fit twice.

Prints precision, recall, log-loss and calibration of each fold, judged by weights and a calibration that have
not seen it, of all folds together, and of the sets of --test.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from benchmarks.calibration import Judged, scaling
from benchmarks.fitting import Law, fit
from transforms.matching.blocking import candidate_pairs
from transforms.matching.comparisons.base import MISSING
from transforms.matching.link import compare, weights_of, with_third_records
from transforms.matching.members import SPEC, members_spec, read_records
from transforms.matching.records import Flags, Levels, Records
from transforms.matching.training import Weights
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse.database import connect

_RIDGE = 0.3
_PRIOR = 0.0
# Weights of levels, in bits, as one would set them by hand.
_EXPECTED = {
    ("identifier", "same"): 7.0,
    ("identifier", "rounded_agrees"): 3.0,
    ("identifier", "rounded_differs"): -2.0,
    ("name", "same"): 5.0,
    ("name", "close"): 4.0,
    ("name", "near"): 2.5,
    ("name", "letters"): 1.0,
    ("name", "acronym"): 0.5,
    ("name", "acronym_within"): -1.5,
    ("name", "trade_name"): 4.0,
    ("name", "same_sign"): 1.5,
    ("name", "common"): 1.5,
    ("name", "contained"): -4.0,
    ("name", "extended"): -5.0,
    ("name", "sibling"): -10.0,
    ("name", "unlike_sibling"): -6.0,
    ("name", "different"): -4.0,
    ("address", "same"): 4.0,
    ("address", "shared"): 2.0,
    ("address", "crowded"): 0.5,
    ("address", "same_street"): 3.5,
    ("address", "other_number"): 2.0,
    ("address", "same_town"): 2.5,
    ("address", "other_town"): -2.0,
    ("address", "other_region"): -3.0,
    ("phone", "same"): 2.0,
    ("phone", "different"): -0.5,
    ("domain", "same"): 2.0,
    ("domain", "alike"): 0.5,
    ("domain", "different"): -2.0,
    ("email", "same"): 2.0,
    ("activity", "same"): 0.5,
    ("activity", "same_division"): -1.0,
    ("activity", "different"): -2.0,
    ("legal_form", "same"): 0.5,
    ("legal_form", "same_family"): 0.0,
    ("legal_form", "different"): -2.0,
    ("third_record", "doubted"): -1.0,
    ("third_record", "opposed"): -4.0,
}
# How probable a pair may be at most of which this alone is known: laws of the tests of members.yml. What a
# person must see however probable it is stands in the spec (`never_unseen`): a bound would bend all else.
_AT_MOST: list[tuple[float, *tuple[str, ...]]] = [
    (0.09, "name different", "address crowded", "activity same", "legal_form same"),
    (0.57, "name common"),
]
# What hardly counts beside a name: at most so much of it.
_BESIDE_NAME = 0.4
# Weights that may not exceed another, or nothing: less agreement says no more, and a difference never agrees.
_NO_MORE_THAN = [
    ("legal_form same_family", "legal_form same"),
    ("email different", None),
    ("phone different", None),
]
_Fold = TypeVar("_Fold")
# Two different SIREN: whatever else agrees, the pair counts as distinct.
_LAW = -30.0


@dataclass(frozen=True)
class Labelled:
    """Candidate pairs of one labelled pair of exports; `missed` are true pairs that no rule proposed."""

    levels: tuple[Levels, ...]
    same: Flags
    missed: int


def judged(weights: Weights, sets: Sequence[Labelled]) -> Judged:
    """What `weights` say of the pairs of `sets`."""
    return Judged.together([Judged(weights.bits(one.levels), one.same, one.missed) for one in sets])


def labelled(folder: Path) -> Labelled:
    """Read, standardise and compare the exports of `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        build = Path(scratch) / "build.duckdb"
        sources.run(build, sources.IntakeParameters(raw=folder))
        standard.run(build, standard.StandardiseParameters())
        with connect(build, read_only=True) as con:
            records = read_records(con)
    truth = pd.read_csv(folder / "truth.csv", dtype=str).set_index(["source", "member_id"])["siren"]
    entity = truth.loc[pd.MultiIndex.from_frame(records[["source", "member_id"]])].to_numpy()
    spec = members_spec()
    pairs, _ = candidate_pairs(Records(records), spec.blocking)
    same = entity[pairs.left] == entity[pairs.right]
    sizes = pd.Series(entity).value_counts()
    missed = int((sizes * (sizes - 1) // 2).sum() - same.sum())
    levels = with_third_records(pairs, compare(pairs, spec), weights_of(spec), spec)
    return Labelled(levels, same, missed)


def fitted(sets: Sequence[Labelled]) -> Weights:
    """Fit to all pairs of `sets` but those that the law decides."""
    levels = [np.concatenate(some) for some in zip(*(one.levels for one in sets), strict=True)]
    same = np.concatenate([one.same for one in sets])
    signal, law = _place("identifier different")
    asked = levels[signal] != law
    found = fit([level[asked] for level in levels], same[asked], _expected(), _RIDGE, _laws())
    return _ruled(found)


def calibrated(weights: Weights, unseen: Sequence[Judged]) -> Weights:
    """The weights, scaled and shifted so that probabilities of pairs like `unseen` come true."""
    scale, shift = scaling(Judged.together(unseen))
    return _ruled(Weights(weights.prior * scale + shift, tuple(bits * scale for bits in weights.signals)))


def _ruled(weights: Weights) -> Weights:
    """The weights with that of the law in its place."""
    signal, law = _place("identifier different")
    weights.signals[signal][law] = _LAW
    return weights


def _laws() -> list[Law]:
    most = [Law({_place(one): 1.0 for one in known}, _bits(share)) for share, *known in _AT_MOST]
    beside = [
        Law({_place(f"{signal} same"): 1.0, _place("name close"): -_BESIDE_NAME}, 0.0, prior=0.0)
        for signal in ("activity", "legal_form")
    ]
    order = [
        Law({_place(less): 1.0} | ({_place(more): -1.0} if more else {}), 0.0, prior=0.0)
        for less, more in _NO_MORE_THAN
    ]
    agrees = Law({_place("legal_form same"): -1.0}, 0.0, prior=0.0)
    return [*most, *beside, *order, agrees]


def _place(told: str) -> tuple[int, int]:
    """The numbers of a signal and its level."""
    signal, level = told.split()
    at = [one.signal for one in members_spec().comparisons].index(signal)
    return at, members_spec().comparisons[at].levels.index(level)


def _bits(share: float) -> float:
    return float(np.log2(share / (1 - share)))


def _expected() -> Weights:
    signals = (
        np.array([_EXPECTED.get((one.signal, level), 0.0) for level in one.levels])
        for one in members_spec().comparisons
    )
    return Weights(_PRIOR, tuple(signals))


def main() -> None:
    """Fit, calibrate, tell, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folds", nargs="+", metavar="FOLD", type=Path)
    parser.add_argument("--also", nargs="+", default=[], metavar="SET", type=Path)
    parser.add_argument("--test", nargs="+", default=[], metavar="SET", type=Path)
    parser.add_argument("--out", type=Path, default=SPEC)
    arguments = parser.parse_args()
    if len(arguments.folds) < 2:
        parser.error("each fold is judged by the others: at least two")
    also = [labelled(folder) for folder in arguments.also]
    folds = [
        [labelled(truth.parent) for truth in sorted(fold.glob("*/truth.csv"))] for fold in arguments.folds
    ]
    every = range(len(folds))
    without = [fitted([*also, *chain.from_iterable(_others(folds, at))]) for at in every]
    unseen = [judged(weights, fold) for weights, fold in zip(without, folds, strict=True)]
    fair = [judged(calibrated(without[at], _others(unseen, at)), folds[at]) for at in every]
    for fold, one in zip(arguments.folds, fair, strict=True):
        print(one.told(fold.name))
    print(Judged.together(fair).told("all"))
    weights = calibrated(fitted([*also, *chain.from_iterable(folds)]), unseen)
    for folder in arguments.test:
        print(judged(weights, [labelled(folder)]).told(folder.name))
    write(weights, arguments.out)


def _others(folds: Sequence[_Fold], at: int) -> list[_Fold]:
    return [*folds[:at], *folds[at + 1 :]]


def write(weights: Weights, path: Path) -> None:
    """Write the weights into the spec `path`, rounded to a tenth of a bit; all else in it stays as it is."""
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 140, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(path)
    content["prior"] = round(weights.prior, 1)
    for comparison, one, bits in zip(
        content["comparisons"], members_spec().comparisons, weights.signals, strict=True
    ):
        comparison["weights"].update(
            {
                # Adding nothing turns a negative zero into one.
                level: round(float(bit), 1) + 0.0
                for level, bit in zip(one.levels, bits, strict=True)
                if level != MISSING
            }
        )
    yaml.dump(content, path)


if __name__ == "__main__":
    main()
