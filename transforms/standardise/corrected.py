"""A value that a steward gives for a column of companies, read as the cell of an export would be."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from transforms.standardise.activities import standardise_naf_codes
from transforms.standardise.addresses import standardise_addresses
from transforms.standardise.company_names import read_legal_form, standardise_names
from transforms.standardise.contacts import standardise_websites
from transforms.standardise.identifiers import standardise_siren
from transforms.standardise.places import is_abroad, read_postcode, read_town
from transforms.text import is_placeholder


@dataclass(frozen=True)
class Given:
    """What was read.

    Attributes:
        value: as `companies` writes it; None if the text is no such value.
        rule: the name in `reference/refusals.yml` of why it is none, where one is known.
        city_key: of a town, its name for comparison.
        abroad: whether a town is known to lie abroad.
    """

    value: str | None = None
    rule: str | None = None
    city_key: str | None = None
    abroad: bool = False


def read_given(column: str, text: str) -> Given:
    """Read `text` for a column of `reference/corrections.yml`; more than one value is none.

    Raises:
        KeyError: no value can be given for that column.
    """
    read = _READERS[column]
    return Given() if is_placeholder(text) else read(text)


def _name(text: str) -> Given:
    return _cell(standardise_names(pd.Series([text])), "name")


def _legal_form(text: str) -> Given:
    form = read_legal_form(text)
    return Given(form, None if form else "legal_form_unknown")


def _siren(text: str) -> Given:
    return _cell(standardise_siren(pd.Series([text])), "siren")


def _naf_code(text: str) -> Given:
    return _cell(standardise_naf_codes(pd.Series([text])), "naf_code")


def _address(text: str) -> Given:
    nothing = pd.Series([None], dtype=object)
    parts = standardise_addresses(pd.Series([text]), nothing, nothing, nothing).iloc[0]
    # A postcode in it would be corrected silently, or silently not.
    alone = parts["postcode"] is None and parts["city"] is None
    return Given(parts["address"] if alone else None, parts["address_rule"])


def _postcode(text: str) -> Given:
    read = read_postcode(text)
    return Given(None if read.town else read.postcode, read.rule)


def _city(text: str) -> Given:
    town = read_town(text)
    return Given(town.city, town.rule, town.city_key, is_abroad(text))


def _website(text: str) -> Given:
    read = _cell(standardise_websites(pd.Series([text])), "website")
    return Given(None if read.rule == "website_several" else read.value, read.rule)


def _cell(frame: pd.DataFrame, column: str) -> Given:
    value, rule = frame.iloc[0][[column, f"{column}_rule"]]
    return Given(value, rule)


_READERS: dict[str, Callable[[str], Given]] = {
    "name": _name,
    "trade_name": _name,
    "legal_form": _legal_form,
    "siren": _siren,
    "naf_code": _naf_code,
    "address": _address,
    "postcode": _postcode,
    "city": _city,
    "website": _website,
}
