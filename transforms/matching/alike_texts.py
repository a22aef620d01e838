"""Candidates by texts that are alike letter by letter: all of them while records are few."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc
from pydantic import Field
from rapidfuzz import process
from rapidfuzz.distance import Indel

from transforms.matching.records import Codes, Flags, Pairs, Records
from transforms.matching.strict import Strict

# Similarities looked at at once, four bytes each: bounds the memory.
_AT_ONCE = 4_000_000
_EMPTY: Codes = np.empty(0, dtype=np.int64)


class AlikeTexts(Strict):
    """While records are few, all pairs whose texts are alike are candidates.

    Args:
        column: the texts, compared letter by letter, spaces left out.
        at_least: the least similarity, from 0 to 1.
        up_to: records up to which all pairs are looked at.
    """

    column: str
    at_least: float = Field(0.62, ge=0, le=1)
    up_to: int = Field(3_000, ge=0)


def worth_comparing(pairs: Pairs, weak: Flags, alike: AlikeTexts) -> Flags:
    """Pairs that a weak rule alone proposed stay if their texts are alike: a shared word is not enough."""
    joined = _joined(pairs.records, alike.column)
    ends = (joined[side[weak]].tolist() for side in (pairs.left, pairs.right))
    similar = process.cpdist(*ends, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1)
    kept = ~weak
    kept[weak] = similar >= alike.at_least
    return kept


def alike_pairs(records: Records, alike: AlikeTexts, closed: pd.Series | None) -> Pairs:
    """Pairs of texts that are alike letter by letter, spaces left out."""
    joined = _joined(records, alike.column).tolist()
    rows = max(1, _AT_ONCE // max(1, len(joined)))
    slices = [_alike_from(joined, at, rows, alike.at_least) for at in range(0, len(joined), rows)]
    left, right = (np.concatenate(side) for side in zip((_EMPTY, _EMPTY), *slices, strict=True))
    return Pairs(records, left, right).across(closed)


def _alike_from(texts: list[str | None], start: int, rows: int, least: float) -> tuple[Codes, Codes]:
    """The pairs of some texts, `rows` of them from `start` on, and any later ones."""
    scores = process.cdist(
        texts[start : start + rows],
        texts[start:],
        scorer=Indel.normalized_similarity,
        score_cutoff=least,
        dtype=np.float32,
        workers=-1,
    )
    left, right = np.nonzero(np.triu(scores >= least, k=1))
    return left.astype(np.int64) + start, right.astype(np.int64) + start


def _joined(records: Records, column: str) -> npt.NDArray[np.object_]:
    """Texts without spaces; a missing one is like none."""
    numbered = records.numbered(column)
    texts = pc.replace_substring(numbered.texts, " ", "").to_pylist()
    # A missing text has the number -1, which is that of the last.
    joined = np.array([*texts, None], dtype=object)
    return joined[numbered.codes[0]]
