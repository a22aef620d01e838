"""What each signal says about a pair: one level a signal, a missing value being a level of its own."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms import reference
from transforms.matching.name_levels import name_levels
from transforms.matching.pair_ends import Codes, Ends, Flags, bearers, numbered

MISSING: Final = "missing"
# A value that so many records share belongs to nobody in particular: a switchboard, a shared office.
_SHARED_BY: Final = 6
_SAME_STREET: Final = 0.8
# One domain under two endings, or with a typo.
_ALIKE_STEM: Final = 0.84

COLUMNS: Final = (
    *("name_core", "trade_name_core", "legal_form", "siren", "rna", "siret_low", "siret_high", "naf_code"),
    *("street_number", "street_name", "address_complement", "postcode", "city_key", "departement"),
    *("phone", "web_domain", "email", "email_domain", "is_free_mail"),
)
Levels = npt.NDArray[np.object_]


def compare(records: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Compare pairs of records signal by signal.

    Args:
        records: `COLUMNS` of standard.records, index 0..n-1.
        pairs: `left`, `right`, positions in `records`.

    Returns:
        One row a pair, one column a signal (identifier, name, address, phone, domain, email, activity,
        legal_form), holding the level as `reference/match_weights.yml` lists them. The names of two records
        with different SIREN that share no address, phone or domain are not compared: they count as different.
    """
    both = Pairs(records, pairs)
    identifier, address = _identifier(both), _address(both)
    phone, domain = _phone(both), _domain(both)
    open_ = (identifier != "different") | np.any(
        [said == "same" for said in (address, phone, domain)], axis=0
    )
    return pd.DataFrame(
        {
            "identifier": identifier,
            "name": _name(both, open_),
            "address": address,
            "phone": phone,
            "domain": domain,
            "email": _email(both),
            "activity": _activity(both),
            "legal_form": _legal_form(both),
        }
    )


class Pairs:
    """Pairs of records, whose columns are looked up by name."""

    def __init__(self, records: pd.DataFrame, pairs: pd.DataFrame) -> None:
        self.records = records
        self.left, self.right = (pairs[side].to_numpy(dtype=np.int64) for side in ("left", "right"))

    def column(self, name: str) -> Ends:
        """The values of a column at both ends, numbered."""
        (codes,), _ = numbered(self.records[name])
        return self.ends(codes)

    def ends(self, codes: Codes, other: Codes | None = None) -> Ends:
        """Numbers given to the records, at the left end and at the right (there those of `other`, if any)."""
        return Ends(codes[self.left], (codes if other is None else other)[self.right])


def _identifier(both: Pairs) -> Levels:
    """SIREN or RNA; a SIRET that a spreadsheet has rounded supports or contradicts, and never identifies."""
    siren = both.column("siren")
    number = pd.to_numeric(both.records["siren"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    low, high = (
        both.records[bound].astype("Float64").to_numpy(dtype=float, na_value=np.nan) // 100_000
        for bound in ("siret_low", "siret_high")
    )
    open_, agrees = np.zeros((2, len(both.left)), dtype=bool)
    for one, other in ((both.left, both.right), (both.right, both.left)):
        asked = ~np.isnan(low[one]) & np.isnan(number[one]) & ~np.isnan(number[other])
        open_ |= asked
        agrees |= asked & (number[other] >= low[one]) & (number[other] <= high[one])
    return _first(
        (siren.known & ~siren.same, "different"),
        (siren.known | both.column("rna").same, "same"),
        (agrees, "rounded_agrees"),
        (open_, "rounded_differs"),
    )


def _name(both: Pairs, open_: Flags) -> Levels:
    """Names of the `open_` pairs; the others are two companies whatever their names, which are not asked."""
    levels = np.full(len(both.left), "different", dtype=object)
    names, signs = (both.records[column] for column in ("name_core", "trade_name_core"))
    levels[open_] = name_levels(names, signs, both.left[open_], both.right[open_])
    return levels


def _address(both: Pairs) -> Levels:
    city, postcode, number = (both.column(name) for name in ("city_key", "postcode", "street_number"))
    records = both.records
    (codes,), streets = numbered(records["street_name"].fillna(records["address_complement"]))
    street = both.ends(codes)
    town = city.same | postcode.same
    placed = _either(city.left, postcode.left) & _either(city.right, postcode.right)
    alike = street.alike(streets, _SAME_STREET)
    return _first(
        (~placed, MISSING),
        (town & alike & (number.left == number.right), "same"),
        (town & alike & ~number.known, "same_street"),
        (town & alike, "other_number"),
        (town & ~street.known, "same_town"),
        (town, "other_street"),
        (both.column("departement").same, "other_town"),
        default="other_departement",
    )


def _phone(both: Pairs) -> Levels:
    (codes,), values = numbered(both.records["phone"])
    phone = both.ends(codes)
    shared = phone.same & (bearers(len(values), codes)[phone.left] >= _SHARED_BY)
    return _first((shared, "shared"), (phone.same, "same"), (phone.known, "different"))


def _domain(both: Pairs) -> Levels:
    """Web domains and those of e-mail addresses; a free-mail provider's says nothing."""
    records = both.records
    (web, mail), values = numbered(
        records["web_domain"], records["email_domain"].where(~records["is_free_mail"])
    )
    count = bearers(len(values), web, mail)
    # A domain without its ending and hyphens: `ab-conseil` of `ab-conseil.fr` as `abconseil`.
    stems = pd.Index(values.astype("str").str.replace(r"\..*$|-", "", regex=True))
    shared, same, alike, known = np.zeros((4, len(both.left)), dtype=bool)
    for one, other in ((web, web), (web, mail), (mail, web), (mail, mail)):
        crossed = both.ends(one, other)
        shared |= crossed.same & ~same & (count[crossed.left] >= _SHARED_BY)
        same |= crossed.same
        alike |= crossed.alike(stems, _ALIKE_STEM)
        known |= crossed.known
    return _first((shared, "shared"), (same, "same"), (alike, "alike"), (known, "different"))


def _email(both: Pairs) -> Levels:
    """The whole address where the domain is a free-mail provider's; elsewhere the domain has said it."""
    is_free = both.records["is_free_mail"].to_numpy(dtype=bool)
    free = is_free[both.left] & is_free[both.right]
    return _first((free & both.column("email").same, "same"), (free, "different"))


def _activity(both: Pairs) -> Levels:
    naf = both.column("naf_code")
    (codes,), _ = numbered(both.records["naf_code"].str[:2])
    return _first((naf.same, "same"), (both.ends(codes).same, "same_division"), (naf.known, "different"))


def _legal_form(both: Pairs) -> Levels:
    """A form and its special case (SARL, EURL) are one family: exports are seldom that precise."""
    form = both.column("legal_form")
    families = {code: kind["family"] for code, kind in reference.load("legal_forms").items()}
    (codes,), _ = numbered(both.records["legal_form"].map(families))
    return _first((form.same, "same"), (both.ends(codes).same, "same_family"), (form.known, "different"))


def _either(one: Codes, other: Codes) -> Flags:
    return (one >= 0) | (other >= 0)


def _first(*levels: tuple[Flags, str], default: str = MISSING) -> Levels:
    """The first level whose condition holds."""
    names = np.array([*(name for _, name in levels), default], dtype=object)
    which = np.select([condition for condition, _ in levels], range(len(levels)), default=len(levels))
    return np.asarray(names[which])
