"""Dates of joining, as precise as the export gives them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.standardise.cells import read_distinct
from transforms.text import fold

# Day 60 of Excel's 1900 system is a 29 February 1900 that never was; counting from here is right from day 61
# on.
_EXCEL_DAY_ZERO = date(1899, 12, 30)
# Day 0 and day 1 of Excel and Access: what an empty cell becomes when it is shown as a date.
_EMPTY_DATES = frozenset((date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)))
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_YEAR = re.compile(r"\d{4}")
_COLUMNS = ("joined_on", "joined_precision", "joined_on_rule")
_TIME = re.compile(r"[ T]+(?:A )?\d\d?\s?[:H]\s?\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?$")
_LEADING_WORDS = re.compile(
    r"^(?:(?:DEPUIS|LE|EN|DU|ANNEE|LUNDI|MARDI|MERCREDI|JEUDI|VENDREDI|SAMEDI|DIMANCHE)\b[ ,]*)+"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ]?)(\d\d?)\2(\d\d?)")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d\d?)")
_NUMBERS = re.compile(r"(\d\d?)\s?[-/. ]\s?(\d\d?)\s?[-/. ]\s?(\d{4}|\d\d)")
_MONTH_YEAR = re.compile(r"(\d\d?)\s?[-/. ]\s?(\d{4})")
_NAMED = re.compile(r"(?:(\d\d?)(?:ER)?[ /.-]*)?([A-Z]+)\.?[ /.-]*(\d{4}|\d\d)")
_NAMED_FIRST = re.compile(r"([A-Z]+)\.? (\d\d?),? (\d{4})")


class DateParameters(BaseModel):
    """Which dates a member can have joined on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    earliest: date = date(1900, 1, 1)
    latest_without_export: date = date(2099, 12, 31)
    days_after_export: int = 366
    """How far after the export a date may lie: memberships are sold ahead, by a year at most."""


_DEFAULTS = DateParameters()


@dataclass(frozen=True)
class _Parts:
    """Year, month, day as a cell gives them; `short_year` if the century was left out."""

    year: int
    month: int = 1
    day: int = 1
    precision: Literal["day", "year"] = "day"
    short_year: bool = False


def standardise_dates(
    values: pd.Series,
    declared: str | None = None,
    export_date: date | None = None,
    parameters: DateParameters = _DEFAULTS,
) -> pd.DataFrame:
    """Read dates: by the declared format, else as ISO, as the French write them, as a serial or a year.

    A bare year stays a year, on its 1 January. « mars 2014 » keeps its month, on the 1st, with the precision
    of a year: its day was never said, and the tables know no precision between day and year.

    Args:
        values: texts.
        declared: `strptime` format of the column; it also tells whether day or month comes first elsewhere.
        export_date: date of the export, which bounds the dates; None: the bound of `parameters`.
        parameters: bounds.

    Returns:
        `joined_on` (datetime64), `joined_precision` (day, year) and `joined_on_rule`: date_unreadable,
        date_impossible, date_out_of_range (the empty date of a spreadsheet too), date_short_year
        (kept: the century was guessed) or placeholder.
    """
    latest = parameters.latest_without_export
    if export_date is not None:
        latest = export_date + timedelta(days=parameters.days_after_export)

    def read(text: str) -> tuple[date | None, str | None, str | None]:
        parts = _declared(text, declared) or _recognised(fold(text), _month_first(declared), latest)
        if parts is None:
            return None, None, "date_unreadable"
        return _checked(parts, parameters.earliest, latest)

    frame = read_distinct(values, read, _COLUMNS, placeholder=[None, None, "placeholder"])
    return frame.assign(joined_on=pd.to_datetime(frame["joined_on"]).astype("datetime64[s]"))


def _declared(text: str, declared: str | None) -> _Parts | None:
    if declared is None:
        return None
    try:
        read = datetime.strptime(text, declared)
    except ValueError:
        return None
    has_day = any(code in declared for code in ("%d", "%j", "%x", "%c"))
    return _Parts(read.year, read.month, read.day, "day" if has_day else "year")


def _recognised(text: str, month_first: bool, latest: date) -> _Parts | None:
    if _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_ZERO + timedelta(days=int(text[:5]))
        return _Parts(day.year, day.month, day.day)
    bare = _LEADING_WORDS.sub("", _TIME.sub("", text)).strip(" .,")
    if _YEAR.fullmatch(bare):
        return _Parts(int(bare), precision="year")
    return _numeric(bare, month_first, latest) or _named(bare, latest)


def _numeric(text: str, month_first: bool, latest: date) -> _Parts | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _Parts(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_MONTH.fullmatch(text):
        return _Parts(int(match[1]), int(match[2]), precision="year")
    if match := _MONTH_YEAR.fullmatch(text):
        return _Parts(int(match[2]), int(match[1]), precision="year")
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        day, month = (second, first) if month_first else (first, second)
        return _Parts(_full_year(match[3], latest), month, day, short_year=len(match[3]) == 2)
    return None


def _named(text: str, latest: date) -> _Parts | None:
    months: dict[str, int] = reference.load("months")["names"]
    if (match := _NAMED.fullmatch(text)) and match[2] in months:
        year, short = _full_year(match[3], latest), len(match[3]) == 2
        if match[1] is None:
            return _Parts(year, months[match[2]], precision="year", short_year=short)
        return _Parts(year, months[match[2]], int(match[1]), short_year=short)
    if (match := _NAMED_FIRST.fullmatch(text)) and match[1] in months:
        return _Parts(int(match[3]), months[match[1]], int(match[2]))
    return None


def _full_year(digits: str, latest: date) -> int:
    """A year of two digits is the last such one up to `latest` (2068 at most, as `strptime` has it)."""
    if len(digits) == 4:
        return int(digits)
    year = 2000 + int(digits)
    return year if year <= min(latest.year, 2068) else year - 100


def _month_first(declared: str | None) -> bool:
    if declared is None or "%d" not in declared:
        return False
    return (
        any(code in declared.split("%d")[0] for code in ("%m", "%b", "%B"))
        and "%Y" not in declared.split("%m")[0]
    )


def _checked(parts: _Parts, earliest: date, latest: date) -> tuple[date | None, str | None, str | None]:
    try:
        read = date(parts.year, parts.month, parts.day)
    except ValueError:
        return None, None, "date_impossible"
    if read in _EMPTY_DATES or not earliest <= read <= latest:
        return None, None, "date_out_of_range"
    return read, parts.precision, "date_short_year" if parts.short_year else None
