"""Templates filled for a request."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData

from review import doors
from review.inert import exact, finalized, shown
from review.site import site_of
from review.values import worded
from transforms.matching.explanation import bits_text, percent_text
from transforms.moments import day_text
from transforms.wording import number, plural

HERE = Path(__file__).parent


def page(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """A page from `template`, with what every page has: who judges, what was just done, or was refused.

    A refusal in `request.state` brings its own status, and what was typed.
    """
    session = request.session
    refusal = getattr(request.state, "refusal", None)
    common = {
        "token": doors.token(request),
        "steward": session.get("steward"),
        "has_password": site_of(request).password is not None,
        "keys": session.get("keys", True),
        "told": session.pop("told", None),
        "can_undo": bool(session.get("done")),
        "here": request.url.path,
        "query": request.query_params,
        "refusal": refusal,
        "typed": refusal.typed if refusal else FormData(),
    }
    text = _templates().get_template(template).render(**(common | content))
    return HTMLResponse(text, status_code=refusal.status if refusal else status)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        finalize=finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "shown": shown,
        "exact": exact,
        "bits": bits_text,
        "percent": percent_text,
        "number": number,
        "siren": partial(worded, "siren"),
        "day": day_text,
        "typo": typographic,
    }
    made.globals["plural"] = plural
    return made


def typographic(text: str) -> str:
    """A sentence of ours with the apostrophe that print has."""
    return text.replace("'", "’")
