"""The rules of the golden stage: every record in one company, no sum changed, nothing merged wrongly."""

from functools import partial
from typing import Any

import pandas as pd
from stdnum.fr import siren

from expectations import raw
from expectations.checks import filled, one_of, ordered, plausible, unique, verdict
from expectations.rules import Data, Rule
from expectations.standard import FIGURE_KINDS, IDENTIFIER_STATUSES, territory_codes
from transforms.wording import number

MATCH_STATUSES = ("single", "matched", "decided")
_COMPANIES = "golden.companies"
_MEMBERSHIPS = "golden.memberships"
# Amounts are read as binary fractions; a hundredth of a cent is below every amount and above every rounding.
_CENT_FRACTION = 1e-4


def has_members(companies: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """At least one membership points to the company."""
    return companies["company_id"].isin(data[_MEMBERSHIPS]["company_id"])


def fees_kept(sources: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The fees of all memberships of a source sum up to those of its standardised records.

    Implausible fees have a rule of their own and are left out on both sides.
    """
    memberships = data[_MEMBERSHIPS]
    received = _of_records(memberships, data, "fee_eur").astype(float).fillna(0)
    gained = memberships["fee_eur"].fillna(0) - received
    gained = gained.where(received.between(0, data.limits.max_fee_eur), 0)
    by_source = gained.groupby(memberships["source"]).sum()
    return sources["source"].map(by_source).fillna(0).abs() < _CENT_FRACTION


def fee_is_sum(companies: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The company's fee is the sum of the fees of its active memberships, in euros."""
    memberships = data[_MEMBERSHIPS]
    active = memberships[memberships["is_active"].fillna(value=False).astype(bool)]
    total = companies["company_id"].map(active.groupby("company_id")["fee_eur"].sum()).fillna(0)
    return (companies["fee_eur"].fillna(0) - total).abs() < _CENT_FRACTION


def one_siren(memberships: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The records of the company that have a valid SIREN, perhaps a corrected one, all have the same."""
    corrected = data["matching.sirens"].set_index(raw.RECORD_KEY)["siren"]
    keys = pd.MultiIndex.from_frame(memberships[raw.RECORD_KEY])
    numbers = pd.Series(corrected.reindex(keys).to_numpy(), index=memberships.index, dtype=object)
    numbers = numbers.fillna(_of_records(memberships, data, "siren"))
    distinct = numbers.groupby(memberships["company_id"]).transform("nunique")
    return verdict(numbers, distinct <= 1)


def turnovers_agree(memberships: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """The turnover that one source gives is not many times what another gives for the same company.

    Null for a record without turnover, and for a company whose turnover only one source knows.
    """
    turnover = _of_records(memberships, data, "turnover_eur").astype(float)
    turnover = turnover.where(turnover > 0)
    company = memberships["company_id"]
    # Two records of one source may be two establishments: their largest figure stands for the source.
    by_source = turnover.groupby([company, memberships["source"]]).max().dropna().groupby("company_id")
    spread = by_source.max() / by_source.min()
    compared = company.map(spread.where(by_source.size() > 1))
    return verdict(compared.where(turnover.notna()), compared <= data.limits.turnover_factor)


def other_turnovers(memberships: pd.DataFrame, data: Data) -> "pd.Series[str]":
    """What the other sources say of the company's turnover: « Chez Numelink : 315 €. »; empty if nothing."""
    turnover = _of_records(memberships, data, "turnover_eur").astype(float)
    titles = memberships["source"].map(data["raw.sources"].set_index("source")["title"])
    said = memberships.assign(turnover=turnover, title=titles)[["company_id", "source", "title", "turnover"]]
    largest = said.dropna().groupby(["company_id", "source", "title"], as_index=False)["turnover"].max()
    told = largest["title"] + " : " + largest["turnover"].map(number) + " €"
    by_company = largest.assign(told=told)
    pairs = said.reset_index(names="row").merge(by_company, on="company_id", suffixes=("", "_other"))
    others = pairs[pairs["source"] != pairs["source_other"]].groupby("row")["told"].agg(" ; ".join)
    return ("Chez " + others + ".").reindex(memberships.index, fill_value="")


def group_is_small(companies: pd.DataFrame, data: Data) -> "pd.Series[bool]":
    """Not more records are held to be one company than is believable."""
    sizes = data[_MEMBERSHIPS]["company_id"].value_counts()
    return companies["company_id"].map(sizes).fillna(0) <= data.limits.group_max


def _of_records(memberships: pd.DataFrame, data: Data, column: str) -> "pd.Series[Any]":
    """The value of the standardised record of each membership."""
    records = data["standard.records"].drop_duplicates(raw.RECORD_KEY).set_index(raw.RECORD_KEY)[column]
    keys = pd.MultiIndex.from_frame(memberships[raw.RECORD_KEY])
    return pd.Series(records.reindex(keys).to_numpy(), index=memberships.index)


_company = partial(Rule, stage="golden", table=_COMPANIES)
_membership = partial(Rule, stage="golden", table=_MEMBERSHIPS)
_source = partial(Rule, stage="golden", table="raw.sources")
_linked = ("golden_company_key", "golden_key_unique", "golden_company_exists")

RULES = (
    _company(
        "golden_company_key",
        check=lambda frame, data: (
            filled("company_id")(frame, data) & unique(frame, ["company_id"]).fillna(value=True)
        ),
    ),
    _membership("golden_key_unique", check=lambda frame, _: unique(frame, raw.RECORD_KEY)),
    _membership("golden_key_known", check=raw.is_record, needs=(*raw.SOUND, "golden_key_unique")),
    _source(
        "golden_records_enough",
        check=lambda _, data: raw.enough_records(_MEMBERSHIPS, data),
        needs=("golden_key_known",),
    ),
    _source(
        "golden_records_kept",
        check=lambda _, data: raw.same_number(_MEMBERSHIPS, data),
        needs=("golden_key_known", "golden_records_enough"),
    ),
    _membership(
        "golden_company_exists",
        check=lambda frame, data: frame["company_id"].isin(data[_COMPANIES]["company_id"]),
        needs=("golden_company_key",),
    ),
    _company("golden_company_has_members", check=has_members, needs=(*_linked, "golden_records_enough")),
    _membership("golden_one_siren", check=one_siren, fields=("siren", "siret", "tva"), needs=_linked),
    _source("golden_fees_kept", check=fees_kept, needs=("standard_records_kept", "golden_records_kept")),
    _company(
        "golden_fee_is_sum",
        check=fee_is_sum,
        needs=("golden_company_has_members", "golden_fees_kept"),
    ),
    _membership(
        "golden_turnovers_agree",
        check=turnovers_agree,
        fields=("turnover",),
        needs=_linked,
        detail=other_turnovers,
    ),
    _company("golden_group_is_small", check=group_is_small, needs=_linked),
    _company("golden_name_present", check=filled("name")),
    _company(
        "golden_siren_valid",
        check=lambda frame, _: verdict(
            frame["siren"], frame["siren"].map(siren.is_valid, na_action="ignore")
        ),
    ),
    _company("golden_siren_shared", check=lambda frame, _: unique(frame, ["siren"])),
    _company("golden_siren_status", check=one_of(("siren_status",), lambda: IDENTIFIER_STATUSES)),
    _company("golden_territory_known", check=one_of(("territory",), territory_codes)),
    _company("golden_jobs_plausible", check=plausible("jobs", "max_jobs")),
    _company("golden_jobs_ordered", check=ordered("jobs", "max_jobs")),
    _company(
        "golden_turnover_plausible",
        check=plausible("turnover_eur", "max_turnover_eur"),
    ),
    _company("golden_turnover_ordered", check=ordered("turnover_eur", "max_turnover_eur")),
    _company("golden_figure_kinds", check=one_of(("jobs_kind", "turnover_eur_kind"), lambda: FIGURE_KINDS)),
    _membership("golden_match_status", check=one_of(("match_status",), lambda: MATCH_STATUSES)),
)
"""The rules on companies and memberships, in the order in which they are judged."""
