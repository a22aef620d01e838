"""What a column of an unknown table looks like: the evidence on which a spec is proposed."""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from transforms.matching.spec import Read
from transforms.standardise.identifiers import standardise_siren

_SAMPLE: Final = 2_000
# A kind is believed when so many of the values look like it.
_MOST = 0.9
_PATTERNS: Final[dict[Read, re.Pattern[str]]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    "url": re.compile(r"(https?://\S+|www\.\S+|([a-z0-9-]+\.)+[a-z]{2,6}/?\S*)", re.IGNORECASE),
    "date": re.compile(
        r"(1[0-9]|20)\d\d-?(0\d|1\d)-?\d\d(\D.*)?|\d{1,2}[/.-]\d{1,2}[/.-](1[0-9]|20)\d\d"
        r"|[0-3]\d[0-3]\d(1[89]|20)\d\d"
    ),
    "number": re.compile(r"-?\d+(?:[.,]\d+)?"),
    "phone": re.compile(r"(\+|00)?[\d\s./()-]*\d[\d\s./()-]*"),
    "code": re.compile(r"(?=.*\d)(?=.{1,16}$)[\w./-]+( [\w./-]+)?"),
}
# Whole numbers may be codes, or quantities to which a program has given a zero; not so with these.
_FRACTION = re.compile(r"[.,]\d*[1-9]")
_FRACTIONS = 0.25
_PHONE_DIGITS = range(9, 14)
_SIREN = re.compile(r"\d{3} ?\d{3} ?\d{3}")
# One number of nine digits in ten is a valid SIREN by chance.
_SURELY_SIREN = 3
# So many repeats by chance, and none seen: once in e to the fifth.
_SURELY_TWICE = 5
_SHARED_BY_CHANCE = 2
_ID_NAME = re.compile(
    r"(^|_|\b)(id|identifiant|key|uuid|numero|n°|rec_?id|unique_?id|code_adherent)(\b|_|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Profile:
    """One column.

    Args:
        name: its name.
        filled: the share of records that have a value.
        distinct: how many different values there are.
        largest: the share of the most frequent value among the filled.
        effective: how many values there would be if all were equally frequent (Simpson's inverse index).
        words: words a value, on average.
        read: how its values are best read.
        is_id: whether it names records and says nothing about them.
    """

    name: str
    filled: float
    distinct: int
    largest: float
    effective: float
    words: float
    read: Read
    is_id: bool

    @property
    def tells(self) -> bool:
        """Whether it can tell records apart at all."""
        return self.distinct > 1 and self.filled > 0.02 and not self.is_id


def profile(values: pd.Series, source: pd.Series) -> Profile:
    """Look at a column of texts; ids are told apart source by source."""
    filled = values.dropna()
    counts = filled.value_counts()
    distinct = pd.Series(counts.index[:: max(1, len(counts) // _SAMPLE)].astype("str"))
    words = distinct.str.count(r"\w+").mean() if len(distinct) else 0.0
    read = _read(str(values.name), distinct)
    return Profile(
        name=str(values.name),
        filled=len(filled) / max(1, len(values)),
        distinct=len(counts),
        largest=float(counts.iloc[0]) / len(filled) if len(filled) else 1.0,
        effective=len(filled) ** 2 / float((counts.astype(float) ** 2).sum()) if len(filled) else 0.0,
        words=float(words),
        read=read,
        is_id=_is_id(str(values.name), values, source),
    )


def _read(name: str, distinct: pd.Series) -> Read:
    """The first kind that nearly all values look like."""
    if _are_siren(distinct):
        return "siren"
    for kind, pattern in _PATTERNS.items() if len(distinct) else ():
        fits = distinct.map(lambda text, pattern=pattern: pattern.fullmatch(text) is not None)
        if kind == "phone":
            fits &= distinct.str.count(r"\d").isin(_PHONE_DIGITS)
        if kind == "number" and distinct.str.contains(_FRACTION).mean() < _FRACTIONS:
            continue
        if fits.mean() >= _MOST:
            return kind
    if re.search(r"(?<![a-z])add?r|rue|street|voie", name, re.IGNORECASE):
        return "address"
    return "text"


def _are_siren(distinct: pd.Series) -> bool:
    shaped = distinct[distinct.map(lambda text: _SIREN.fullmatch(text) is not None)]
    if len(shaped) < max(_SURELY_SIREN, _MOST * len(distinct)):
        return False
    return bool(standardise_siren(shaped)["siren"].notna().mean() >= _MOST)


def _is_id(name: str, values: pd.Series, source: pd.Series) -> bool:
    """A value a record and no other in its source: named like an id, or numbered in order."""
    twice = pd.DataFrame({"source": source, "id": values}).duplicated().any()
    if twice or values.isna().any() or len(values) < 2 or values.str.contains(" ").any():
        return False
    return _ID_NAME.search(name) is not None or _numbered(values, source)


def _numbered(values: pd.Series, source: pd.Series) -> bool:
    """Numbers given out one by one, with gaps: there are none twice, though chance would have brought many.

    What two sources share more often than chance would is a common key, and tells much.
    """
    written = values.str.extract(r"^(\D*)(\d{1,15})(?:\.0)?$")
    if written[1].isna().any() or (written[0].groupby(source).nunique() > 1).any():
        return False
    numbers = written[1].astype(float)
    low, high, count = (numbers.groupby(source).agg(some) for some in ("min", "max", "count"))
    in_order = bool((high - low + 1 == count).all())
    twice_by_chance = float((count**2 / (high - low + 1) / 2).sum())
    shared = values.size - values.nunique()
    shared_by_chance = float((count.sum() ** 2 - (count**2).sum()) / (high.max() - low.min() + 1) / 2)
    return in_order or (
        twice_by_chance >= _SURELY_TWICE and shared <= _SHARED_BY_CHANCE * shared_by_chance + _SURELY_TWICE
    )
