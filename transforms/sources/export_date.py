"""The date of an export: told in its title lines, else in its file name."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from anyascii import anyascii

from transforms.sources.contract import ExportDate

_NAMES: tuple[str, ...] = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout")
_NAMES += ("septembre", "octobre", "novembre", "decembre")
_SHORT = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_MONTHS = {name: number for names in (_NAMES, _SHORT) for number, name in enumerate(names, start=1)}
_IN_TEXT = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:er)? (?P<m>{'|'.join(_MONTHS)})\.? (?P<y>\d{{4}})", re.IGNORECASE
    ),
)
_IN_NAME = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[-_. ]?(?P<m>\d{2})[-_. ]?(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d{2})[-_. ]?(?P<m>\d{2})[-_. ]?(?P<y>(?:19|20)\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[-_. ](?P<m>\d{2})(?![-_. ]?\d)"),
)
_LABELS = (
    *("export", "extrait", "extraction", "edite", "edition", "genere", "mis a jour", "mise a jour"),
    *("arrete au", "situation au", "etat au", "liste au", "annuaire au"),
)


def in_texts(texts: Iterable[str], settings: ExportDate, *, labelled_only: bool = False) -> date | None:
    """The date that texts around the records tell: one after « Export du … » first, else the latest.

    Foot notes and other sheets hold dates of many kinds: there only a labelled one counts (`labelled_only`).
    """
    labels = tuple(anyascii(label).lower() for label in settings.labels) or _LABELS
    labelled: list[date] = []
    others: list[date] = []
    before = ""
    for received in texts:
        text = anyascii(received).lower()
        # The label and its date may stand in two cells side by side.
        context = f"{before} {text}"
        (labelled if any(label in context for label in labels) else others).extend(_dates(text, _IN_TEXT))
        before = text
    return max(labelled or ([] if labelled_only else others), default=None)


def in_name(name: str, settings: ExportDate) -> date | None:
    """The date in a file name: 2016-10-03, 20161003, 03-10-2016, or a month 2016-10 (its first day)."""
    if settings.in_name:
        return _by_format(name, settings.in_name)
    return next(iter(_dates(name, _IN_NAME)), None)


def _dates(text: str, patterns: Iterable[re.Pattern[str]]) -> list[date]:
    matches = (match.groupdict() for pattern in patterns for match in pattern.finditer(text))
    return [found for parts in matches if (found := _date(parts)) is not None]


def _date(parts: dict[str, str | None]) -> date | None:
    year, month = int(parts["y"] or 0), parts["m"] or ""
    number = int(month) if month.isdigit() else _MONTHS[month]
    try:
        found = date(year + 2000 if year < 100 else year, number, int(parts.get("d") or 1))
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2099 else None


def _by_format(name: str, pattern: str) -> date | None:
    """Try the format on every part of the name: strptime wants the whole text to fit."""
    for start in range(len(name)):
        for end in range(len(name), start, -1):
            try:
                return datetime.strptime(name[start:end], pattern).date()
            except ValueError:
                continue
    return None
