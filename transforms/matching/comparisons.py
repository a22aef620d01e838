"""What each signal says about a pair: one level a signal, a missing value being a level of its own."""

import functools
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms import reference
from transforms.matching.company_name import NameEvidence, compare_names
from transforms.matching.name_words import WordWeights

MISSING: Final = "missing"
# A value that so many records share belongs to nobody in particular: a switchboard, a shared office.
_SHARED_BY: Final = 6
# A name that so many records bear is a chain's, or made of everyday words.
_COMMON_FROM: Final = 5
_SAME_STREET: Final = 0.8
# One domain under two endings, or with a typo.
_ALIKE_STEM: Final = 0.84
_NAME_COLUMNS: Final = ("name_core", "trade_name_core")

Levels = npt.NDArray[np.object_]


def compare(records: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Compare pairs of records signal by signal.

    Args:
        records: standard.records, index 0..n-1.
        pairs: `left`, `right`, positions in `records`.

    Returns:
        One row a pair, one column a signal (identifier, name, address, phone, domain, email, activity,
        legal_form), holding the level as `reference/match_weights.yml` lists them.
    """
    left = records.iloc[pairs["left"]].reset_index(drop=True)
    right = records.iloc[pairs["right"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "identifier": _identifier(left, right),
            "name": _name(records, left, right),
            "address": _address(left, right),
            "phone": _phone(records, left, right),
            "domain": _domain(records, left, right),
            "email": _email(left, right),
            "activity": _activity(left, right),
            "legal_form": _legal_form(left, right),
        }
    )


def _identifier(left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    """SIREN or RNA; a SIRET that a spreadsheet has rounded supports or contradicts, and never identifies."""
    siren = left["siren"].notna() & right["siren"].notna()
    rounded = _in_rounded(left, right) | _in_rounded(right, left)
    known = _can_be_rounded(left, right) | _can_be_rounded(right, left)
    return _first(
        (siren & (left["siren"] != right["siren"]), "different"),
        (siren | (left["rna"].notna() & (left["rna"] == right["rna"])), "same"),
        (rounded, "rounded_agrees"),
        (known, "rounded_differs"),
    )


def _can_be_rounded(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    return one["siret_low"].notna() & other["siren"].notna() & one["siren"].isna()


def _in_rounded(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Whether the SIREN of `other` lies among those that the rounded SIRET of `one` leaves open."""
    siren = pd.to_numeric(other["siren"], errors="coerce")
    low, high = (
        one[bound].astype("Float64").astype(float) // 100_000 for bound in ("siret_low", "siret_high")
    )
    return _can_be_rounded(one, other) & siren.ge(low) & siren.le(high)


def _name(records: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    """Names and trade names; a name or sign that many records bear is said to be common."""
    weigh = WordWeights.of(records["name_core"])
    trade = records["trade_name_core"]
    bearers = pd.concat([records["name_core"], trade.where(trade != records["name_core"])]).value_counts()
    common = frozenset(bearers[bearers >= _COMMON_FROM].index)
    known: dict[tuple[str, str], NameEvidence] = {}

    def level(one: str, other: str) -> str:
        key = (one, other) if one <= other else (other, one)
        if key not in known:
            known[key] = compare_names(*key, weigh)
        found = known[key].level
        return "common" if found in ("same", "close") and not common.isdisjoint(key) else found

    sides = zip(*(side[column] for side in (left, right) for column in _NAME_COLUMNS), strict=True)
    return np.array([_best_name(level, *names) for names in sides], dtype=object)


def _best_name(
    level: Callable[[str, str], str], name: str, sign: str | None, other: str, other_sign: str | None
) -> str:
    """The level of the two names, or what their trade names tell that the names do not."""
    best = level(name, other)
    if best in ("same", "close", "near", "common", "sibling"):
        return best
    crossed = [
        level(one, two)
        for one, two in ((sign, other), (name, other_sign))
        if isinstance(one, str) and isinstance(two, str)
    ]
    if {"same", "close"} & {*crossed}:
        return "trade_name"
    if isinstance(sign, str) and isinstance(other_sign, str) and level(sign, other_sign) in ("same", "close"):
        return "same_sign"
    return "common" if "common" in crossed else best


def _address(left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    town = _same(left, right, "city_key") | _same(left, right, "postcode")
    placed = [side["city_key"].notna() | side["postcode"].notna() for side in (left, right)]
    streets = [side["street_name"].fillna(side["address_complement"]) for side in (left, right)]
    known = streets[0].notna() & streets[1].notna()
    alike = known & (_similarity(*streets) >= _SAME_STREET)
    numbers = left["street_number"].notna() & right["street_number"].notna()
    number = (left["street_number"] == right["street_number"]) | (
        left["street_number"].isna() & right["street_number"].isna()
    )
    return _first(
        (~(placed[0] & placed[1]), MISSING),
        (town & alike & number, "same"),
        (town & alike & ~numbers, "same_street"),
        (town & alike, "other_number"),
        (town & ~known, "same_town"),
        (town, "other_street"),
        (_same(left, right, "departement"), "other_town"),
        default="other_departement",
    )


def _phone(records: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    same = _same(left, right, "phone")
    shared = left["phone"].map(records["phone"].value_counts()).fillna(0) >= _SHARED_BY
    known = left["phone"].notna() & right["phone"].notna()
    return _first((same & shared, "shared"), (same, "same"), (known, "different"))


def _domain(records: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    """Web domains and those of e-mail addresses; a free-mail provider's says nothing."""
    web, mail = _web(records), _mail(records)
    counts = pd.concat([web, mail.where(mail != web)]).value_counts()
    crossed = [(one(left), other(right)) for one in (_web, _mail) for other in (_web, _mail)]
    same = functools.reduce(pd.Series.combine_first, [one.where(one == other) for one, other in crossed])
    alike = np.logical_or.reduce(
        [_similarity(_stem(one), _stem(other)) >= _ALIKE_STEM for one, other in crossed]
    )
    known = np.logical_or.reduce([one.notna() & other.notna() for one, other in crossed])
    return _first(
        (same.map(counts).fillna(0) >= _SHARED_BY, "shared"),
        (same.notna(), "same"),
        (alike, "alike"),
        (known, "different"),
    )


def _web(side: pd.DataFrame) -> pd.Series:
    return side["web_domain"]


def _mail(side: pd.DataFrame) -> pd.Series:
    return side["email_domain"].where(~side["is_free_mail"])


def _stem(domains: pd.Series) -> pd.Series:
    """A domain without its ending and hyphens: `ab-conseil` of `ab-conseil.fr` as `abconseil`."""
    return domains.astype("str").str.replace(r"\..*$|-", "", regex=True)


def _email(left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    """The whole address where the domain is a free-mail provider's; elsewhere the domain has said it."""
    free = left["is_free_mail"] & right["is_free_mail"]
    return _first((free & _same(left, right, "email"), "same"), (free, "different"))


def _activity(left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    known = left["naf_code"].notna() & right["naf_code"].notna()
    division = left["naf_code"].astype("str").str[:2] == right["naf_code"].astype("str").str[:2]
    return _first(
        (_same(left, right, "naf_code"), "same"), (known & division, "same_division"), (known, "different")
    )


def _legal_form(left: pd.DataFrame, right: pd.DataFrame) -> Levels:
    """A form and its special case (SARL, EURL) are one family: exports are seldom that precise."""
    known = left["legal_form"].notna() & right["legal_form"].notna()
    families = {code: form["family"] for code, form in reference.load("legal_forms").items()}
    family = left["legal_form"].map(families) == right["legal_form"].map(families)
    return _first(
        (_same(left, right, "legal_form"), "same"), (known & family, "same_family"), (known, "different")
    )


def _same(left: pd.DataFrame, right: pd.DataFrame, column: str) -> pd.Series:
    return left[column].notna() & (left[column] == right[column])


def _similarity(left: pd.Series, right: pd.Series) -> npt.NDArray[np.float32]:
    """Similarity of two columns of texts, 0 where one is missing."""
    scores = process.cpdist(
        left.fillna("").tolist(),
        right.fillna("").tolist(),
        scorer=OSA.normalized_similarity,
        dtype=np.float32,
    )
    return np.where(left.notna() & right.notna(), scores, 0)


def _first(*levels: tuple[pd.Series | npt.NDArray[np.bool_], str], default: str = MISSING) -> Levels:
    """The first level whose condition holds."""
    conditions = [np.asarray(condition, dtype=bool) for condition, _ in levels]
    return np.select(conditions, [level for _, level in levels], default=default).astype(object)
