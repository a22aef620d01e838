"""The rules of the standard stage: no record lost or invented, every value in its declared form."""

from functools import partial

import pandas as pd
from stdnum import luhn
from stdnum.fr import siren, siret, tva

from expectations import raw
from expectations.checks import filled, obeys, one_of, ordered, plausible, shaped, unique, verdict
from expectations.rules import Data, Rule
from transforms import reference

IDENTIFIER_STATUSES = ("valid", "repaired", "partial", "invalid", "missing")
FIGURE_KINDS = ("exact", "estimated", "unknown")
PRECISIONS = ("day", "year")

_SIREN = r"(?!0{9})\d{9}"
_SIRET = r"(?!0{9})\d{14}"
_TVA = r"FR[0-9A-Z]{2}\d{9}"
_POSTCODE = r"(?!00)\d{5}"
# INSEE's geographic code: Corsica is 2A and 2B, overseas départements and collectivities have 3 digits.
# Monaco has none, but French postcodes: it is told by their first digits, 98 or 980.
_DEPARTEMENT = r"(?!20)(0[1-9]|[1-8]\d|9[0-5])|2[AB]|97[1-8]|98[046-8]?"


def is_siret(number: str) -> bool:
    """Whether the check digits of a SIRET of 14 digits hold.

    Most establishments of La Poste have no Luhn digit but a sum of digits divisible by 5; a few obey Luhn.
    """
    return siret.is_valid(number) or (siren.is_valid(number[:9]) and luhn.is_valid(number))


def territory_codes() -> frozenset[str]:
    """The codes of the territories of `reference/territories.yml`."""
    return frozenset(reference.load("territories")["territories"])


def departements_of(postcode: str) -> frozenset[str]:
    """The départements that a French postcode may stand for; Corsica's two share one prefix.

    Post offices that serve a neighbouring département are in `reference/territories.yml`.
    """
    if postcode.startswith("20"):
        return frozenset({"2A", "2B"})
    places = reference.load("territories")
    elsewhere = {*places["other_departement"].get(postcode, {}).values(), places["overseas"].get(postcode)}
    usual = postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
    monaco = {"98"} if postcode.startswith("980") else set()
    return frozenset({usual, *elsewhere, *monaco} - {None})


def places_agree(records: pd.DataFrame, _: Data) -> "pd.Series[bool]":
    """Postcode, département and territory name one part of France, as far as they are filled."""
    places = records[["postcode", "departement", "territory"]].astype("string")
    readable = (
        places["postcode"].str.fullmatch(_POSTCODE).fillna(value=False)
        & places["departement"].str.fullmatch(_DEPARTEMENT).fillna(value=True)
        & (places["territory"].isin(territory_codes()) | places["territory"].isna())
    )
    distinct = places[readable].drop_duplicates().fillna("")
    agree = {place: _one_place(*map(str, place)) for place in distinct.itertuples(index=False, name=None)}
    verdicts = pd.MultiIndex.from_frame(places.fillna("")).map(agree)
    return pd.Series(verdicts, index=records.index, dtype="boolean").where(readable)


def _one_place(postcode: str, departement: str, territory: str) -> bool:
    possible = departements_of(postcode)
    if departement and departement not in possible:
        return False
    territories = reference.load("territories")["territories"]
    followed = {code: about["departement"] for code, about in territories.items()}
    if not territory or followed[territory] in possible:
        return True
    # A territory without a département is whatever lies outside the region.
    return followed[territory] is None and possible.isdisjoint(followed.values())


def joined_in_range(records: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The date of joining lies between the earliest date and shortly after the export.

    A source that gives no export date is held against the latest one of the others.
    """
    exported = pd.to_datetime(records["export_date"])
    ahead = pd.Timedelta(days=data.limits.days_ahead)
    latest = exported.fillna(exported.max()) + ahead
    joined = pd.to_datetime(records["joined_on"])
    holds = (joined >= pd.Timestamp(data.limits.earliest)) & ~(joined > latest)
    return verdict(joined, holds)


_rule = partial(Rule, stage="standard", table="standard.records")

RULES = (
    _rule("standard_key_unique", check=lambda frame, _: unique(frame, raw.RECORD_KEY), fields=("member_id",)),
    _rule("standard_key_known", check=raw.is_record, needs=(*raw.SOUND, "standard_key_unique")),
    Rule(
        "standard_records_enough",
        stage="standard",
        table="raw.sources",
        check=lambda _, data: raw.enough_records("standard.records", data),
        needs=("standard_key_known",),
    ),
    Rule(
        "standard_records_kept",
        stage="standard",
        table="raw.sources",
        check=lambda _, data: raw.same_number("standard.records", data),
        needs=("standard_key_known", "standard_records_enough"),
    ),
    _rule("standard_name_present", check=filled("name"), fields=("name",)),
    _rule("standard_siren_format", check=shaped("siren", _SIREN), fields=("siren", "siret", "tva")),
    _rule(
        "standard_siren_checksum",
        check=obeys("siren", siren.is_valid, shape=_SIREN),
        fields=("siren", "siret", "tva"),
    ),
    _rule("standard_siret_format", check=shaped("siret", _SIRET), fields=("siret",)),
    _rule("standard_siret_checksum", check=obeys("siret", is_siret, shape=_SIRET), fields=("siret",)),
    _rule("standard_tva_format", check=shaped("tva", _TVA), fields=("tva",)),
    _rule("standard_tva_checksum", check=obeys("tva", tva.is_valid, shape=_TVA), fields=("tva",)),
    _rule("standard_rna_format", check=shaped("rna", r"W[0-9A-Z]\d{8}"), fields=("rna",)),
    _rule(
        "standard_identifier_statuses",
        check=one_of(
            ("siren_status", "siret_status", "tva_status", "rna_status"), lambda: IDENTIFIER_STATUSES
        ),
    ),
    _rule("standard_naf_format", check=shaped("naf_code", r"\d{2}\.\d{2}[A-Z]"), fields=("naf_code",)),
    _rule(
        "standard_postcode_format", check=shaped("postcode", _POSTCODE), fields=("postcode", "full_address")
    ),
    _rule("standard_departement_known", check=shaped("departement", _DEPARTEMENT)),
    _rule("standard_territory_known", check=one_of(("territory",), territory_codes)),
    _rule(
        "standard_place_agrees",
        check=places_agree,
        fields=("postcode", "full_address"),
    ),
    _rule("standard_phone_format", check=shaped("phone", r"\+[1-9]\d{6,14}"), fields=("phone",)),
    _rule(
        "standard_email_format", check=shaped("email", r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+"), fields=("email",)
    ),
    _rule(
        "standard_website_format",
        check=shaped("website", r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?"),
        fields=("website",),
    ),
    _rule(
        "standard_jobs_plausible",
        check=plausible("jobs", "max_jobs"),
        fields=("headcount",),
    ),
    _rule("standard_jobs_ordered", check=ordered("jobs", "max_jobs")),
    _rule(
        "standard_turnover_plausible",
        check=plausible("turnover_eur", "max_turnover_eur"),
        fields=("turnover",),
    ),
    _rule("standard_turnover_ordered", check=ordered("turnover_eur", "max_turnover_eur")),
    _rule("standard_figure_kinds", check=one_of(("jobs_kind", "turnover_eur_kind"), lambda: FIGURE_KINDS)),
    _rule(
        "standard_fee_plausible",
        check=plausible("fee_eur", "max_fee_eur"),
        fields=("fee",),
    ),
    _rule("standard_joined_in_range", check=joined_in_range, fields=("joined_on",)),
    _rule("standard_joined_precision", check=one_of(("joined_precision",), lambda: PRECISIONS)),
)
"""The rules on the standardised records, in the order in which they are judged."""
