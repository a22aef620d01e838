"""Pairs of labelled company names: two spellings of one SIREN, and the most similar names of others."""

import hashlib
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from stdnum.fr import siren as siren_number

from transforms.standardise.company_names import standardise_names

HALVES = ("tuning", "held-out")
_PAIRS_A_COMPANY = 10  # a company of 17 spellings would otherwise count 136 times
_OTHERS = 500  # names of one spelling only, asked for their most similar ones as well
_NEAREST = 2  # of each scorer
_SMALL = 2  # letters of an article or link word

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class NamePairs:
    """Pairs of names and whether they are one company.

    Args:
        names: siren, name, source, core, form; one row a spelling of a SIREN.
        left: positions in `names`.
        right: the same.
        same: whether the labels say that the two are one company.
    """

    names: pd.DataFrame
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    same: Flags

    def ends(self, column: str) -> tuple[list[str], list[str]]:
        """One column of `names` at both ends of each pair."""
        values = self.names[column].to_numpy()
        return values[self.left].tolist(), values[self.right].tolist()


def read_names(file: Path, half: str) -> tuple[pd.DataFrame, int]:
    """Read one half of the labelled names, standardised as the exports are.

    Args:
        file: CSV with siren, name, source.
        half: one of `HALVES`; a company falls into one or the other by a hash of its SIREN.

    Returns:
        siren, name, source, core, form: one row a spelling of a SIREN; and how many rows were left out
        because their SIREN fails its check digit or their name has no letter.
    """
    names = pd.read_csv(file, dtype=str)
    names = names[[_bucket(siren) == HALVES.index(half) for siren in names["siren"]]]
    parts = standardise_names(names["name"])
    form = parts["legal_form"].astype(object)
    names = names.assign(core=parts["name_core"], form=form.where(form.notna(), None))
    good = names["siren"].map(siren_number.is_valid) & names["core"].notna() & parts["name_rule"].isna()
    spellings = names[good].drop_duplicates(["siren", "name"]).sort_values(["siren", "name"])
    return spellings.reset_index(drop=True), int((~good).sum())


def labelled_pairs(names: pd.DataFrame) -> NamePairs:
    """Pairs that the labels call one company, and hard ones that they call two.

    One company: any two spellings of a SIREN, ten at most a SIREN. Two companies: each spelling of a SIREN
    that has several, and 500 others, with the two most similar names of other SIREN by each of RapidFuzz's
    `ratio` (spaces left out), `token_set_ratio` and Jaro-Winkler, so that no scorer alone picks its traps;
    and each name of one word with two names of others whose first letters it spells, which no similarity
    finds. The choice depends on nothing but the names.
    """
    positives = [
        pair
        for rows in names.groupby("siren").indices.values()
        for pair in sorted(combinations(rows.tolist(), 2), key=_hash)[:_PAIRS_A_COMPANY]
    ]
    negatives = sorted(_similar_others(names) | _false_acronyms(names))
    left, right = np.array([*positives, *negatives]).T
    return NamePairs(names, left, right, np.arange(len(left)) < len(positives))


def _similar_others(names: pd.DataFrame) -> set[tuple[int, int]]:
    distinct = names.drop_duplicates(["siren", "core"])
    several = distinct["siren"].duplicated(keep=False).to_numpy()
    single = sorted(np.flatnonzero(~several).tolist(), key=lambda at: _hash(distinct["siren"].iloc[at]))
    asked = distinct.iloc[[*np.flatnonzero(several), *single[:_OTHERS]]]
    found = set[tuple[int, int]]()
    joined = [cores.str.replace(" ", "").tolist() for cores in (asked["core"], distinct["core"])]
    cores = [asked["core"].tolist(), distinct["core"].tolist()]
    for scorer, texts in (
        (fuzz.ratio, joined),
        (fuzz.token_set_ratio, cores),
        (JaroWinkler.similarity, cores),
    ):
        scores = process.cdist(*texts, scorer=scorer, dtype=np.float32, workers=-1)
        scores[asked["siren"].to_numpy()[:, None] == distinct["siren"].to_numpy()[None, :]] = -1
        nearest = np.argsort(-scores, axis=1, kind="stable")[:, :_NEAREST]
        for one, others in zip(asked.index, distinct.index.to_numpy()[nearest], strict=True):
            found |= {(min(one, other), max(one, other)) for other in others.tolist()}
    return found


def _false_acronyms(names: pd.DataFrame) -> set[tuple[int, int]]:
    """A name of one word, and names of other SIREN whose initials begin with it."""
    distinct = names.drop_duplicates(["siren", "core"])
    sirens = distinct["siren"].to_dict()
    spelt: dict[str, list[int]] = {}
    for at, core in distinct["core"].items():
        letters = "".join(word[0] for word in core.split() if len(word) > _SMALL)
        for end in range(2, len(letters) + 1):
            spelt.setdefault(letters[:end], []).append(int(at))
    found = set[tuple[int, int]]()
    for one, core in distinct["core"].items():
        others = sorted((at for at in spelt.get(core, ()) if sirens[at] != sirens[one]), key=_hash)
        found |= {(min(one, other), max(one, other)) for other in others[:_NEAREST]}
    return found


def _bucket(siren: str) -> int:
    return int(_hash(siren)[-1], 16) % len(HALVES)


def _hash(value: object) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()
