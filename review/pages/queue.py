"""The queue: how much waits, the worthiest pairs first, and those that may be judged together."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from review.patterns import patterns
from review.rendering import page
from review.site import desk_of, require_steward
from review.values import records

router = APIRouter()
_PER_PAGE = 50
_PATTERNS_SHOWN = 5


@router.get("/")
def queue(request: Request, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1) -> Response:
    """One page of the queue."""
    require_steward(request)
    desk = desk_of(request)
    waiting = desk.waiting()
    pages = max(1, -(-len(waiting) // _PER_PAGE))
    number = min(number, pages)
    first = (number - 1) * _PER_PAGE
    shown = waiting[first : first + _PER_PAGE]
    alike = patterns(waiting)
    snapshot = desk.snapshot()
    with desk.looking() as con:
        known = records(con, [end for one in shown for end in (one.left, one.right)])
    return page(
        request,
        "queue.html.j2",
        waiting=len(waiting),
        total=len(snapshot.queue),
        published_on=snapshot.published_on,
        rows=[
            (first + at, one, known.get(one.left), known.get(one.right)) for at, one in enumerate(shown, 1)
        ],
        first=waiting[0] if waiting else None,
        number=number,
        pages=pages,
        patterns=alike[:_PATTERNS_SHOWN],
        more_patterns=max(0, len(alike) - _PATTERNS_SHOWN),
    )
