"""A word on a pair: recorded before the next page is shown, and taken back from any page."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from review import doors
from review.again import second_looks
from review.judging import Judged, judge, take_back
from review.pages.pair import address, neighbour
from review.site import desk_of, require_steward
from transforms.matching import labels
from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.log import number_of
from transforms.wording import plural

router = APIRouter()
Reason = Annotated[str, Form(alias="motif")]
# A cookie holds 4 kB; a steward who wants to go back further finds the page of decisions.
_UNDOABLE = 30


@router.post("/juger")
def judge_pair(
    request: Request,
    left: Annotated[str, Form(alias="gauche")],
    right: Annotated[str, Form(alias="droite")],
    verdict: Annotated[str, Form()],
    sent: doors.Token,
    reason: Reason = "",
    again: Annotated[str, Form(alias="relire")] = "",
) -> Response:
    """Record a word on one pair, and show the one that waits next, or the next second look."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    (judged,) = judge(desk, [(left, right)], verdict, steward=steward, reason=reason)
    if judged.problem:
        raise judged.problem
    tell(request, (judged,))
    if again:
        return RedirectResponse("/relire", status_code=303)
    after = neighbour(desk, left, right, 1)
    return RedirectResponse(address(after.left, after.right) if after else "/", status_code=303)


@router.get("/relire")
def look_again(request: Request) -> Response:
    """Show a pair that somebody else has judged, without their word."""
    steward = require_steward(request)
    found = second_looks(desk_of(request), steward)
    if not found:
        request.session["told"] = request.session.get("told") or "Rien à relire : tout a été vu deux fois."
        return RedirectResponse("/decisions", status_code=303)
    left, right = (":".join(end) for end in found[0].pair)
    return RedirectResponse(f"{address(left, right)}&relire=1", status_code=303)


@router.post("/annuler")
def undo(request: Request, sent: doors.Token) -> Response:
    """Take back what this session has recorded last, and show its pair again."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    done = list(request.session.get("done", []))
    if not done:
        request.session["told"] = "Il n’y a rien à annuler dans cette session."
        return RedirectResponse("/", status_code=303)
    first, count = done.pop()
    request.session["done"] = done
    ids = _between(desk_of(request).log().decisions, first, count, steward)
    taken = take_back(desk_of(request), ids, steward=steward)
    back = plural(len(taken), "décision retirée", "décisions retirées")
    request.session["told"] = f"{back} : {', '.join(ids[:3])}{'…' if len(ids) > 3 else ''}."
    if len(taken) != 1:
        return RedirectResponse("/", status_code=303)
    left, right = (":".join(end) for end in taken[0].pair)
    queued = next(
        (one for one in desk_of(request).snapshot().queue if {one.left, one.right} == {left, right}), None
    )
    where = address(queued.left, queued.right) if queued else address(left, right)
    return RedirectResponse(where, status_code=303)


def tell(request: Request, judged: tuple[Judged, ...]) -> None:
    """Say on the next page what was recorded, and remember it so that it can be undone."""
    recorded = [one for one in judged if one.status == "recorded" and one.decision_id]
    if recorded:
        first = min(number_of(one.decision_id or "") for one in recorded)
        done = [*request.session.get("done", []), [first, len(recorded)]]
        request.session["done"] = done[-_UNDOABLE:]
    request.session["told"] = _told(judged, recorded)


def _told(judged: tuple[Judged, ...], recorded: list[Judged]) -> str:
    said = labels.verdict(judged[0].verdict)
    if len(judged) == 1:
        number = judged[0].decision_id
        return (
            f"{number} enregistrée : {said}."
            if recorded
            else f"Déjà décidé ({number}) : {said}. Rien n’a changé."
        )
    counts = [plural(len(recorded), "décision enregistrée", "décisions enregistrées")]
    known = sum(one.status == "known" for one in judged)
    refused = [one.problem for one in judged if one.problem]
    if known:
        counts.append(plural(known, "déjà en vigueur", "déjà en vigueur"))
    if refused:
        counts.append(f"{plural(len(refused), 'refusée', 'refusées')} ({refused[0].what})")
    return f"{' ; '.join(counts)} : {said}."


def _between(decisions: tuple[Decision, ...], first: int, count: int, steward: str) -> list[str]:
    """The decisions with `count` numbers from `first` on: those of one lock have numbers in a row."""
    wanted = range(first, first + count)
    return [
        one.decision_id
        for one in decisions
        if number_of(one.decision_id) in wanted and one.steward == steward
    ]
