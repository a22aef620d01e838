"""Addresses: from a street cell, a one-cell address, a postcode cell and a town cell to one set of parts."""

import operator
import re
from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import pandas as pd

from transforms.standardise.cells import read_distinct
from transforms.standardise.places import (
    contradicts,
    is_abroad,
    is_postcode,
    names_arrondissement,
    read_postcode,
    read_town,
    without_country,
)
from transforms.standardise.streets import (
    PLAIN_LINE,
    PLAIN_WORDS,
    Street,
    is_complement,
    is_plain,
    is_street,
    read_street,
)

COLUMNS = (
    "street_number",
    "street_type",
    "street_name",
    "address_complement",
    "address",
    "postcode",
    "city",
    "city_key",
    "is_cedex",
    "address_rule",
    "full_address_rule",
    "postcode_rule",
    "city_rule",
    "city_place_rule",
    "is_foreign",
)

# In the order of the fields of a Street.
_STREET = ("street_number", "street_type", "street_name", "address_complement", "address")
_LINE = (*_STREET, "postcode", "town", "rule", "five_digits")
_TOWN = ("city", "city_key", "is_cedex", "rule")
_FIVE_DIGITS = re.compile(r"(?<![\d-])(?:\bFR?-)?(\d{5}|\d{2} \d{3})(?!\d)")
_FOUR_DIGITS = re.compile(r"(?:^|[,;\n])\s*(\d{4})\s+(?=[^\W\d])")
_COUNTRY = re.compile(r"[\s,;-]+\(?FRANCE\)?\s*\.?$", re.I)
_EDGES = " ,;-–()\n\r\t"
# What most one-cell addresses are: the fast way for them, with the same result.
_PLAIN_ADDRESS = re.compile(
    rf"({PLAIN_LINE}), ?([0-9]{{5}}) ({PLAIN_WORDS}(?: [0-9]{{1,2}}[A-ZÈa-zè]{{0,3}})?)"
)


class Split(NamedTuple):
    """A one-cell address cut in three: what stands for the street, the postcode, the town as written."""

    street: str
    postcode: str | None = None
    town: str | None = None


def standardise_addresses(
    address: pd.Series, full_address: pd.Series, postcode: pd.Series, city: pd.Series
) -> pd.DataFrame:
    """Take addresses apart; a cell of its own wins over what stands in a one-cell address.

    Args:
        address: street lines; missing ones None or NaN, as in all four columns, which share one index.
        full_address: whole addresses in one cell.
        postcode: postcodes.
        city: towns.

    Returns:
        `street_number` (12 BIS), `street_type`, `street_name` (uppercase ASCII), `address_complement` and
        `address` (as written), `postcode` (5 digits), `city` (without CEDEX and arrondissement), `city_key`,
        `is_cedex`, `is_foreign` (a town or country abroad was named: no postcode is given), and one
        `_rule` for each input: the rule of a refused or repaired cell, else None.
    """
    line = read_distinct(address, _read_line, _LINE)
    whole = read_distinct(full_address, _read_whole, (*_LINE, "abroad"))
    code = read_distinct(postcode, read_postcode, ("postcode", "town", "rule"))
    has_street = line["address"].notna() | line["address_complement"].notna()
    frame = line[list(_STREET)].where(has_street, whole[list(_STREET)])
    frame["postcode"] = _first(code["postcode"], line["postcode"], whole["postcode"])
    own_town = read_distinct(city, read_town, _TOWN)
    written = _first(code["town"], line["town"], whole["town"])
    other_town = read_distinct(written, read_town, _TOWN)
    for column in ("city", "city_key"):
        frame[column] = _first(own_town[column], other_town[column])
    frame["is_cedex"] = own_town["is_cedex"].eq(True) | other_town["is_cedex"].eq(True)
    frame["address_rule"] = line["rule"].where(line["rule"].ne("address_no_postcode"), None)
    frame["full_address_rule"] = whole["rule"].where(_says_more(whole["rule"], frame["postcode"]), None)
    frame["postcode_rule"] = code["rule"]
    frame["city_rule"] = own_town["rule"]
    abroad = whole["abroad"].eq(True) | _any_abroad(frame["city"], postcode, city)
    digits = read_distinct(postcode, lambda text: [_has_five_digits(text)], ["five_digits"])
    five = _any(part["five_digits"] for part in (line, whole, digits))
    return _held_together(frame, abroad, code["rule"].eq("postcode_lost_zero") | ~five)[list(COLUMNS)]


def _any_abroad(*columns: pd.Series) -> pd.Series:
    """Whether any of the cells is, or ends with, a place abroad."""
    return _any(
        read_distinct(column, lambda text: [is_abroad(text)], ["abroad"])["abroad"] for column in columns
    )


def _any(marks: Iterable[pd.Series]) -> pd.Series:
    """Whether any of the marks is true; a missing one is not."""
    return reduce(operator.or_, (mark.eq(True) for mark in marks))


def _has_five_digits(text: str) -> bool:
    return _FIVE_DIGITS.search(text) is not None


def _held_together(frame: pd.DataFrame, is_foreign: pd.Series, completed: pd.Series) -> pd.DataFrame:
    """Hold the town against the postcode: one abroad has none, a known one does not take a completed one.

    A postcode is completed by a zero where no cell has its five digits.
    """
    pairs = list(zip(frame["postcode"].tolist(), frame["city_key"].tolist(), strict=True))
    known = {
        pair: contradicts(*pair) if isinstance(pair[0], str) and isinstance(pair[1], str) else False
        for pair in set(pairs)
    }
    conflict = pd.Series([known[pair] for pair in pairs], index=frame.index, dtype=bool) & ~is_foreign
    guessed = conflict & completed
    has_code = frame["postcode"].notna()
    rules = [
        "postcode_foreign" if coded and abroad else "place_conflict" if said else None
        for coded, abroad, said in zip(has_code, is_foreign, conflict & ~guessed, strict=True)
    ]
    own = frame["postcode_rule"].mask(is_foreign | guessed, None).mask(guessed, "postcode_format")
    return frame.assign(
        is_foreign=is_foreign,
        city_place_rule=pd.Series(rules, index=frame.index, dtype=object),
        postcode_rule=own,
        postcode=frame["postcode"].mask(is_foreign | guessed, None),
    )


def split_address(text: str) -> Split:
    """Cut a one-cell address at its last postcode; without one, a last part that is no street is the town."""
    if plain := _plain_split(text):
        return plain
    text = _without_any_country(text)
    if split := _split_at_postcode(text):
        return split
    street, last = _cut_town(text)
    return Split(street, None, last)


def _plain_split(text: str) -> Split | None:
    """A plain line, a postcode and a town without its country, taken apart; None for any other text."""
    plain = _PLAIN_ADDRESS.fullmatch(text)
    if plain is None or not is_postcode(plain[2]) or "france" in text.lower():
        return None
    return Split(plain[1], plain[2], plain[3])


def _without_any_country(text: str) -> str:
    return without_country(_COUNTRY.sub("", text.strip()) if "france" in text.lower() else text.strip())


def _split_at_postcode(text: str) -> Split | None:
    """The parts of an address, without its country, around its last postcode; None where it has none."""
    found = [match for match in _FIVE_DIGITS.finditer(text) if is_postcode(match[1].replace(" ", ""))]
    # A number before a street is its number; but five digits alone are a postcode, even before « Bourg ».
    places = [match for match in found if not is_street(_after(text, match))] or found
    if not places:
        places = [
            match
            for match in _FOUR_DIGITS.finditer(text)
            if is_postcode(match[1].zfill(5)) and not is_street(_after(text, match))
        ]
    return _cut_at(text, places[-1]) if places else None


def _after(text: str, match: re.Match[str]) -> str:
    return text[match.end() :].strip(_EDGES)


def _cut_at(text: str, match: re.Match[str]) -> Split:
    postcode = match[1].replace(" ", "").zfill(5)
    before, town = text[: match.start()].strip(_EDGES), _after(text, match)
    if any(char.isalpha() for char in town):
        return Split(before, postcode, town)
    street, last = _cut_town(before)
    return Split(street, postcode, last)


def _cut_town(text: str) -> tuple[str, str | None]:
    """Cut a town off the end: the last part without digits, when a street stands before it."""
    parts = re.split(r"\s*[,;\n]\s*", text)
    street, last = ", ".join(parts[:-1]), parts[-1].strip(_EDGES)
    has_digits = any(char.isdigit() for char in last) and not names_arrondissement(last)
    may_be_town = last and not (has_digits or is_street(last) or is_complement(last))
    return (street, last) if may_be_town and read_street(street).type else (text, None)


def _read_line(text: str) -> tuple[object, ...]:
    """A street cell: without a postcode in it all of it is the street, for the town has its own cell."""
    if is_plain(text):
        return *_parts(Split(text)), False
    split = _split_at_postcode(_without_any_country(text))
    return *_parts(split or Split(text)), _has_five_digits(text)


def _read_whole(text: str) -> tuple[object, ...]:
    if plain := _plain_split(text):
        return *_parts(plain), True, False
    return *_parts(split_address(text)), _has_five_digits(text), without_country(text) != text


def _parts(split: Split) -> tuple[object, ...]:
    street = read_street(split.street)
    if not any(map(str.isalpha, f"{split.town or ''}{street.line or ''}")):
        rule = None if split.postcode else "address_unreadable"
        return *Street(), split.postcode, split.town, rule
    rule = None if split.postcode else "address_no_postcode"
    return *street, split.postcode, split.town, rule


def _first(*columns: pd.Series) -> pd.Series:
    """The first value that is there, column after column."""
    chosen = columns[0]
    for column in columns[1:]:
        chosen = chosen.where(chosen.notna(), column)
    return chosen


def _says_more(rule: pd.Series, postcode: pd.Series) -> pd.Series:
    """A missing postcode in the one-cell address is worth telling only where no other cell gives it."""
    return rule.notna() & (rule.ne("address_no_postcode") | postcode.isna())
