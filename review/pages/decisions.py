"""What was decided, by whom, what became of it; and taking one back."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from flows.agreement import agreement_text
from flows.decision_list import list_decisions
from review import doors
from review.again import second_looks
from review.followed import followed
from review.judging import take_back
from review.rendering import page
from review.site import desk_of, require_steward
from review.undoing import remember
from transforms.matching import labels
from transforms.matching.decisions.agreement import agreement

router = APIRouter()
_PER_PAGE = 50


@router.get("/decisions")
def decisions(
    request: Request, number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1
) -> Response:
    """The log, the latest first."""
    steward = require_steward(request)
    desk = desk_of(request)
    known = desk.snapshot().known
    with desk.looking():
        listed = list_decisions(desk.warehouse, desk.state, known).decisions if desk.state.is_dir() else ()
    latest = list(reversed(listed))
    pages = max(1, -(-len(latest) // _PER_PAGE))
    number = min(number, pages)
    shown = latest[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    return page(
        request,
        "decisions.html.j2",
        total=len(latest),
        followed=followed(desk),
        listed=[(one.decision, labels.outcome(one.outcome, one.against)) for one in shown],
        verdict=labels.verdict,
        agreement=agreement_text(agreement(desk.today().here, desk.today().elsewhere)),
        again=len(second_looks(desk, steward)),
        number=number,
        pages=pages,
    )


@router.post("/retirer")
def take_one_back(
    request: Request,
    decision_id: Annotated[str, Form(alias="decision")],
    sent: doors.Token,
    back: Annotated[str, Form(alias="retour")] = "",
) -> Response:
    """Take one decision back."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    taken = take_back(desk_of(request), [decision_id], steward=steward)
    remember(request, [], [one.decision_id for one in taken])
    told = f"Décision {decision_id} retirée." if taken else f"La décision {decision_id} était déjà retirée."
    request.session["told"] = told
    # A company's number and nothing else: an address from a form could lead anywhere.
    where = f"/entreprise?id={back}" if back.replace("-", "").isalnum() and back.isascii() else "/decisions"
    return RedirectResponse(where, status_code=303)
