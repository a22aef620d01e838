"""Pairs of one pattern of evidence, shown one under the other and judged in one go."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from flows.evidence import links
from review import doors
from review.comparing import Row, compared
from review.judging import judge
from review.pages.judging import Reason, tell
from review.patterns import patterns
from review.rendering import page
from review.site import desk_of, require_steward
from review.values import records
from transforms.errors import InputError

router = APIRouter()
_SHOWN_FIELDS = ("name", "trade_name", "siren", "address", "town", "website", "naf_code")
_BETWEEN = "\x1f"


@router.get("/ensemble")
def together(request: Request, name: Annotated[str, Query(alias="modele", max_length=20)] = "") -> Response:
    """All pairs of a pattern; without its name, the patterns."""
    require_steward(request)
    desk = desk_of(request)
    found = patterns(desk.waiting())
    if not name:
        return page(request, "patterns.html.j2", patterns=found)
    chosen = next((one for one in found if one.name == name), None)
    if chosen is None:
        request.session["told"] = "Il n’y a plus plusieurs paires de ce modèle à juger."
        return RedirectResponse("/", status_code=303)
    keys = sorted({end for one in chosen.shown for end in (one.left, one.right)})
    with desk.looking() as con:
        known = records(con, keys)
        weighed = links(con, keys, "left_asked AND right_asked")
    shown = []
    for one in chosen.shown:
        left, right = known[one.left], known[one.right]
        link = weighed.get(((left.source, left.number), (right.source, right.number)))
        shown.append((one, left, right, _telling(compared(left, right, link.steps if link else ()))))
    return page(request, "together.html.j2", pattern=chosen, shown=shown, between=_BETWEEN)


@router.post("/ensemble")
def judge_together(
    request: Request,
    verdict: Annotated[str, Form()],
    sent: doors.Token,
    chosen: Annotated[list[str] | None, Form(alias="paire")] = None,
    reason: Reason = "",
) -> Response:
    """Record one word on each pair that is ticked."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    pairs = [tuple(text.split(_BETWEEN)) for text in chosen or ()]
    if not pairs or any(len(ends) != 2 for ends in pairs):
        raise InputError(
            "Aucune paire n'est cochée : rien n'a été enregistré.",
            expected="une paire cochée au moins",
            next_step="revenir en arrière et cocher les paires à juger",
        )
    ends = [(one[0], one[1]) for one in pairs]
    tell(request, judge(desk_of(request), ends, verdict, steward=steward, reason=reason))
    return RedirectResponse("/", status_code=303)


def _telling(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.field in (*_SHOWN_FIELDS, "phone", "email")]
