"""What the values of a column look like: the evidence beside a header that says too little."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice

import pandas as pd
from stdnum import luhn

from transforms import reference
from transforms.sources.text import clean, without_year
from transforms.text import fold

_SAMPLE = 200
_SEPARATORS = re.compile(r"[\s.\-_/]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_WEBSITE = re.compile(r"(https?://|www\.)\S+|([\w-]+\.)+(fr|com|eu|net|org|io|coop|bzh)/?", re.IGNORECASE)
_PHONE = re.compile(r"(\+|00)\d{10,13}|0?[1-9]\d{8}")
_NAF = re.compile(r"\d{2}\.?\d{2} ?[a-z]", re.IGNORECASE)
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}.*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_LONG_NUMBER = re.compile(r"\d(?:[\s./_-]?\d){4}")
_TVA = re.compile(r"FR[0-9A-Z]{2}\d{9}", re.IGNORECASE)


def _luhn(value: str, length: int) -> bool:
    digits = _SEPARATORS.sub("", value)
    return len(digits) == length and digits.isdecimal() and digits.isascii() and bool(luhn.is_valid(digits))


def _matches(pattern: re.Pattern[str], *, joined: bool = False) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        return pattern.fullmatch(_SEPARATORS.sub("", value) if joined else value) is not None

    return test


@cache
def _street() -> re.Pattern[str]:
    """A number and a street type (`reference/street_types.yml`), anywhere in a folded text."""
    types = reference.load("street_types")["types"]
    spellings = "|".join(re.escape(name) for kind, others in types.items() for name in (kind, *others))
    return re.compile(rf"(?<![A-Z0-9])\d{{1,4}} ?(?:BIS|TER|QUATER|[A-E])?,? ?\b(?:{spellings})\b")


_TESTS: dict[str, Callable[[str], bool]] = {
    "siren": lambda value: _luhn(value, 9),
    "siret": lambda value: _luhn(value, 14),
    "tva": _matches(_TVA, joined=True),
    "rna": _matches(re.compile(r"W\d{9}", re.IGNORECASE), joined=True),
    "postcode": _matches(re.compile(r"\d{5}")),
    "phone": lambda value: _PHONE.fullmatch(_SEPARATORS.sub("", value.replace("(0)", ""))) is not None,
    "email": _matches(_EMAIL),
    "website": _matches(_WEBSITE),
    "naf_code": _matches(_NAF),
    "date": _matches(_DATE),
    "street": lambda value: _street().search(fold(value)) is not None,
    "year": lambda value: _YEAR.search(value) is not None,
    "number": _matches(re.compile(r"\d+"), joined=True),
}


def sample(values: pd.Series) -> list[str]:
    """The first filled values of a column, cleaned, enough to tell what it holds."""
    return [clean(text) for text in islice(filter(None, values), _SAMPLE)]


def fit(sample: Iterable[str], content: str) -> float | None:
    """The share of the filled values of a sample that look like `content`; None when none is filled.

    `content` is one of those that `reference/header_words.yml` names, or street (a number and a street type,
    somewhere in the text), year (one somewhere in it), number (digits alone).
    """
    filled = [text for text in sample if text]
    return sum(map(_TESTS[content], filled)) / len(filled) if filled else None


def is_data(text: str) -> bool:
    """Whether a text is no name of a column but a value: an e-mail, a site, a date, a number of 5 digits."""
    received = clean(text)
    if _EMAIL.search(received) or any(
        pattern.fullmatch(received) for pattern in (_DATE, _WEBSITE, _NAF, _TVA)
    ):
        return True
    return _LONG_NUMBER.search(without_year(received)) is not None


def could_be_names(values: pd.Series) -> float:
    """How much a column looks like the names of companies: filled, wordy, hardly ever repeated; 0 to 1."""
    sample = values.head(_SAMPLE)
    wordy = sample.map(lambda text: sum(map(str.isalpha, text)) > len(text) / 2 and "@" not in text)
    return float(wordy.mean() * sample.nunique() / len(sample)) if len(sample) else 0.0


def could_be_ids(values: pd.Series) -> float:
    """How much a column looks like identifiers: always filled, never repeated, short, with digits; 0 to 1."""
    sample = values.head(_SAMPLE)
    coded = sample.map(lambda text: any(map(str.isdigit, text)) and len(text) <= 20 and " " not in text)
    return float(coded.mean() * sample.nunique() / len(sample)) if len(sample) else 0.0
