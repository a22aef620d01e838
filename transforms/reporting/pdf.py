"""The report as PDF: Typst sets our template with the report as data, so no text is ever taken for markup."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import typst

from transforms.reporting.document import Report, Table

_TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
# In characters: what a column of words takes at most before it breaks its lines, and room between columns.
_WIDEST = 34
_ROOM = 3


def pdf(report: Report) -> bytes:
    """`report` as a tagged PDF of A4 pages, the same bytes for the same report.

    Fonts are those of Typst and Matplotlib, never the machine's, so that every machine sets the same pages.
    """
    compiled: bytes = typst.compile(  # type: ignore[misc]
        _template(),
        font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(_data(report), ensure_ascii=False)},
    )
    return compiled


def _data(report: Report) -> dict[str, Any]:
    """The report as mappings and lists, each table with the widths of its columns."""
    found = report.model_dump(mode="json")
    for section, data in zip(report.sections, found["sections"], strict=True):
        for block, block_data in zip(section.blocks, data["blocks"], strict=True):
            if isinstance(block, Table):
                block_data["widths"] = widths(block)
    return found


def widths(table: Table) -> Sequence[int]:
    """Shares of the page's width for the columns of `table`: after the longest cell or word of the head."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    found = []
    for place, column in enumerate(table.columns):
        cells = [min(len(row[place]), _WIDEST) for row in rows]
        head = [len(word) for word in (*column.title.split(" "), column.unit)]
        found.append(max([*cells, *head]) + _ROOM)
    return found


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
