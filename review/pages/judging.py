"""A word on a pair: recorded before the next page is shown, and taken back from any page."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from review import doors
from review.again import second_looks
from review.correcting import choose_siren, take_back_value
from review.desk import Desk
from review.judging import Judged, judge, undo
from review.pages.pair import address, neighbour
from review.site import desk_of, require_steward
from review.undoing import forget_last, last_done, remember, remember_correction
from transforms.matching import labels
from transforms.matching.decisions.acts import Undone
from transforms.matching.decisions.proposals import record_text
from transforms.wording import plural

router = APIRouter()
Reason = Annotated[str, Form(alias="motif")]
_NAMED = 3


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


@router.post("/bon-siren")
def choose(
    request: Request,
    left: Annotated[str, Form(alias="gauche")],
    right: Annotated[str, Form(alias="droite")],
    right_one: Annotated[Literal["gauche", "droite"], Form(alias="bon")],
    sent: doors.Token,
    reason: Reason = "",
) -> Response:
    """Of a pair with two SIREN, say which is right: that of the other side is corrected."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    ends = (left, right) if right_one == "gauche" else (right, left)
    with desk.looking() as con:
        new, told, company = choose_siren(con, desk, *ends, steward=steward, reason=reason)
    request.session["told"] = told
    if new:
        remember_correction(request, new, company)
    return RedirectResponse(address(left, right), status_code=303)


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
def undo_last(request: Request, sent: doors.Token) -> Response:
    """Undo the last act of this session as a whole, a correction too, and show what it was about."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    done = last_done(request)
    if done is None:
        request.session["told"] = "Il n’y a rien à annuler dans cette session."
        return RedirectResponse("/", status_code=303)
    if done.correction:
        with desk.looking():
            request.session["told"] = take_back_value(desk, done.correction, steward=steward)
        forget_last(request)
        return RedirectResponse(f"/entreprise?{urlencode({'id': done.company})}", status_code=303)
    said = done.said(desk.log().decisions, steward)
    undone = undo(desk, said, done.taken_back, steward=steward)
    forget_last(request)
    request.session["told"] = _undone(undone)
    return RedirectResponse(_about(desk, undone), status_code=303)


def tell(request: Request, judged: tuple[Judged, ...], taken_back: Sequence[str] = ()) -> None:
    """Say on the next page what was recorded, and remember it so that it can be undone."""
    recorded = [one for one in judged if one.status == "recorded" and one.decision_id]
    remember(request, [one.decision_id for one in recorded if one.decision_id], taken_back)
    request.session["told"] = _told(judged, recorded)


def _undone(undone: Undone) -> str:
    parts = []
    if away := [one.decision_id for one in undone.taken_back]:
        parts.append(f"{plural(len(away), 'décision retirée', 'décisions retirées')} : {_shown(away)}")
    if again := [one.decision_id for one in undone.again]:
        words = plural(len(again), "décision de nouveau en vigueur", "décisions de nouveau en vigueur")
        parts.append(f"{words} : {_shown(again)}")
    return f"{' ; '.join(parts) or 'C’était déjà annulé'}."


def _shown(ids: list[str]) -> str:
    return f"{', '.join(ids[:_NAMED])}{'…' if len(ids) > _NAMED else ''}"


def _about(desk: Desk, undone: Undone) -> str:
    """Where what was undone is judged again: its pair, its company, or the queue."""
    ids = {one.decision_id for one in (*undone.taken_back, *undone.again)}
    pairs = [one.pair for one in desk.today().here if one.decision_id in ids]
    if undone.again and pairs:
        return f"/entreprise?{urlencode({'id': record_text(pairs[0][0])})}"
    if len(pairs) != 1:
        return "/"
    left, right = map(record_text, pairs[0])
    queued = next((one for one in desk.snapshot().queue if {one.left, one.right} == {left, right}), None)
    return address(queued.left, queued.right) if queued else address(left, right)


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
