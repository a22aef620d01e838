"""Columns of any table, read for matching: the kinds of values that a matching spec may name.

`READERS` gives for each kind the function from a column of texts to standardised columns; the first, named
`""`, takes the name of the column, the others that name and their own: `email` and `email_domain`.
"""

import html
import math
import re
from collections.abc import Callable, Sequence
from functools import cache, partial

import pandas as pd

from transforms import reference
from transforms.standardise.cells import read_distinct
from transforms.standardise.company_names import standardise_names
from transforms.standardise.contacts import standardise_emails, standardise_phones, standardise_websites
from transforms.standardise.identifiers import standardise_siren
from transforms.text import fold

Reader = Callable[[pd.Series], pd.DataFrame]

_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]+")
_POSSESSIVE = re.compile(r"['’](?=S\b)")
# Without a sign between its parts a date has eight digits, or « 202011 » would be a day of January. One that
# ends with a year begins with none: 18, 19 and 20 are no months.
_ISO_DAY = re.compile(r"(\d{4})(?:\D(\d{1,2})\D(\d{1,2})|(\d{2})(\d{2}))(?:\D.*)?")
_DAY_BEFORE_YEAR = re.compile(r"([0-3]\d)([0-3]\d)((?:18|19|20)\d\d)")
_WRITTEN_DAY = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})(?:\D.*)?")
_MONTH = re.compile(r"(\d{4})\D(\d{1,2})")
_WRITTEN_MONTH = re.compile(r"(\d{1,2})\D(\d{4})")
_NUMBER = re.compile(r"[+-]?\d[\d\s]*(?:[.,]\d+)?")


def read_text(values: pd.Series) -> pd.DataFrame:
    """Capitals without accents and signs, single spaces: `""`."""
    return _one(values, _plain)


def read_address(values: pd.Series) -> pd.DataFrame:
    """The same, street types and ordinals in their short form (`reference/address_words.yml`): `""`."""
    short = _address_words()
    return _one(values, lambda text: " ".join(short.get(word, word) for word in _plain(text).split()))


def read_code(values: pd.Series) -> pd.DataFrame:
    """Letters and digits alone: `""`."""
    return _one(values, lambda text: _plain(text).replace(" ", ""))


def read_digits(values: pd.Series) -> pd.DataFrame:
    """Digits alone: `""`."""
    return _one(values, lambda text: "".join(filter(str.isdigit, text)))


def read_number(values: pd.Series) -> pd.DataFrame:
    """A quantity, decimal comma or point; missing where the text is none, or one too large: `""` (float)."""

    def number(text: str) -> Sequence[object]:
        if _NUMBER.fullmatch(text) is None:
            return [None]
        found = float(re.sub(r"\s", "", text).replace(",", "."))
        return [found if math.isfinite(found) else None]

    return read_distinct(values, number, [""]).astype(float)


def read_date(values: pd.Series) -> pd.DataFrame:
    """A day as YYYYMMDD, a month as YYYYMM, impossible ones too: a typo in a day still tells much: `""`."""

    def day(text: str) -> str:
        if before := _DAY_BEFORE_YEAR.fullmatch(text):
            return f"{before[3]}{before[2]}{before[1]}"
        if iso := _ISO_DAY.fullmatch(text):
            return f"{iso[1]}{iso[2] or iso[4]:0>2}{iso[3] or iso[5]:0>2}"
        if written := _WRITTEN_DAY.fullmatch(text):
            return f"{written[3]}{written[2]:0>2}{written[1]:0>2}"
        if month := _MONTH.fullmatch(text):
            return f"{month[1]}{month[2]:0>2}"
        if month := _WRITTEN_MONTH.fullmatch(text):
            return f"{month[2]}{month[1]:0>2}"
        return "".join(filter(str.isdigit, text))

    return _one(values, day)


def read_phone(values: pd.Series) -> pd.DataFrame:
    """A telephone number in E.164, its digits where it is none that is known: `""`."""
    phone = standardise_phones(values)["phone"]
    return pd.DataFrame({"": phone.where(phone.notna(), read_digits(values)[""])})


def read_email(values: pd.Series) -> pd.DataFrame:
    """An e-mail address: `""`; and its registrable domain unless a free-mail provider's: `domain`."""
    read = standardise_emails(values)
    return pd.DataFrame({"": read["email"], "domain": read["email_domain"].mask(read["is_free_mail"])})


def read_url(values: pd.Series) -> pd.DataFrame:
    """The registrable domain of a web site: `""`."""
    return pd.DataFrame({"": standardise_websites(values)["web_domain"]})


def read_siren(values: pd.Series) -> pd.DataFrame:
    """A SIREN that passes its check, also of a SIRET or TVA number: `""`."""
    return pd.DataFrame({"": standardise_siren(values)["siren"]})


def read_company_name(values: pd.Series) -> pd.DataFrame:
    """The words that tell a company from others: `""`; its legal form and its family: `form`, `family`."""
    read = standardise_names(values)
    families = {code: kind["family"] for code, kind in reference.load("legal_forms").items()}
    return pd.DataFrame(
        {"": read["name_core"], "form": read["legal_form"], "family": read["legal_form"].map(families)}
    )


READERS: dict[str, Reader] = {
    "text": read_text,
    "address": read_address,
    "company_name": read_company_name,
    "code": read_code,
    "digits": read_digits,
    "number": read_number,
    "date": read_date,
    "phone": read_phone,
    "email": read_email,
    "url": read_url,
    "siren": read_siren,
}


def _one(values: pd.Series, read: Callable[[str], str]) -> pd.DataFrame:
    return read_distinct(values, partial(_or_none, read), [""])


def _or_none(read: Callable[[str], str], text: str) -> Sequence[object]:
    return [read(text) or None]


def _plain(text: str) -> str:
    decoded = html.unescape(text) if "&" in text else text
    return _NOT_ALPHANUMERIC.sub(" ", _POSSESSIVE.sub("", fold(decoded))).strip()


@cache
def _address_words() -> dict[str, str]:
    """The short form of each word, by its spellings."""
    words = reference.load("address_words")
    return {spelling: short for short, spellings in words.items() for spelling in spellings}
