"""Fit the weights of the matching levels to labelled exports: `transforms/reference/match_weights.yml`.

    python -m benchmarks.fit_weights FOLDER [FOLDER ...] [--out FILE]

Each FOLDER holds one folder a source with its export, and `truth.csv` (source, member_id, siren: records of
one company share the value). The model is a logistic regression on the levels of the candidate pairs. A ridge
penalty draws it towards what one would expect beforehand, so that a level that is rare in the data stays
sensible. A missing value weighs nothing. Pairs with two different SIREN are left out: a law decides them.
Prints precision, recall and log-loss of each folder when it is left out.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml
from scipy.optimize import minimize

from transforms import reference
from transforms.matching.candidates import CandidateParameters, candidate_pairs
from transforms.matching.comparisons import MISSING, compare
from transforms.sources import stage as sources
from transforms.standardise import stage as standard
from transforms.warehouse import tables
from transforms.warehouse.database import connect

_RIDGE = 0.3
_BITS = 1 / np.log(2)
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
    ("name", "trade_name"): 4.0,
    ("name", "same_sign"): 1.5,
    ("name", "common"): 1.5,
    ("name", "sibling"): -10.0,
    ("name", "different"): -4.0,
    ("address", "same"): 4.0,
    ("address", "same_street"): 3.5,
    ("address", "other_number"): 2.0,
    ("address", "same_town"): 2.5,
    ("address", "other_town"): -2.0,
    ("address", "other_departement"): -3.0,
    ("phone", "same"): 2.0,
    ("phone", "different"): -0.5,
    ("domain", "same"): 2.0,
    ("domain", "alike"): 0.5,
    ("domain", "different"): -2.0,
    ("email", "same"): 2.0,
    ("activity", "same"): 1.0,
    ("activity", "same_division"): -1.0,
    ("activity", "different"): -2.0,
    ("legal_form", "same"): 1.0,
    ("legal_form", "same_family"): 0.5,
    ("legal_form", "different"): -2.0,
}
# Two different SIREN: whatever else agrees, the pair counts as distinct.
_LAW = {("identifier", "different"): -30.0}


@dataclass(frozen=True)
class Labelled:
    """Candidate pairs of one labelled pair of exports; `missed` are true pairs that no rule proposed."""

    name: str
    levels: pd.DataFrame
    same: npt.NDArray[np.bool_]
    missed: int


@dataclass(frozen=True)
class Model:
    """Log-odds in bits: the prior and one weight a level."""

    prior: float
    weights: dict[tuple[str, str], float]

    def probability(self, levels: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Probability of each pair."""
        bits = self.prior + sum(
            levels[signal].map(lambda level, signal=signal: self.weights.get((signal, level), 0.0))
            for signal in levels
        )
        return 1 / (1 + np.exp2(-bits.to_numpy(dtype=float)))


def labelled(folder: Path) -> Labelled:
    """Read, standardise and compare the exports of `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        build = Path(scratch) / "build.duckdb"
        sources.run(build, sources.IntakeParameters(raw=folder))
        standard.run(build, standard.StandardiseParameters())
        with connect(build, read_only=True) as con:
            records = tables.read(con, "standard.records")
    truth = pd.read_csv(folder / "truth.csv", dtype=str).set_index(["source", "member_id"])["siren"]
    entity = truth.loc[pd.MultiIndex.from_frame(records[["source", "member_id"]])].to_numpy()
    pairs, _ = candidate_pairs(records, CandidateParameters())
    same = entity[pairs["left"]] == entity[pairs["right"]]
    sizes = pd.Series(entity).value_counts()
    return Labelled(
        folder.name, compare(records, pairs), same, int((sizes * (sizes - 1) // 2).sum() - same.sum())
    )


def fit(sets: Sequence[Labelled]) -> Model:
    """Fit the model to all pairs of `sets`."""
    levels = pd.concat([one.levels for one in sets], ignore_index=True)
    same = np.concatenate([one.same for one in sets]).astype(float)
    open_question = levels["identifier"].ne("different").to_numpy()
    levels, same = levels[open_question], same[open_question]
    seen = {(signal, level) for signal in levels for level in levels[signal].unique() if level != MISSING}
    keys = sorted(seen | set(_EXPECTED))
    expected = np.array([0.0, *(_EXPECTED.get(key, 0.0) for key in keys)]) / _BITS
    pulled = np.array([0.0, *(1.0 for _ in keys)]) * _RIDGE
    design = np.column_stack(
        [np.ones(len(levels)), *(levels[signal].eq(level).to_numpy(dtype=float) for signal, level in keys)]
    )

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds, away = design @ weights, weights - expected
        value = np.sum(np.logaddexp(0, odds) - same * odds) + np.sum(pulled * away**2) / 2
        return float(value), design.T @ (1 / (1 + np.exp(-odds)) - same) + pulled * away

    found = minimize(loss, expected, jac=True, method="L-BFGS-B", options={"maxiter": 5000}).x * _BITS
    return Model(found[0], dict(zip(keys, found[1:], strict=True)) | _LAW)


def evaluate(model: Model, one: Labelled, threshold: float) -> str:
    """Precision, recall (true pairs that no rule proposed counted) and log-loss, as one line."""
    probability = model.probability(one.levels)
    taken = probability >= threshold
    hits = int((taken & one.same).sum())
    likelihood = np.where(one.same, probability, 1 - probability).clip(1e-12)
    return (
        f"{one.name:12} at {threshold}: precision {hits / max(1, taken.sum()):.3f}, "
        f"recall {hits / (one.same.sum() + one.missed):.3f}, log-loss {-np.log(likelihood).mean():.4f}"
    )


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=reference.FOLDER / "match_weights.yml")
    arguments = parser.parse_args()
    sets = [labelled(folder) for folder in arguments.folders]
    for one in sets:
        others = [other for other in sets if other is not one] or sets
        for threshold in (0.5, 0.7, 0.9):
            print(evaluate(fit(others), one, threshold))
    write(fit(sets), arguments.out)


def write(model: Model, path: Path) -> None:
    """Write the weights, rounded to a tenth of a bit, under the header that `path` has already."""
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    known = yaml.safe_load(path.read_text(encoding="utf-8"))["signals"]
    signals = {
        signal: {level: round(float(model.weights.get((signal, level), 0.0)), 1) for level in levels}
        for signal, levels in known.items()
    }
    content = yaml.safe_dump({"prior": round(float(model.prior), 1), "signals": signals}, sort_keys=False)
    path.write_text("\n".join([*header, content]), encoding="utf-8")


if __name__ == "__main__":
    main()
