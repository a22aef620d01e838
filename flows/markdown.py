"""Markdown for people, in which no text of an export is anything but text."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from transforms.wording import plural

MOST_ROWS = 200
"""Rows that a table shows; the server of Prefect keeps every artifact in its database."""

# Whatever could begin markup, a link or a tag.
_MARKUP = re.compile(r"""[\\`*{}\[\]<>#!|~&"$^@]|[.:](?=\S)|(?<![^\W_])_|_(?![^\W_])""")


def inert(text: object) -> str:
    """`text` on one line; a sign that could be markup, a link or a tag is the entity that only shows it."""
    line = " ".join(str(text).split())
    shown = "".join(sign for sign in line if sign.isprintable())
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", shown)


def title(text: str, level: int = 2) -> str:
    """A heading; `text` is ours."""
    return f"{'#' * level} {text}"


def bullets(lines: Iterable[str]) -> str:
    """A list of lines, which are inert already."""
    return "\n".join(f"- {line}" for line in lines)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], count: int | None = None) -> str:
    """A table of the first rows, every cell inert, and how many more there are.

    Args:
        heads: titles of the columns, ours.
        rows: the rows, of which no more than `MOST_ROWS` are taken.
        count: how many rows there are, if `rows` does not hold all.
    """
    found = list(islice(rows, MOST_ROWS)) if count is not None else list(rows)
    more = (len(found) if count is None else count) - min(len(found), MOST_ROWS)
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(map(_cell, row)) for row in found[:MOST_ROWS])]
    if more > 0:
        lines += ["", f"… et {plural(more, 'autre', 'autres')}."]
    return "\n".join(lines)


def blocks(*parts: str | None) -> str:
    """Parts under each other; those that are empty are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return "" if value is None else inert(value)
