"""A matching spec proposed from unseen columns: what they look like says how they are read and compared.

No labels are needed: weights are learned from the data (`training`), and whether a source holds nothing twice
is found out. The proposal is written down for people to edit.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pandas as pd

from transforms.errors import InputError
from transforms.matching.alike_texts import AlikeTexts
from transforms.matching.auto_numbers import near_numbers, number_comparison
from transforms.matching.blocking import Blocking, BlockingRule, KeyPart
from transforms.matching.comparisons import AnyComparison
from transforms.matching.comparisons.date import DateComparison
from transforms.matching.comparisons.text import TextComparison
from transforms.matching.comparisons.words import WordsComparison
from transforms.matching.profile import Profile, profile
from transforms.matching.spec import MatchingSpec, ReadColumn
from transforms.text import fold

# Texts of so many words on average are compared word by word.
_SEVERAL_WORDS = 1.4
# Columns with so few values are categories: the same or not.
_CATEGORIES = 60
# Few records: all pairs are compared.
_ALL_PAIRS = 1_500
# Up to so many records, all pairs of which the longest texts are so alike.
_ALIKE_PAIRS = 6_000
_ALIKE = 0.7
# A blocking rule is worth its pairs up to so many a record; rules by words, up to so large blocks.
_PAIRS_A_RECORD = 12
_BLOCK_CAP = 60
# However many records there are, a rule may have so many pairs; beyond, one a record.
_RULE_PAIRS = 1_000_000
# Of texts of so many words, two words that few share propose a pair where each is common.
_MANY_WORDS = 3
_MOST_KEYS = 2_000_000
# Words of columns that have so many effective values propose pairs.
_TELLING = 300
# So many records' texts of one column lie within those of another: it is a part of it.
_PART_OF = 0.6
_SAMPLE = 20_000
# A source has a column if so many of its records do.
_FILLED = 0.02
_SIGNAL_LETTERS = 40


def propose(frame: pd.DataFrame, source: pd.Series) -> MatchingSpec:
    """Propose a spec for a table of texts.

    Args:
        frame: one row a record, one column an attribute, texts or missing.
        source: the source of each record.

    Raises:
        InputError: no column can tell one record from another.
    """
    profiles = [profile(frame[name], source) for name in frame.columns]
    asked = [one for one in profiles if one.tells]
    telling = _without_parts(_of_several(asked, frame, source) or asked, frame)
    if all(one.read == "number" for one in telling):
        telling = [replace(one, read="code") for one in telling]
    if not telling:
        raise InputError(
            "Aucune colonne ne permet de comparer les fiches.",
            found=f"colonnes vides, constantes ou d'identifiants : {', '.join(map(str, frame.columns))}",
            expected="au moins une colonne qui décrit les fiches : nom, adresse, téléphone…",
            next_step="Vérifier le fichier, ou écrire une spécification (docs/matching.md).",
        )
    ids = [one.name for one in profiles if one.is_id]
    names = dict(zip([one.name for one in telling], _names(telling), strict=True))
    return MatchingSpec(
        id=ids[0] if ids and not frame.assign(source=source).duplicated([ids[0], "source"]).any() else None,
        no_duplicates="find_out" if source.nunique() > 1 else (),
        identifiers=tuple(names[one.name] for one in telling if one.read == "siren"),
        columns={names[one.name]: ReadColumn(column=one.name, read=one.read) for one in telling},
        blocking=_blocking(telling, names, frame),
        comparisons=tuple(_comparison(one, names[one.name], frame) for one in telling),
    )


def _of_several(profiles: list[Profile], frame: pd.DataFrame, source: pd.Series) -> list[Profile]:
    """Those that two sources have, if there are two: of others no pair across sources tells the weight."""
    if source.nunique() < 2:
        return profiles
    filled = frame.notna().groupby(source.to_numpy()).mean()
    return [one for one in profiles if (filled[one.name] > _FILLED).sum() > 1]


def _names(profiles: list[Profile]) -> Iterator[str]:
    """Names of signals: the columns' own, in small letters."""
    taken: set[str] = set()
    for one in profiles:
        letters = fold(one.name).lower()
        base = "".join(char if char.isascii() and char.isalnum() else "_" for char in letters)
        base = f"c_{base}"[:_SIGNAL_LETTERS] if not base[:1].isalpha() else base[:_SIGNAL_LETTERS]
        name, more = base, 1
        while name in taken:
            more += 1
            name = f"{base}_{more}"
        taken.add(name)
        yield name


def _without_parts(profiles: list[Profile], frame: pd.DataFrame) -> list[Profile]:
    """Of columns that lie within another, agreement would be counted twice: the parts stay, or the whole.

    Parts of one word each that together have all its words, such as first name and surname, say what the
    whole does, and apart. Elsewhere the whole stays.
    """
    texts = {one.name: frame[one.name].head(_SAMPLE).str.lower() for one in profiles if one.read == "text"}
    distinct = {one.name: one.distinct for one in profiles}
    parts_of: dict[str, list[Profile]] = {}
    for one in profiles:
        for whole in texts if one.name in texts else ():
            if (
                distinct[one.name] < distinct[whole]
                and _share_within(texts[one.name], texts[whole]) >= _PART_OF
            ):
                parts_of.setdefault(whole, []).append(one)
    dropped = set()
    for whole, parts in parts_of.items():
        single = [one.name for one in parts if one.words < _SEVERAL_WORDS]
        together = (
            frame[single].head(_SAMPLE).fillna("").agg(" ".join, axis=1).str.lower() if single else None
        )
        if together is not None and _share_within(texts[whole], together) >= _PART_OF:
            dropped.add(whole)
        else:
            dropped |= {one.name for one in parts}
    return [one for one in profiles if one.name not in dropped]


def _share_within(part: pd.Series, whole: pd.Series) -> float:
    """Of the records that have both: the share in which all words of `part` stand in `whole`."""
    both = part.notna() & whole.notna()
    pairs = zip(part[both].str.split(), whole[both].str.split(), strict=True)
    return sum(set(one) <= set(other) for one, other in pairs) / max(1, both.sum())


def _comparison(one: Profile, name: str, frame: pd.DataFrame) -> AnyComparison:
    if one.read == "number":
        return number_comparison(name, frame[one.name])
    records = len(frame)
    shared = {"frequent": max(4, records // 2_000), "common": max(20, records // 200)}
    largest = one.largest * one.filled * records
    shared = {level: count for level, count in shared.items() if count < largest}
    if one.read == "date":
        return DateComparison(signal=name, kind="date", columns=(name,), shared_from=shared)
    if one.read in ("email", "url", "siren"):
        return TextComparison(signal=name, kind="text", columns=(name,), shared_from=shared)
    if one.distinct <= _CATEGORIES and one.words < _SEVERAL_WORDS:
        return TextComparison(signal=name, kind="text", columns=(name,), shared_from=shared)
    if one.words >= _SEVERAL_WORDS and one.read in ("text", "address"):
        return WordsComparison(signal=name, kind="words", columns=(name,), shared_from=shared)
    if one.read == "text":
        return TextComparison(
            signal=name, kind="text", measure="beginnings", columns=(name,),
            alike={"far": 0.7, "near": 0.82, "close": 0.92}, shared_from=shared,
        )  # fmt: skip
    return TextComparison(
        signal=name, kind="text", columns=(name,), alike={"near": 0.7, "close": 0.84}, shared_from=shared
    )


def _blocking(telling: list[Profile], names: dict[str, str], frame: pd.DataFrame) -> Blocking:
    """Rules by every value, word or pair of values that few enough records share."""
    numbers = {names[one.name]: frame[one.name] for one in telling if one.read == "number"}
    telling = [one for one in telling if one.read != "number"]
    longest = max(
        telling, key=lambda one: one.words * one.filled * (one.read in ("text", "address")) + one.filled
    )
    few = len(frame) <= _ALL_PAIRS
    least = 0.0 if few else _ALIKE
    alike = AlikeTexts(column=names[longest.name], at_least=least, up_to=_ALIKE_PAIRS)
    rules = [*_by_words(telling, names, len(frame)), *_by_values(telling, names, frame)]
    if not rules and not few:
        rules = [
            BlockingRule(name="all", keys=tuple(names[one.name] for one in telling), cap=10 * _BLOCK_CAP)
        ]
    most = max(_RULE_PAIRS, len(frame))
    near = tuple(near_numbers(numbers))
    return Blocking(rules=tuple(rules), cap=_BLOCK_CAP, most_pairs=most, alike_texts=alike, near_numbers=near)


def _by_words(telling: list[Profile], names: dict[str, str], records: int) -> Iterator[BlockingRule]:
    for one in telling:
        if one.read == "text" and one.words >= _SEVERAL_WORDS and one.effective > _TELLING:
            column = (names[one.name],)
            word = KeyPart(columns=column, take="words")
            # Two words make as many keys as the square of their number.
            two = one.words >= _MANY_WORDS and records * one.words**2 <= _MOST_KEYS
            yield BlockingRule(name=f"{column[0]}_words", keys=(word, word) if two else (word,))
            yield BlockingRule(
                name=f"{column[0]}_first", keys=(KeyPart(columns=column, take="first", letters=8),)
            )


def _by_values(telling: list[Profile], names: dict[str, str], frame: pd.DataFrame) -> Iterator[BlockingRule]:
    most = _PAIRS_A_RECORD * len(frame)
    alone = [one for one in telling if _pairs(frame[one.name]) <= most]
    for one in alone:
        yield BlockingRule(name=names[one.name], keys=(names[one.name],), cap=10 * _BLOCK_CAP)
    for one, other in combinations([one for one in telling if one not in alone], 2):
        together = (frame[one.name] + "|" + frame[other.name]).dropna()
        if 0 < _pairs(together) <= most:
            keys = (names[one.name], names[other.name])
            yield BlockingRule(name="_".join(keys), keys=keys, cap=10 * _BLOCK_CAP)


def _pairs(values: pd.Series) -> float:
    counts = values.value_counts()
    return float((counts * (counts - 1) / 2).sum())
