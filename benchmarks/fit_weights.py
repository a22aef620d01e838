"""Fit the weights of the members' matching spec to labelled exports: `transforms/matching/members.yml`.

    python -m benchmarks.fit_weights FOLDER[=WEIGHT] [FOLDER ...] [--test FOLDER ...] [--out FILE]

Each FOLDER holds one folder a source with its export, and `truth.csv` (source, member_id, siren: records of
one company share the value); its pairs count as much as its WEIGHT says, by default 1. The labelled pairs are
all candidate pairs but those with two different SIREN, which a law decides. What third records say of a pair
follows from the weights as they are shipped, so fit twice. Prints precision, recall, log-loss and calibration
on the folders of --test; without any, of each folder when it is left out.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from ruamel.yaml import YAML

from benchmarks.calibration import calibration_error
from benchmarks.fitting import Law, fit
from transforms.matching.blocking import candidate_pairs
from transforms.matching.comparisons.base import DIFFERENT, MISSING
from transforms.matching.link import compare, weights_of, with_third_records
from transforms.matching.members import SPEC, members_spec, read_records
from transforms.matching.records import Levels, Records
from transforms.matching.training import Weights
from transforms.matching.zones import probability
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
# How probable a pair may be at most of which this alone is known: laws of the tests of members.yml, and kin
# that share all but their name.
_AT_MOST = [
    (0.09, "name different", "address crowded", "activity same", "legal_form same"),
    (0.57, "name extended", "address same", "legal_form same"),
    (0.57, "name common"),
    (0.59, "name unlike_sibling", "address same", "phone same", "domain same"),
]
# What hardly counts beside a name: at most so much of it.
_BESIDE_NAME = 0.3
# Weights that may not exceed another, or nothing: less agreement says no more, and a difference never agrees.
_NO_MORE_THAN = [
    ("legal_form same_family", "legal_form same"),
    ("email different", None),
    ("phone different", None),
]
# Two different SIREN: whatever else agrees, the pair counts as distinct.
_LAW = -30.0


@dataclass(frozen=True)
class Labelled:
    """Candidate pairs of one labelled pair of exports; `missed` are true pairs that no rule proposed."""

    name: str
    levels: tuple[Levels, ...]
    same: npt.NDArray[np.bool_]
    missed: int
    weight: float = 1.0


def labelled(given: str) -> Labelled:
    """Read, standardise and compare the exports of FOLDER[=WEIGHT]."""
    name, _, weight = given.partition("=")
    folder = Path(name)
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
    return Labelled(folder.name, levels, same, missed, float(weight or 1))


def fitted(sets: Sequence[Labelled]) -> Weights:
    """Fit to all pairs of `sets` but those that the law decides."""
    spec = members_spec()
    levels = [np.concatenate(some) for some in zip(*(one.levels for one in sets), strict=True)]
    same = np.concatenate([one.same for one in sets])
    at = [one.signal for one in spec.comparisons].index("identifier")
    law = spec.comparisons[at].levels.index(DIFFERENT)
    asked = levels[at] != law
    counts = np.concatenate([np.full(len(one.same), one.weight) for one in sets])[asked]
    found = fit([level[asked] for level in levels], same[asked], counts, _expected(), _RIDGE, _laws())
    found.signals[at][law] = _LAW
    return found


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


def evaluate(weights: Weights, one: Labelled, threshold: float) -> str:
    """Precision, recall (true pairs that no rule proposed counted), log-loss and calibration, as one line."""
    found = probability(weights.bits(one.levels))
    taken = found >= threshold
    hits = int((taken & one.same).sum())
    likelihood = np.where(one.same, found, 1 - found).clip(1e-12)
    return (
        f"{one.name:12} at {threshold}: precision {hits / max(1, taken.sum()):.3f}, "
        f"recall {hits / (one.same.sum() + one.missed):.3f}, log-loss {-np.log(likelihood).mean():.4f}"
    )


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER[=WEIGHT]")
    parser.add_argument("--test", nargs="+", default=[], metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=SPEC)
    arguments = parser.parse_args()
    sets = [labelled(folder) for folder in arguments.folders]
    weights = fitted(sets)
    tests = [labelled(folder) for folder in arguments.test]
    tried = [(weights, one) for one in tests] or [
        (fitted([other for other in sets if other is not one] or sets), one) for one in sets
    ]
    for used, one in tried:
        for threshold in (0.5, 0.6, 0.9):
            print(evaluate(used, one, threshold))
    found = np.concatenate([probability(used.bits(one.levels)) for used, one in tried])
    error, pairs = calibration_error(found, np.concatenate([one.same for _, one in tried]))
    print(f"expected calibration error: {error:.3f} over {pairs} pairs")
    write(weights, arguments.out)


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
