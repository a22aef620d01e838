"""The answer to a query, told on a terminal, as JSON or as CSV; and the list of example queries."""

from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.query import Answer
from transforms.spreadsheet import csv_bytes, figure
from transforms.warehouse.named_queries import NamedQuery
from transforms.wording import plural

_LONGEST = 60
_DECIMALS = 4
_WIDEST = 10_000


def answer_text(answer: Answer, *, width: int | None = None) -> str:
    """A table, or one block a row where it is wider than `width` (None: any width); then what was left."""
    lines = _table(answer)
    if width is not None and len(answer.columns) > 1 and any(len(line) > width for line in lines):
        lines = _blocks(answer)
    return "\n".join([*lines, "", _count(answer)])


def answer_json(answer: Answer) -> dict[str, Any]:
    """Columns, rows as lists in their order (names may repeat), and whether rows were left."""
    return {
        "columns": list(answer.columns),
        "rows": [[_plain(value) for value in row] for row in answer.rows],
        "more": answer.more,
    }


def answer_csv(answer: Answer) -> bytes:
    """The rows for a French Excel."""
    return csv_bytes(answer.columns, answer.rows)


def queries_text(queries: dict[str, NamedQuery]) -> str:
    """A French list: name, title, question."""
    blocks = [f"{query.name}\n  {query.title}\n  {query.question}" for query in queries.values()]
    return "\n\n".join([*blocks, "Lancer : alliage query NOM (par exemple alliage query emplois)"])


def _count(answer: Answer) -> str:
    if answer.more:
        shown = plural(len(answer.rows), "première ligne", "premières lignes")
        return f"{shown} ; il y en a d'autres : --limit 0 les montre toutes, --csv en fait un fichier."
    return plural(len(answer.rows), "ligne", "lignes") + "."


def _table(answer: Answer) -> list[str]:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(answer.columns):
        numbers = any(_is_number(row[place]) for row in answer.rows)
        table.add_column(Text(_shown(name)), justify="right" if numbers else "left", no_wrap=True)
    for row in answer.rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    console = Console(width=_WIDEST, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def _blocks(answer: Answer) -> list[str]:
    names = list(map(_shown, answer.columns))
    widest = max(map(len, names))
    lines: list[str] = []
    for number, row in enumerate(answer.rows, start=1):
        lines.append(f"— ligne {number}")
        lines += [f"{name:{widest}}  {_shown(value)}" for name, value in zip(names, row, strict=True)]
    return lines


def _shown(value: Any) -> str:
    """A value on a terminal: short, on one line, without control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return figure(round(value, _DECIMALS))
    if isinstance(value, int | Decimal):
        return figure(value)
    text = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """A value that JSON knows; dates as ISO 8601, exact decimals as the nearest number."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
