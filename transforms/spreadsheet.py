"""Texts as a spreadsheet must meet them: what begins like a formula stays a text, and comes back unharmed."""

import re
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
