"""What the names and trade names of each pair of records say: the signal `name`."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.names.company_name import compare_prepared, says_more_than_acronym
from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.screen import NameScreen
from transforms.matching.names.words import WordWeights
from transforms.matching.records import NONE, Codes, Flags, Records

# A name that so many records bear is a chain's, or made of everyday words.
_COMMON_FROM: Final = 5
# Levels that no trade name can better.
_SAID: Final = ("same", "close", "near", "common", "sibling")

LevelNames = npt.NDArray[np.object_]


def name_levels(names: pd.Series, trade_names: pd.Series, left: Codes, right: Codes) -> LevelNames:
    """The level of the two names of each pair, or what trade names tell that the names do not.

    Args:
        names: standardised name of each record (`name_core`).
        trade_names: standardised trade name of each record, or missing.
        left: positions of the left records of the pairs.
        right: positions of the right ones.

    Returns:
        A level a pair; a name or sign that many records bear is said to be common.
    """
    numbered = Records(pd.DataFrame({"name": names, "sign": trade_names})).numbered("name", "sign")
    (name, sign), texts = numbered.codes, numbered.values
    pairs = _NamePairs(texts, numbered.bearers >= _COMMON_FROM, WordWeights.of(names.dropna()))
    best = pairs.levels(name[left], name[right])
    open_ = np.flatnonzero(~np.isin(best, _SAID) & ((sign[left] != NONE) | (sign[right] != NONE)))
    left, right = left[open_], right[open_]
    ends = [sign[left], name[left], sign[left]], [name[right], sign[right], sign[right]]
    crossed = pairs.levels(*map(np.concatenate, ends))
    best[open_] = _with_signs(best[open_], *np.split(crossed, 3))
    return best


def _with_signs(
    best: LevelNames, sign_name: LevelNames, name_sign: LevelNames, signs: LevelNames
) -> LevelNames:
    return np.select(
        [
            _alike(sign_name) | _alike(name_sign),
            _alike(signs),
            (sign_name == "common") | (name_sign == "common"),
        ],
        ["trade_name", "same_sign", "common"],
        default=best,
    ).astype(object)


def _sibling_word_alone(one: PreparedName, other: PreparedName) -> bool:
    """Whether a word that makes another legal entity stands in one of the names only."""
    return not (one.sibling_words <= {*other.words} and other.sibling_words <= {*one.words})


def _alike(levels: LevelNames) -> Flags:
    return np.isin(levels, ("same", "close"))


class _NamePairs:
    """Levels of pairs of numbered names, each pair of names compared once."""

    def __init__(self, texts: pd.Index, common: Flags, weigh: WordWeights) -> None:
        self._texts = texts.tolist()
        self._common = common
        self._weigh = weigh
        self._prepared: dict[int, PreparedName] = {}

    def levels(self, left: Codes, right: Codes) -> LevelNames:
        """The level of each pair; None where a name is missing."""
        found = np.full(len(left), None, dtype=object)
        both = np.flatnonzero((left != NONE) & (right != NONE))
        low, high = np.minimum(left[both], right[both]), np.maximum(left[both], right[both])
        keys, at = np.unique(low * len(self._texts) + high, return_inverse=True)
        low, high = np.divmod(keys, max(1, len(self._texts)))
        levels = self._compared(low, high)
        levels[_alike(levels) & (self._common[low] | self._common[high])] = "common"
        found[both] = levels[at]
        return found

    def _compared(self, left: Codes, right: Codes) -> LevelNames:
        used, at = np.unique(np.concatenate([left, right]), return_inverse=True)
        names = [self._name(code) for code in used.tolist()]
        levels = np.full(len(left), "different", dtype=object)
        left, right = np.split(at, 2)
        asked = np.flatnonzero(~NameScreen(names).surely_different(left, right))
        levels[asked] = [
            compare_prepared(names[one], names[other]).level
            for one, other in zip(left[asked].tolist(), right[asked].tolist(), strict=True)
        ]
        short = np.flatnonzero(levels == "acronym")
        levels[short] = [
            "acronym_within" if says_more_than_acronym(names[one], names[other]) else "acronym"
            for one, other in zip(left[short].tolist(), right[short].tolist(), strict=True)
        ]
        has_sibling_words = np.array([bool(name.sibling_words) for name in names], dtype=bool)
        unlike = (levels == "different") & (has_sibling_words[left] | has_sibling_words[right])
        levels[unlike] = [
            "unlike_sibling" if _sibling_word_alone(names[one], names[other]) else "different"
            for one, other in zip(left[unlike].tolist(), right[unlike].tolist(), strict=True)
        ]
        return levels

    def _name(self, code: int) -> PreparedName:
        if code not in self._prepared:
            self._prepared[code] = PreparedName.of(self._texts[code], self._weigh)
        return self._prepared[code]
