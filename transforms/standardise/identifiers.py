"""French company identifiers: SIREN, SIRET, TVA and RNA, each read from a cell as people fill it.

Statuses: *valid* (as it stands, or with spaces and dots), *repaired* (one reading only, and it passes the
check), *partial* (says something of the number without being it), *invalid* (refused) and *missing*.
"""

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from stdnum import luhn
from stdnum.fr import siret as siret_numbers
from stdnum.fr import tva as tva_numbers

from transforms.standardise import rounded_numbers
from transforms.standardise.cells import read_distinct
from transforms.text import fold, is_placeholder

SIREN_COLUMNS = ("siren", "siren_status", "siren_rule")
SIRET_COLUMNS = ("siret", "siret_status", "siren_of_siret", "siret_low", "siret_high", "siret_rule")
TVA_COLUMNS = ("tva", "tva_status", "siren_of_tva", "tva_rule")
RNA_COLUMNS = ("rna", "rna_status", "rna_rule")

LOST_ZERO = "identifier_lost_zero"
OTHER_NUMBER = "identifier_other_number"
REWRITTEN = "identifier_rewritten"
PLACEHOLDER = "identifier_placeholder"
Reader = Callable[[str], Sequence[object]]
_Array: TypeAlias = np.ndarray[Any, Any]

_PRIORITY = ("siren", "siret", "tva")
_ZEROS = "0" * 9
_DIGITS = frozenset("0123456789")
_SEPARATORS = re.compile(r"[\s.,\-_/'’\u00b7]+")
_LABEL = re.compile(r"^(?:N|NUMERO|NO)?\.?\s*(?:DE\s+)?(?:SIREN|SIRET|TVA(?: INTRACOM\w*)?|RNA|RCS)\b[\s:.]*")
_TRADE_REGISTER = re.compile(r"\bR\.?C\.?S\.?\s+[A-Z' -]+|\s+R\.?C\.?S\.?$")
_AS_DECIMAL = re.compile(r"^(\d+)[.,]0+$")
_RNA = re.compile(r"^W\d[0-9A-Z]\d{7}$")


def standardise_siren(values: pd.Series) -> pd.DataFrame:
    """Read a column of SIREN: `siren` (9 digits that pass Luhn's check), `siren_status`, `siren_rule`.

    A SIRET or a TVA number in the cell gives its SIREN (*repaired*); a wrong digit is never guessed.
    """
    return _read_column(values, _read_siren, SIREN_COLUMNS)


def standardise_siret(values: pd.Series) -> pd.DataFrame:
    """Read a column of SIRET.

    Returns:
        `siret` (14 digits, only when the whole number passes), `siret_status`, `siren_of_siret` (also of a
        SIRET whose own check fails, and of a SIREN or TVA number in the cell: *partial*), `siret_low` and
        `siret_high` (Int64, bounds of a SIRET that a spreadsheet rounded: *partial*), `siret_rule`.
    """
    frame = _read_column(values, _read_siret, SIRET_COLUMNS)
    return frame.astype({"siret_low": "Int64", "siret_high": "Int64"})


def standardise_tva(values: pd.Series) -> pd.DataFrame:
    """Read a column of French TVA numbers.

    Returns:
        `tva` (FR and 11 characters), `tva_status`, `siren_of_tva` (none in a number of Monaco), `tva_rule`.
    """
    return _read_column(values, _read_tva, TVA_COLUMNS)


def standardise_rna(values: pd.Series) -> pd.DataFrame:
    """Read a column of RNA, the numbers of associations.

    Returns:
        `rna` (W and 9 characters; they hold no check), `rna_status`, `rna_rule`.
    """
    return _read_column(values, _read_rna, RNA_COLUMNS)


def best_siren(siren: pd.DataFrame, siret: pd.DataFrame, tva: pd.DataFrame) -> pd.DataFrame:
    """Choose each record's SIREN from the frames of the three readers: SIREN cell, else SIRET, else TVA.

    Returns:
        `siren`, `siren_status` (of the chosen cell, *repaired* where that cell held more or less than a valid
        number; without any SIREN the first status that is not *missing*), `siren_field` (siren, siret or tva)
        and `conflict_rule`: the cells hold different SIREN, or a rounded SIRET rules the chosen one out.
    """
    frames = dict(zip(_PRIORITY, (siren, siret, tva), strict=True))
    numbers = [_objects(siren["siren"]), _objects(siret["siren_of_siret"]), _objects(tva["siren_of_tva"])]
    statuses = [_objects(frame[f"{field}_status"]) for field, frame in frames.items()]
    filled = [pd.notna(column) for column in numbers]
    said = [column != "missing" for column in statuses]
    # What says something of a number without being it has been read all the same.
    of_number = [_first_of([column == "partial"], ["repaired"], column) for column in statuses]
    chosen = _first_of(filled, numbers, None)
    conflict = _outside_rounded(chosen, siret)
    for number, is_filled in zip(numbers, filled, strict=True):
        conflict |= is_filled & (number != chosen)
    columns = {
        "siren": chosen,
        "siren_status": _first_of([*filled, *said], [*of_number, *statuses], "missing"),
        "siren_field": _first_of(filled, _PRIORITY, None),
        "conflict_rule": _first_of([conflict], ["siren_conflict"], None),
    }
    return pd.DataFrame(columns, index=siren.index, dtype=object)


def _objects(column: pd.Series) -> _Array:
    return column.to_numpy(dtype=object)


def _first_of(
    conditions: Sequence[_Array], choices: Sequence[_Array | str], otherwise: _Array | str | None
) -> _Array:
    """For each row the choice (a column or one text for all rows) of the first condition that holds."""
    chosen = np.empty(len(conditions[0]), dtype=object)
    chosen[:] = otherwise
    for holds, choice in reversed(list(zip(conditions, choices, strict=True))):
        chosen[holds] = choice if isinstance(choice, str) else choice[holds]
    return chosen


def _outside_rounded(siren: _Array, siret: pd.DataFrame) -> _Array:
    """Whether no SIRET of that SIREN lies in the interval left by a rounded one."""
    rounded = siret["siret_low"].notna().to_numpy() & pd.notna(siren)
    outside = np.zeros(len(siren), dtype=bool)
    if rounded.any():
        first = siren[rounded].astype("int64") * 100_000
        low, high = (siret[f"siret_{end}"].to_numpy()[rounded].astype("int64") for end in ("low", "high"))
        outside[rounded] = (first + 99_999 < low) | (first > high)
    return outside


def is_siren(digits: str) -> bool:
    """Whether `digits` are 9 digits, not all zero, that pass Luhn's check."""
    return _is_number(digits, 9) and luhn.is_valid(digits) and digits != _ZEROS


def is_siret(digits: str) -> bool:
    """Whether `digits` are 14 digits of a SIRET: Luhn's check, or La Poste's (sum of digits divisible by 5).

    Source: INSEE, numéro SIRET; La Poste's establishments outgrew the numbers that pass Luhn's check.
    """
    if not (_is_number(digits, 14) and is_siren(digits[:9])):
        return False
    return luhn.is_valid(digits) or siret_numbers.is_valid(digits)


def _read_siren(text: str) -> tuple[str | None, str, str | None]:
    digits, repair = _plain_number(text)
    if rounded_numbers.is_scientific(digits):
        return None, "partial", "identifier_rounded"
    if is_siren(digits):
        return digits, "repaired" if repair else "valid", repair
    if len(digits) == 8 and is_siren("0" + digits):
        return "0" + digits, "repaired", LOST_ZERO
    if held := _siren_inside(digits):
        return held, "repaired", OTHER_NUMBER
    return None, "invalid", "siren_checksum" if _is_number(digits, 9) else "siren_format"


def _read_siret(text: str) -> tuple[str | None, str, str | None, int | None, int | None, str | None]:
    digits, repair = _plain_number(text)
    if bounds := rounded_numbers.interval(digits, length=14):
        return None, "partial", None, *bounds, "identifier_rounded"
    padded = digits.zfill(14) if digits.isdigit() and len(digits) in (12, 13) else digits
    if is_siret(padded):
        rule = LOST_ZERO if padded != digits else repair
        return padded, "repaired" if rule else "valid", padded[:9], None, None, rule
    if _is_number(digits, 14):
        held = digits[:9] if is_siren(digits[:9]) else None
        return None, "partial" if held else "invalid", held, None, None, "siret_checksum"
    siren, status, _ = _read_siren(text)
    if status == "repaired" or status == "valid":
        return None, "partial", siren, None, None, OTHER_NUMBER
    return None, "invalid", None, None, None, "siren_checksum" if _is_number(digits, 9) else "siret_format"


def _read_tva(text: str) -> tuple[str | None, str, str | None, str | None]:
    number, repair = _plain_number(text)
    body = number.removeprefix("FR")
    if tva_numbers.is_valid(body):
        rule = repair or (None if number.startswith("FR") else REWRITTEN)
        return "FR" + body, "repaired" if rule else "valid", _siren_of_tva(body), rule
    if len(body) == 10 and body.isdigit() and tva_numbers.is_valid("0" + body):
        return "FR0" + body, "repaired", _siren_of_tva("0" + body), LOST_ZERO
    if is_siren(body) or is_siret(body):
        return None, "partial", body[:9], OTHER_NUMBER
    if len(body) == 11 and body[2:].isdigit():
        held = body[2:] if is_siren(body[2:]) else None
        return None, "partial" if held else "invalid", held, "tva_checksum"
    return None, "invalid", None, "tva_format"


def _read_rna(text: str) -> tuple[str | None, str, str | None]:
    number, repair = _plain_number(text)
    if _RNA.match(number):
        return number, "repaired" if repair else "valid", repair
    return None, "invalid", "rna_format"


def _plain_number(text: str) -> tuple[str, str | None]:
    """The number without separators and labels, uppercase ASCII, and the rule to tell if more was undone."""
    if text.isascii() and (bare := "".join(text.split())).removeprefix("FR").isdigit():
        return bare, None
    folded = fold(text.replace("°", "."))
    exact = rounded_numbers.exact(folded)
    if exact or rounded_numbers.is_scientific(folded):
        return exact or folded, REWRITTEN if exact else None
    bare = _LABEL.sub("", _TRADE_REGISTER.sub("", folded))
    if as_decimal := _AS_DECIMAL.match(bare):
        return as_decimal[1], REWRITTEN
    return _SEPARATORS.sub("", bare), None if bare == folded else REWRITTEN


def _siren_inside(number: str) -> str | None:
    """The SIREN held by a SIRET (with a zero lost or a wrong NIC) or by a TVA number."""
    siret = number.zfill(14) if len(number) in (12, 13) else number
    if is_siret(siret) or (_is_number(number, 14) and is_siren(number[:9])):
        return siret[:9]
    body = number.removeprefix("FR")
    return _siren_of_tva(body) if tva_numbers.is_valid(body) else None


def _siren_of_tva(body: str) -> str | None:
    return body[2:] if is_siren(body[2:]) else None


def _is_number(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _read_column(values: pd.Series, read: Reader, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read each distinct cell; *missing* where nothing is written, and a rule where a placeholder is."""
    empty = tuple("missing" if column == columns[1] else None for column in columns)
    placeholder = (*empty[:-1], PLACEHOLDER)

    def read_stated(text: str) -> Sequence[object]:
        return placeholder if is_placeholder(text) or _is_one_digit_repeated(text) else read(text)

    return read_distinct(values, read_stated, columns, empty, is_empty=operator.not_)


def _is_one_digit_repeated(text: str) -> bool:
    if len(_DIGITS.intersection(text)) > 1:
        return False
    digits = _SEPARATORS.sub("", text)
    return len(digits) > 4 and digits.isdigit() and len(set(digits)) == 1
