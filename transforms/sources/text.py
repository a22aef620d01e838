"""Text as it should have been typed: mojibake repaired, invisible characters gone, spaces in order."""

import html
import re
import unicodedata
from functools import lru_cache

import ftfy
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii
from ftfy.badness import is_bad

# Quotes, ligatures and dots stay as typed: only what an encoding or a tool has broken is repaired.
_FTFY = ftfy.TextFixerConfig(
    uncurl_quotes=False, fix_latin_ligatures=False, fix_line_breaks=False, explain=False, normalization="NFC"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# How some tools keep Excel from dropping a zero in a CSV: ="0123".
_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)
# Most French cells need no repair, and looking for one is slow; letters that begin mojibake are not here.
_FRENCH = "éèêëàâäçîïôöùûüÿœæÉÈÊËÀÄÇÎÏÔÖÙÛÜ°«»’"
_ORDINARY = re.compile(f"[\x20-\x7e{_FRENCH}]*")
# What cleaning leaves as it is, asked of a whole column at once: ordinary words, one space between two. The
# signs left out are the space, « & » (character references) and « = » (formulas).
_SIGNS = f"!-%'-<>-~{_FRENCH}"
_CLEAN = f"^(?:[{_SIGNS}]+(?: [{_SIGNS}]+)*)?$"
REPLACEMENT = "\ufffd"


def clean(value: str) -> str:
    """`value` repaired and trimmed, in Unicode NFC; idempotent."""
    if not value.isascii():
        value = _repair(value)
    if "&" in value and ";" in value:
        value = html.unescape(value)
    if value.startswith('="'):
        value = _FORMULA.sub(r"\1", value)
    return " ".join(_CONTROL.sub("", value).split())


def clean_values(values: pd.Series) -> pd.Series:
    """`clean` over a column of texts, once for each distinct value that may need it; index kept."""
    is_clean = pc.match_substring_regex(pa.array(values, pa.string()), _CLEAN)
    odd = ~is_clean.to_numpy(zero_copy_only=False)
    cleaned = {text: clean(text) for text in set(values[odd])}
    result = values.to_numpy(dtype=object, copy=True)
    result[odd] = [cleaned[text] for text in values[odd]]
    return pd.Series(result, index=values.index, dtype=object)


def is_mojibake(value: str) -> bool:
    """Whether `value` was written in one encoding and read in another, and can be repaired."""
    if value.isascii() or _ORDINARY.fullmatch(value):
        return False
    # Asking for signs of mojibake first is what ftfy does too, ten times as fast.
    return is_bad(value) and bool(ftfy.fix_encoding(value) != value)


def _repair(value: str) -> str:
    if _ORDINARY.fullmatch(value):
        return value
    repaired = _INVISIBLE.sub("", ftfy.fix_text(value, _FTFY))
    return unicodedata.normalize("NFC", repaired)


_WORD = re.compile(r"[a-z0-9?]+")
_UNITS = (
    # « CA (k?) »: the sign of the euro is lost where an encoding does not have it.
    ("k€", re.compile(r"\bk ?(?:[€?\ufffd]|eur(?:os?)?\b)|\bmilliers d.euros?\b", re.IGNORECASE)),
    ("M€", re.compile(r"\bm ?(?:€|eur(?:os?)?\b)|\bmillions? d.euros?\b", re.IGNORECASE)),
    ("€", re.compile(r"€|\beur(?:os?)?\b", re.IGNORECASE)),
)
# Words that people add to or drop from a header without meaning another column.
_IDLE = {"de", "d", "du", "des", "l", "la", "le", "les", "en", "a", "ht", "ttc"}
_NUMBER_WORDS = {"n", "no", "num", "numero", "nr"}


@lru_cache(maxsize=10_000)
def key(header: str) -> str:
    """What spellings of one header share: no case, accents, signs, spacing, unit, plural or article."""
    text = clean(header)
    for _, pattern in _UNITS:
        text = pattern.sub(" ", text)
    plain = re.sub("[°º]", "o ", text).replace(REPLACEMENT, "?")
    words = _WORD.findall(anyascii(plain).lower())
    kept = [_stem(word) for word in words if word not in _IDLE]
    return "".join(kept) or "".join(words)


def unit_of(header: str) -> str | None:
    """The unit of money that a header names: `€`, `k€` or `M€`."""
    return next((unit for unit, pattern in _UNITS if pattern.search(header)), None)


# « 2015 », « exercice 2015 », « au 31/12/2014 », « 2014-2015 »: when the figures of a column were taken.
_YEAR = re.compile(
    r"(?:(?<![^\W_])(?:au|en|fin|le|clos|exercice|exerc|annee|année|pour)[\s.:_]+)*"
    r"(?<!\d)(?:\d{1,2}[/.-]\d{1,2}[/.-]|\d{4} ?[-/] ?)?((?:19|20)\d{2})(?!\d)",
    re.IGNORECASE,
)


def year_of(header: str) -> int | None:
    """The year that a header announces, the latest of several: « CA 2015 (k€) » → 2015."""
    return max((int(year) for year in _YEAR.findall(clean(header))), default=None)


def without_year(header: str) -> str:
    """A header without its years and the words that lead to them; as it was when nothing else is left."""
    rest = clean(_YEAR.sub(" ", clean(header)))
    return rest if any(map(str.isalpha, rest)) else header


def _stem(word: str) -> str:
    if word in _NUMBER_WORDS:
        return "n"
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def listed(lines: list[int], *, most: int = 5) -> str:
    """Line numbers as a person reads them: « lignes 3, 8 et 12 », « ligne 3 », the many cut short."""
    numbers = [str(line) for line in lines]
    if len(numbers) == 1:
        return f"ligne {numbers[0]}"
    if len(numbers) > most:
        left = len(numbers) - most
        return f"lignes {', '.join(numbers[:most])} et {left} autre{'s' * (left > 1)}"
    return f"lignes {', '.join(numbers[:-1])} et {numbers[-1]}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: « 1 ligne », « 12 lignes » (`many` where the plural takes more than an s)."""
    return f"{count} {one if count < 2 else many or one + 's'}"
