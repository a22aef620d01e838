"""Pairs of one pattern of evidence, shown one under the other and judged in one go."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from flows.evidence import links
from review import doors
from review.comparing import Row, compared
from review.desk import Desk
from review.judging import PairText, judge
from review.pages.judging import Reason, tell
from review.patterns import name_of, patterns
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
    name: Annotated[str, Form(alias="modele")],
    sent: doors.Token,
    chosen: Annotated[list[str] | None, Form(alias="paire")] = None,
    reason: Reason = "",
) -> Response:
    """Record one word on each pair that is ticked."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    pairs = _of_pattern(desk, name, chosen or ())
    tell(request, judge(desk, pairs, verdict, steward=steward, reason=reason))
    return RedirectResponse("/", status_code=303)


def _of_pattern(desk: Desk, name: str, chosen: Sequence[str]) -> list[PairText]:
    """The pairs of a form, all of the pattern that it showed.

    Those that somebody has judged since are in the queue of the file in service still.

    Raises:
        InputError: there is none, or one is of another pattern, or no longer in the queue.
    """
    if not chosen:
        raise InputError(
            "Aucune paire n'est cochée.",
            expected="une paire cochée au moins",
            next_step="cocher les paires à juger",
        )
    shown = {(one.left, one.right) for one in desk.snapshot().queue if name_of(one) == name}
    pairs = [(left, right) for left, _, right in (text.partition(_BETWEEN) for text in chosen)]
    strange = [ends for ends in pairs if ends not in shown]
    if strange:
        raise InputError(
            "Une paire n'est pas de ce modèle, ou n'est plus à juger.",
            found=" et ".join(strange[0])[:200],
            expected="des paires de la file d'aujourd'hui, toutes du modèle affiché",
            next_step="revoir les paires et renvoyer, ou juger celle-ci seule",
        )
    return pairs


def _telling(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.field in (*_SHOWN_FIELDS, "phone", "email")]
