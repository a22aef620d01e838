"""Activity codes: the NAF in its official form."""

import re
from functools import cache

import pandas as pd

from transforms import reference
from transforms.standardise.cells import read_distinct
from transforms.text import fold

# The label of the activity may follow its code.
_CODE = re.compile(r"(?:NAF|APE)?\s*:?\s*(\d\d)\s*\.?\s*(\d\d)\s*\.?\s*([A-Z])(?![A-Z0-9]).*")
_CODE_WITHOUT_ZERO = re.compile(r"(\d)\s*\.?\s*(\d\d)\s*([A-Z])(?![A-Z0-9]).*")


def standardise_naf_codes(values: pd.Series) -> pd.DataFrame:
    """Write activity codes as the Insee does: « 6201z » and « 62.01 Z » are 62.01Z.

    A code of three digits lost its zero (« 111Z » is 01.11Z) if that makes a subclass of NAF rév. 2;
    otherwise it may be of an older nomenclature, and is refused.

    Returns:
        `naf_code` (e.g. 62.01Z) and `naf_code_rule`: naf_code_format, naf_code_unknown (no such division)
        or placeholder.
    """
    return read_distinct(
        values, _read_naf_code, ["naf_code", "naf_code_rule"], placeholder=[None, "placeholder"]
    )


def _read_naf_code(text: str) -> tuple[str | None, str | None]:
    folded = fold(text)
    if match := _CODE.fullmatch(folded):
        known = match[1] in _divisions()
        return (f"{match[1]}.{match[2]}{match[3]}", None) if known else (None, "naf_code_unknown")
    if match := _CODE_WITHOUT_ZERO.fullmatch(folded):
        code = f"0{match[1]}.{match[2]}{match[3]}"
        if code in reference.load("naf_codes")["zero_classes"]:
            return code, None
    return None, "naf_code_format"


@cache
def _divisions() -> frozenset[str]:
    ranges = reference.load("naf_codes")["divisions"]
    return frozenset(f"{number:02}" for first, last in ranges for number in range(int(first), int(last) + 1))
