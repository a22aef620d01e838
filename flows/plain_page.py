"""A page of HTML by itself: no script, nothing to load, every text inert."""

from collections.abc import Iterable, Sequence
from html import escape

_PAGE = """<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }}
th, td {{ border: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }}
th {{ background: #eef1f6; }}
th:nth-child(3n + 1) {{ width: 22%; }}
h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def plain_page(title: str, parts: Iterable[str]) -> str:
    """The page of some parts, each HTML already."""
    return _PAGE.format(title=escape(title), body="\n".join(parts))


def heading(text: str) -> str:
    """The title of a section."""
    return f"<h2>{shown(text)}</h2>"


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{shown(text)}</p>"


def listing(texts: Iterable[str]) -> str:
    """A list."""
    return "<ul>\n" + "\n".join(f"<li>{shown(text)}</li>" for text in texts) + "\n</ul>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is what a row is about."""
    titles = "".join(f'<th scope="col">{shown(text)}</th>' for text in head)
    lines = "\n".join(f"<tr>{''.join(f'<td>{shown(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def shown(value: str) -> str:
    """A text on one line, without signs that cannot be seen, inert."""
    return escape(printable(value))


def printable(value: str) -> str:
    """A text on one line, without signs that cannot be seen."""
    return "".join(sign if sign.isprintable() else " " for sign in value)
