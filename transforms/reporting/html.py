"""The report as one HTML file that needs nothing but itself."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from transforms.reporting.document import Report

_TEMPLATES = Path(__file__).parent / "templates"


def html(report: Report) -> str:
    """`report` as HTML; every text is escaped, only our own style and drawings are taken as they are."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    # The drawings are XML that canvas.picture has written, with every text escaped.
    drawings = {picture.name: Markup(picture.svg) for picture in report.pictures}  # noqa: S704
    return _template().render(report=report, style=Markup(style), drawings=drawings)  # noqa: S704


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.j2")
