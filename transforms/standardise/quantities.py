"""Figures as people write them: an amount, a range, a bound or « environ », read into a value with bounds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from typing import Literal

from transforms import reference

Shape = Literal["point", "about", "range", "below", "at_most", "above", "at_least"]

ABOUT = Decimal("0.1")
"""How far from a figure « environ » may be, as a share of it."""

_MILLION = Decimal(1_000_000)
_NUMBER = (
    r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?"
    r"|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"
    r"|[1-9]\d{0,2}(?:,\d{3})+\.\d+"
    r"|[1-9]\d{0,2}(?:,\d{3}){2,}"
    r"|\d+(?:[.,]\d+)?(?:E\+?\d{1,2})?"
)
_AMOUNT = re.compile(rf"(EUR)?\s*({_NUMBER})\s*([A-Z$][A-Z$ .']*)?")
_OF_EUROS = re.compile(r"\bD(?:'|E )\s*(?=EUR)")
_DOT_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_BETWEEN = re.compile(r"ENTRE\s+(.+?)\s+ET\s+(.+)")
_FROM_TO = re.compile(r"\[?(?:DE\s+)?([^-;\[\]]+?)\s*(?:-|;|\.\.+|\s(?:A|TO)\s)\s*([^-;\[\]]+?)\]?")


@dataclass(frozen=True)
class Amount:
    """One number with its unit: its value, the worth of its last digit, and the unit if it states one."""

    value: Decimal
    step: Decimal
    unit: Decimal | None


@dataclass(frozen=True)
class Stated:
    """What a cell says: the shape of the figure, its amount, and the second amount of a range."""

    shape: Shape
    first: Amount
    second: Amount | None = None


@dataclass(frozen=True)
class Figure:
    """A figure with its bounds (`high` None: no end), or the rule that refuses it."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    kind: Literal["exact", "estimated", "unknown"] = "unknown"
    rule: str | None = None


def read_stated(text: str, units: Mapping[str, Decimal], default: Decimal) -> Stated | None:
    """What `text` (folded) states; None if it is no figure.

    Args:
        text: uppercase ASCII, see `cells.fold`.
        units: the known units, without spaces, dots and apostrophes, and what each is worth.
        default: what a number without unit is worth.
    """
    shape, rest = _take_word(text)
    if shape == "point":
        limits = _BETWEEN.fullmatch(rest) or _FROM_TO.fullmatch(rest)
        if limits:
            return _read_range(limits[1], limits[2], units, default)
    amount = read_amount(rest, units, default)
    return Stated(shape, amount) if amount else None


def read_amount(text: str, units: Mapping[str, Decimal], default: Decimal) -> Amount | None:
    """One number with its unit, e.g. `1 234,5 KEUR`; None if it is none, or if the unit is unknown.

    A comma is a decimal sign, as in French; a dot before three digits parts thousands, except in millions and
    more, where it is a decimal sign, as nobody writes a thousand millions that way.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        return None
    ahead, digits, behind = match.groups()
    spelling = re.sub(r"[ .']", "", _OF_EUROS.sub("", behind or ahead or ""))
    if spelling and spelling not in units:
        return None
    unit = units[spelling] if spelling else None
    worth = unit or default
    number = _decimal(digits, dot_is_decimal=worth >= _MILLION)
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return Amount(number * worth, step * worth, unit)


def bounds(stated: Stated, grain: Decimal) -> Figure:
    """Value and bounds of what is stated; a range has its middle as value, a bound without other end itself.

    Args:
        stated: what a cell says.
        grain: 1 for things that are counted, so that « moins de 10 » ends at 9 and bounds are whole; 0 for
        money.
    """
    value = stated.first.value
    whole = value == value.to_integral_value()
    strict = grain if whole else Decimal(0)
    match stated.shape:
        case "range":
            return _between(value, stated.second.value if stated.second else value)
        case "below" | "at_most":
            return _between(Decimal(0), value - strict if stated.shape == "below" else value)
        case "above" | "at_least":
            low = value + strict if stated.shape == "above" else value
            return Figure(low, low, None, "estimated")
        case "about":
            return Figure(value, *_around(stated.first), "estimated")
        case _:
            return Figure(value, value, value, "exact")


def _around(amount: Amount) -> tuple[Decimal, Decimal]:
    margin = max(amount.value * ABOUT, amount.step / 2 if amount.step > 1 else Decimal(0))
    low = (amount.value - margin).to_integral_value(ROUND_FLOOR)
    return max(low, Decimal(0)), (amount.value + margin).to_integral_value(ROUND_CEILING)


def _between(low: Decimal, high: Decimal) -> Figure:
    if low > high:
        return Figure(rule="range_inverted")
    return Figure((low + high) / 2, low, high, "exact" if low == high else "estimated")


def _read_range(low: str, high: str, units: Mapping[str, Decimal], default: Decimal) -> Stated | None:
    second = read_amount(high, units, default)
    # « 1 à 2 M€ » means millions both times.
    first = second and read_amount(low, units, second.unit or default)
    return Stated("range", first, second) if first else None


def _take_word(text: str) -> tuple[Shape, str]:
    for word, shape in _words("before"):
        rest = text.removeprefix(word)
        if rest != text and not (word[-1].isalpha() and rest[:1].isalpha()):
            return shape, rest.strip()
    for word, shape in _words("after"):
        rest = text.removesuffix(word)
        if rest != text and not (word[0].isalpha() and rest[-1:].isalpha()):
            return shape, rest.strip()
    return "point", text


@cache
def _words(place: str) -> list[tuple[str, Shape]]:
    by_shape = reference.load("figure_words")[place]
    pairs = [(word, shape) for shape, words in by_shape.items() for word in words]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _decimal(digits: str, *, dot_is_decimal: bool) -> Decimal:
    bare = digits.replace(" ", "").replace("'", "")
    thousands = bare.count(".") > 1 or (_DOT_THOUSANDS.fullmatch(bare) and not dot_is_decimal)
    if bare.count(",") > 1 or 0 <= bare.find(",") < bare.find("."):
        return Decimal(bare.replace(",", ""))
    if thousands or "," in bare:
        bare = bare.replace(".", "")
    return Decimal(bare.replace(",", "."))
