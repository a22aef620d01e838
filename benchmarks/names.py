"""How well names alone tell companies apart: levels and scores by kind of difference, beside RapidFuzz.

    python -m benchmarks.names FILE [--half tuning|held-out] [--words] [--fit]

FILE is a CSV of labelled names: siren, name, source. Its companies fall into two halves by a hash of their
SIREN; what is tuned is tuned on the one and told of the other. Pairs: see `benchmarks/name_pairs.py`; kinds
of difference: `benchmarks/name_strata.py`. Pairs of one and the same standardised name under two SIREN
(homonyms) are told apart by nothing in the names: they have a row of their own and no part in the others.

`--words` lists the words that most often tell two companies apart, or do not, when they stand on one side
only. `--fit` writes `transforms/reference/name_score.yml` anew.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from scipy.optimize import minimize

from benchmarks.name_pairs import HALVES, Flags, NamePairs, labelled_pairs, read_names
from benchmarks.name_strata import OTHER, STRATA, strata_of
from transforms import reference
from transforms.matching.names.company_name import compare_names
from transforms.matching.names.comparison import CompanyName, NameComparison, compare, compare_forms
from transforms.matching.names.score import MOST, name_features
from transforms.matching.names.words import WordWeights

# From the surest that two names are one company's to the surest that they are two.
LEVELS = (
    "same",
    "close",
    "near",
    "acronym",
    "letters",
    "contained",
    "extended",
    "partial",
    "sibling",
    "different",
)
_PEERS = {
    "token_set": fuzz.token_set_ratio,
    "WRatio": fuzz.WRatio,
    "Jaro-W.": JaroWinkler.similarity,
}
_KEPT_APART = ("homonym", "accents, signs")
_SEEN = 8  # pairs in which a word stands alone, at least, to be listed
_RIDGE = 1.0

Scores = npt.NDArray[np.float64]


def average_precision(same: Flags, scores: Scores) -> float:
    """Mean precision over the true pairs, taken by falling score; equal scores are taken together."""
    order = np.argsort(-scores, kind="stable")
    hits, ranked = np.cumsum(same[order]), scores[order]
    last = np.append(ranked[1:] != ranked[:-1], True)
    recall, precision = hits[last] / hits[-1], hits[last] / (np.flatnonzero(last) + 1)
    return float(np.diff(recall, prepend=0) @ precision)


def compared(pairs: NamePairs) -> list[NameComparison]:
    """Compare each pair, words weighed by their rarity among the names at hand."""
    weigh = WordWeights.of(pairs.names["core"])
    ends = (
        [CompanyName(core, form=form) for core, form in zip(cores, forms, strict=True)]
        for cores, forms in zip(pairs.ends("core"), pairs.ends("form"), strict=True)
    )
    return [compare(left, right, weigh) for left, right in zip(*ends, strict=True)]


def members(pairs: NamePairs) -> dict[str, Flags]:
    """Which pairs each row of the table counts."""
    columns = (zip(*pairs.ends(column), strict=True) for column in ("name", "core", "form"))
    kinds = [strata_of(*each) for each in zip(*columns, strict=True)]
    within = {name: np.array([name in found for found in kinds]) for name in (*STRATA, OTHER)}
    told = ~within["homonym"]
    rows = {name: flags if name in _KEPT_APART else flags & told for name, flags in within.items()}
    return {"all but homonyms": told, **rows}


def stratum_table(rows: dict[str, Flags], same: Flags, scores: dict[str, Scores]) -> Iterable[str]:
    """Pairs of each stratum, and the average precision of each score on them."""
    yield f"| Stratum | One company | Two | {' | '.join(scores)} |"
    yield "|---" * (3 + len(scores)) + "|"
    for name, flags in rows.items():
        ours, theirs = int((flags & same).sum()), int((flags & ~same).sum())
        figures = ["–"] * len(scores)
        if ours:
            figures = [f"{average_precision(same[flags], one[flags]):.3f}" for one in scores.values()]
        yield f"| {name} | {ours:,} | {theirs:,} | {' | '.join(figures)} |"


def share_table(rows: dict[str, Flags], same: Flags, levels: npt.NDArray[np.str_]) -> Iterable[str]:
    """Per stratum, the share of each level among pairs of one company and of two, in percent."""
    yield f"| Stratum | {' | '.join(LEVELS)} |"
    yield "|---" * (1 + len(LEVELS)) + "|"
    for name, flags in rows.items():
        shares = (
            [100 * np.mean(levels[flags & one] == level) if (flags & one).any() else 0 for level in LEVELS]
            for one in (same, ~same)
        )
        yield f"| {name} | {' | '.join(f'{a:.0f} / {b:.0f}' for a, b in zip(*shares, strict=True))} |"


def level_table(told: Flags, same: Flags, levels: npt.NDArray[np.str_]) -> Iterable[str]:
    """What each level is worth, alone and with those before it."""
    yield "| Level | Pairs | of one company | up to it: precision | recall |"
    yield "|---|---|---|---|---|"
    for at, level in enumerate(LEVELS):
        alone, taken = told & (levels == level), told & np.isin(levels, LEVELS[: at + 1])
        hits = (taken & same).sum()
        yield (
            f"| {level} | {alone.sum():,} | {(alone & same).sum() / max(1, alone.sum()):.3f} "
            f"| {hits / max(1, taken.sum()):.3f} | {hits / (told & same).sum():.3f} |"
        )


def telling_words(pairs: NamePairs) -> Iterable[str]:
    """Words that stand alone where one name holds all of the other: pairs of one company, pairs of two."""
    seen: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for left, right, same in zip(*pairs.ends("core"), pairs.same.tolist(), strict=True):
        one, other = set(left.split()), set(right.split())
        if one & other and (one <= other or other <= one):
            seen[same].update(one ^ other)
    totals = {same: counts.total() for same, counts in seen.items()}
    bits = {
        word: float(
            np.log2(
                (seen[False][word] + 1) / (totals[False] + 2) * (totals[True] + 2) / (seen[True][word] + 1)
            )
        )
        for word in {*seen[True], *seen[False]}
        if seen[True][word] + seen[False][word] >= _SEEN
    }
    yield "bits that two companies are two, word, pairs of one company, pairs of two"
    for word in sorted(bits, key=lambda word: (-bits[word], word)):
        yield f"{bits[word]:+.1f}  {word}  {seen[True][word]}  {seen[False][word]}"


def fit_score(pairs: NamePairs, told: Flags) -> dict[str, object]:
    """Fit `reference/name_score.yml`: a logistic regression, ridge penalty 1 on all but the bias.

    More agreement never lowers a score, and more disagreement never raises it.
    """
    weigh = WordWeights.of(pairs.names["core"])
    rows, counted = [], np.flatnonzero(told)
    cores, forms = (np.array(pairs.ends(column), dtype=object)[:, counted] for column in ("core", "form"))
    for left, right, form, other_form in zip(*cores, *forms, strict=True):
        evidence = compare_names(left, right, weigh)
        by_level = {f"levels {level}": float(evidence.level == level) for level in LEVELS}
        rows.append(by_level | name_features(evidence, compare_forms(form, other_form)))
    names, same = list(rows[0]), pairs.same[counted].astype(float)
    design = np.column_stack([np.ones(len(rows)), np.array([[*row.values()] for row in rows])])

    def loss(weights: Scores) -> tuple[float, Scores]:
        odds = design @ weights
        pulled = np.append(0.0, weights[1:])
        value = np.sum(np.logaddexp(0, odds) - same * odds) + _RIDGE * pulled @ pulled / 2
        return float(value), design.T @ (1 / (1 + np.exp(-odds)) - same) + _RIDGE * pulled

    bounds = [(None, None), *map(_bound, names)]
    start = np.zeros(design.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x.round(2).tolist()
    weights = dict(zip(names, found[1:], strict=True))
    # Equal names have no words laid side by side, so what close ones may gain by those is theirs as well.
    most_shared = round(weights["levels close"] + MOST * weights["shared"], 2)
    weights["levels same"] = max(weights["levels same"], most_shared)
    return {
        "bias": found[0],
        "levels": {level: weights.pop(f"levels {level}") for level in LEVELS},
        "features": weights,
    }


def _bound(name: str) -> tuple[float | None, float | None]:
    if name in ("similarity", "shared", "acronym_letters", "acronym_cover", "form_same"):
        return 0, None
    return (None, 0) if name in ("both_alone", "one_alone", "form_different") else (None, None)


def main() -> None:
    """Print the tables, and what else is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", choices=HALVES, default=HALVES[0])
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    names, left_out = read_names(arguments.file, arguments.half)
    pairs = labelled_pairs(names)
    rows = members(pairs)
    if arguments.fit:
        _write(fit_score(pairs, rows["all but homonyms"]))
    companies = names["siren"].nunique()
    print(f"{arguments.half}: {companies:,} SIREN, {len(names):,} spellings, {left_out} rows left out")
    found = compared(pairs)
    levels = np.array([one.level for one in found])
    cores = pairs.ends("core")
    scores = {"score": np.array([one.score for one in found])} | {
        name: process.cpdist(*cores, scorer=scorer, dtype=np.float64) for name, scorer in _PEERS.items()
    }
    tables = [stratum_table(rows, pairs.same, scores), share_table(rows, pairs.same, levels)]
    tables.append(level_table(rows["all but homonyms"], pairs.same, levels))
    for table in [*tables, *([telling_words(pairs)] if arguments.words else [])]:
        print("", *table, sep="\n", flush=True)


def _write(weights: dict[str, object]) -> None:
    path = reference.FOLDER / "name_score.yml"
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    content = yaml.safe_dump(weights, sort_keys=False)
    path.write_text("\n".join([*header, content]), encoding="utf-8")
    reference.load.cache_clear()


if __name__ == "__main__":
    main()
