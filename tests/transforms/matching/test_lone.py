"""Tables of which one signal alone tells things apart."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from matching_records import table

from transforms.matching.comparisons.text import TextComparison
from transforms.matching.comparisons.words import WordsComparison
from transforms.matching.link import link
from transforms.matching.lone import Lone, lone_signal
from transforms.matching.spec import MatchingSpec
from transforms.matching.training import learn

SYLLABLES = ("MER", "TAV", "BRE", "QUO", "ZEP", "KER", "LUP", "VER", "CAL", "ORV")
NAMES = [f"{one}{other}" for one, other in product(SYLLABLES, SYLLABLES)]

# One text alone: ten equal pairs, ten that are near, a million others.
ALONE = [np.array([3] * 10 + [2] * 10 + [1] * 980, dtype=np.int8)]
POSSIBLE = 1_000_000.0
LONE = Lone(0, np.array([0.0, 0.6, 0.9]))
ALONE_BY_CHANCE = [np.array([0.99998, 1e-5, 1e-5])]


def test_where_one_signal_tells_things_apart_experience_says_how_likely_its_levels_are() -> None:
    found = 1 / (1 + np.exp2(-learn(ALONE, ALONE_BY_CHANCE, POSSIBLE, 500.0, lone=LONE).bits(ALONE)))
    assert found[0] == pytest.approx(0.9, abs=0.05)
    assert found[10] == pytest.approx(0.6, abs=0.1)
    assert found[-1] < 0.001


def test_a_level_of_more_pairs_than_things_is_full_of_chance() -> None:
    found = 1 / (1 + np.exp2(-learn(ALONE, ALONE_BY_CHANCE, POSSIBLE, 2.0, lone=LONE).bits(ALONE)))
    assert found[10] < 0.3


def test_other_signals_still_have_their_say() -> None:
    """What agrees on the text but never on a colour that three in ten share is less likely one."""
    colour = np.array([2] * 8 + [1] * 2 + [2] * 8 + [1] * 2 + [2] * 294 + [1] * 686, dtype=np.int8)
    chance = [*ALONE_BY_CHANCE, np.array([0.7, 0.3])]
    bits = learn([*ALONE, colour], chance, POSSIBLE, 500.0, lone=LONE).bits([*ALONE, colour])
    assert bits[0] > bits[9]


def test_which_signal_is_the_only_one_that_tells_things_apart() -> None:
    title = WordsComparison(signal="title", kind="words", columns=("title",))
    state, born = (TextComparison(signal=name, kind="text", columns=(name,)) for name in ("state", "born"))
    rare, often = np.array([0.99, *[0.0] * 6, 0.001]), np.array([0.6, 0.4])
    found = lone_signal([state, title], [often, rare])
    assert found is not None
    assert found.signal == 1
    assert sorted(found.shares) == found.shares.tolist()
    assert lone_signal([born, title], [np.array([0.999, 0.001]), rare]) is None
    assert lone_signal([state], [often]) is None


def test_a_table_of_names_alone_finds_what_is_nearly_the_same() -> None:
    others = [*NAMES[37:], *NAMES[:37]]
    frame = table(*({"name": f"{one} {other}"} for one, other in zip(NAMES, others, strict=True)))
    wrong = frame.iloc[:30].assign(name=lambda rows: rows["name"].str[:-1] + "X")
    both = pd.concat([frame, wrong, frame.iloc[30:40]], ignore_index=True)
    spec = MatchingSpec.model_validate(
        {
            "blocking": {"rules": [{"name": "n", "keys": [{"columns": ["name"], "take": "words"}]}]},
            "comparisons": [{"signal": "name", "kind": "words", "columns": ["name"]}],
        }
    )
    group = link(both, spec).groups
    assert (group[:40].to_numpy() == group[100:].to_numpy()).mean() > 0.9
    assert group.nunique() >= 100
