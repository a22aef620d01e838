"""Columns of pairs as numbers: known, same, alike, and how many bear a value."""

import numpy as np
import pandas as pd

from transforms.matching.pair_ends import NONE, Ends, bearers, numbered


def test_columns_numbered_together_share_their_numbers_and_missing_has_none() -> None:
    (web, mail), values = numbered(
        pd.Series(["a.fr", None, "b.fr"], dtype="str"), pd.Series(["b.fr", "c.fr", None], dtype="str")
    )
    assert web.tolist() == [0, NONE, 1]
    assert mail.tolist() == [1, 2, NONE]
    assert values.tolist() == ["a.fr", "b.fr", "c.fr"]


def test_missing_is_never_the_same_nor_known_nor_alike() -> None:
    ends = Ends(np.array([0, NONE, NONE, 0, 0]), np.array([0, NONE, 0, 1, 2]))
    assert ends.known.tolist() == [True, False, False, True, True]
    assert ends.same.tolist() == [True, False, False, False, False]
    texts = pd.Index(["RUE DES LILAS", "RUE DES LILA", "QUAI"])
    assert ends.alike(texts, 0.8).tolist() == [True, False, False, True, False]


def test_a_column_without_values() -> None:
    (codes,), values = numbered(pd.Series([None, None], dtype="object"))
    ends = Ends(codes, codes[::-1])
    assert not ends.alike(values, 0.8).any()
    assert bearers(len(values), codes).tolist() == [0]


def test_a_record_bears_a_value_once() -> None:
    name, sign = np.array([0, 1, 1]), np.array([0, NONE, 0])
    assert bearers(2, name, sign).tolist() == [2, 2, 0]
    assert bearers(2, name).tolist() == [1, 2, 0]
