"""Texts compared word by word, each word counting by its rarity: titles, lists of names, free text."""

from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field
from rapidfuzz.distance import OSA, Indel

from transforms.matching.comparisons.base import Name
from transforms.matching.comparisons.text import Floor, Similarity, ValueComparison, similarities
from transforms.matching.records import Codes, Flags, Records, distinct

# Words of this similarity or more are one word with a typo.
_TYPO = 0.75
# An initial for a word.
_INITIAL = 0.8
# Texts of this similarity or more, spaces left out, are alike letter by letter whatever their words.
_LETTERS = 0.9
# Words are only looked at for typos where the letters of the texts are alike at all.
_PROMISING = 0.45
# Very long texts are compared by their rarest words.
_MOST_WORDS = 24
# Amounts go from about 1, of a word that stands nowhere else, to this one, of a word of two thousand texts.
# They do not depend on the number of texts: each text added would shift them, however unlike all others.
_LEAST = 0.05
_EVERYWHERE = np.log1p(2_000)
# Pairs worked on at once: bounds the memory.
_BATCH = 100_000
# How often pairs of texts are one thing by the share of their weight that agrees, where nothing else tells:
# taken from names, titles and product texts of labelled lists.
_ALONE = ((0.5, 0.7, 0.85, 0.95), (0.1, 0.35, 0.8, 0.92))

Amounts = npt.NDArray[np.float64]


class WordsComparison(ValueComparison):
    """Texts of several words: the share of their weight that agrees.

    A word weighs by its rarity in the column (inverse document frequency, Spärck Jones 1972). Typos inside
    words, initials, and words run together or split are followed; the order of words is not looked at.
    """

    kind: Literal["words"]
    alike: dict[Name, Floor] = Field(
        default={"little": 0.1, "some": 0.3, "half": 0.5, "most": 0.7, "near": 0.85, "close": 0.95}
    )

    def alone(self) -> dict[Name, float]:
        """By the share of weight that agrees."""
        return self._alone(*_ALONE)

    def _alike(self, records: Records, low: Codes, high: Codes) -> Similarity:
        numbered = records.numbered(*self.columns)
        words = records.prepared(("words", *self.columns), lambda: _Words(numbered.texts))
        parts = range(0, len(low), _BATCH)
        found = [words.similarity(low[at : at + _BATCH], high[at : at + _BATCH]) for at in parts]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)


class _Words:
    """The words of numbered texts: for text i the words `word[start[i]:start[i + 1]]`, in order of number."""

    def __init__(self, texts: pa.Array) -> None:
        self._texts = texts
        split = pc.split_pattern(self._texts, " ")
        counts = pc.list_value_length(split).to_numpy(zero_copy_only=False).astype(np.int64)
        coded = pc.dictionary_encode(split.flatten())
        text = np.repeat(np.arange(len(texts)), counts)
        self.vocabulary = coded.dictionary.to_numpy(zero_copy_only=False)
        size = max(1, len(self.vocabulary))
        keys = np.sort(text * size + coded.indices.to_numpy())
        text, self.word = np.divmod(keys[np.diff(keys, prepend=-1) > 0], size)
        documents = np.bincount(self.word, minlength=size)
        self.weight: Amounts = np.maximum(_LEAST, 1 - np.log1p(documents) / _EVERYWHERE)
        text, self.word = self._rarest(text)
        self.start = np.searchsorted(text, np.arange(len(texts) + 1))

    def _rarest(self, text: Codes) -> tuple[Codes, Codes]:
        """At most `_MOST_WORDS` words a text."""
        if np.bincount(text, minlength=1).max() <= _MOST_WORDS:
            return text, self.word
        order = np.lexsort((self.word, -self.weight[self.word], text))
        rank = np.arange(len(order)) - np.searchsorted(text, text[order])
        kept = np.sort(order[rank < _MOST_WORDS])
        return text[kept], self.word[kept]

    def similarity(self, low: Codes, high: Codes) -> Similarity:
        """The share of the weight of two texts' words that agrees, from 0 to 1, a pair of texts each."""
        left, right = self._of(low), self._of(high)
        size = max(1, len(self.vocabulary))
        left_keys, right_keys = (pair * size + word for pair, word in (left, right))
        left_alone = ~np.isin(left_keys, right_keys, assume_unique=True)
        right_alone = ~np.isin(right_keys, left_keys, assume_unique=True)
        agreed = self._total(left, ~left_alone, len(low))
        alone = self._total(left, left_alone, len(low)) + self._total(right, right_alone, len(low))
        letters = self._letters(low, high)
        hopeful = (letters >= _PROMISING) | (agreed > alone / 4)
        typos = self._typos(_chosen(left, left_alone, hopeful), _chosen(right, right_alone, hopeful))
        weight = (self.weight[typos["word"]] + self.weight[typos["other"]]) / 2
        found, possible = (
            np.bincount(typos["pair"], weights=some, minlength=len(low))
            for some in (weight * typos["similarity"], weight)
        )
        share = (agreed + found) / np.maximum(agreed + alone - possible, 1e-9)
        return np.where(letters >= _LETTERS, np.maximum(share, letters), share).astype(np.float32)

    def _of(self, texts: Codes) -> tuple[Codes, Codes]:
        """The words of each text, one row a word: the place of the text in `texts`, and the word."""
        counts = self.start[texts + 1] - self.start[texts]
        place = np.repeat(np.arange(len(texts)), counts)
        within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        return place, self.word[self.start[texts][place] + within]

    def _total(self, side: tuple[Codes, Codes], chosen: Flags, pairs: int) -> Amounts:
        pair, word = side
        found: Amounts = np.bincount(pair[chosen], weights=self.weight[word[chosen]], minlength=pairs).astype(
            float
        )
        return found

    def _letters(self, low: Codes, high: Codes) -> Similarity:
        left, right = (self._joined.take(pa.array(some)).to_pylist() for some in (low, high))
        return similarities(left, right, Indel.normalized_similarity, _PROMISING)

    def _typos(self, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        """Of the words that stand on one side only, those that agree but for a typo.

        Returns:
            `pair`, `word`, `other`, `similarity`: each word with the one most like it, used once.
        """
        crossed = left.merge(right.rename(columns={"word": "other"}), on="pair")
        low, high, at = distinct(
            crossed["word"].to_numpy(), crossed["other"].to_numpy(), len(self.vocabulary)
        )
        alike = crossed.assign(similarity=self._word_similarity(low, high)[at])
        alike = alike[alike["similarity"] >= _TYPO]
        alike = alike.sort_values(
            ["pair", "similarity", "word", "other"], ascending=[True, False, True, True]
        )
        return alike.drop_duplicates(["pair", "word"]).drop_duplicates(["pair", "other"])

    def _word_similarity(self, low: Codes, high: Codes) -> Similarity:
        left, right = self.vocabulary[low], self.vocabulary[high]
        alike = similarities(left.tolist(), right.tolist(), OSA.normalized_similarity, _TYPO)
        first, length = self._letter
        initial = (first[low] == first[high]) & (np.minimum(length[low], length[high]) == 1)
        return np.where(initial, np.float32(_INITIAL), alike)

    @cached_property
    def _joined(self) -> pa.Array:
        """The texts, spaces left out."""
        return pc.replace_substring(self._texts, " ", "")

    @cached_property
    def _letter(self) -> tuple[Codes, Codes]:
        """The first letter of each word, and how long it is."""
        first = np.array([ord(word[0]) if word else 0 for word in self.vocabulary], dtype=np.int64)
        return first, np.array([len(word) for word in self.vocabulary], dtype=np.int64)


def _chosen(side: tuple[Codes, Codes], alone: Flags, hopeful: Flags) -> pd.DataFrame:
    pair, word = side
    kept = alone & hopeful[pair]
    return pd.DataFrame({"pair": pair[kept], "word": word[kept]})
