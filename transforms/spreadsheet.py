"""Values as a spreadsheet must meet them: texts that stay texts and come back unharmed, figures in French."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel can hold."""

GUARDED = r"^[=+@\t\r\n'-]"
"""A cell of a CSV file that begins so gets an apostrophe before it (OWASP, « CSV Injection »).

An apostrophe does too, so that taking one off gives back exactly what was written.
"""

_WRITTEN = re.compile(rf"^'(?={GUARDED[1:]})")


def guarded(text: str) -> str:
    """`text` as a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if re.match(GUARDED, text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return _WRITTEN.sub("", cell)


def inert(text: str) -> str:
    """`text` as Excel can hold it: no control characters, line ends as one character, cut at the limit."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    # Half a surrogate pair has no UTF-8 form.
    return clean.encode("utf-8", "ignore").decode("utf-8")[:LONGEST_TEXT]


def text_cell(sheet: Any, text: str) -> Cell:
    """A cell of an openpyxl sheet that holds `text` and nothing else; empty for an empty text."""
    cell = Cell(sheet, row=1, column=1, value=text or None)
    if text:
        # Otherwise "=1+1" would be stored as a formula and "#N/A" as an error.
        cell.data_type = "s"
    return cell


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that a French Excel opens by a double click: UTF-8 with BOM, `;`, decimal comma, CRLF.

    Texts are guarded; lists and structs are written as Python shows them.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([_as_text(value) for value in row] for row in (header, *rows))
    return text.getvalue().encode("utf-8-sig", "ignore")


def figure(value: float | Decimal) -> str:
    """A number with a decimal comma and without exponent; empty for one that is not finite."""
    if not isfinite(value):
        return ""
    text = f"{Decimal(str(value)):f}"
    return (text.removesuffix(".0") if isinstance(value, float) else text).replace(".", ",")


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float | Decimal):
        return figure(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return guarded(inert(str(value)))
