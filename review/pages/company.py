"""Companies: found, shown, split, joined, reset, corrected."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from flows.evidence import pair_of
from review import doors
from review.company import HIDDEN_OF_PERSONS, CompanyView, company_view
from review.correcting import choices, correct_value, corrections_on, take_back_value
from review.judging import holding, split_out, standing_on, take_back
from review.pages.judging import Reason, tell
from review.rendering import page
from review.searching import LONGEST, MOST, search
from review.site import desk_of, require_steward
from review.undoing import remember, remember_correction
from transforms.errors import InputError
from transforms.matching import labels
from transforms.wording import plural

router = APIRouter()
Asked = Annotated[str, Query(alias="id", max_length=20_000)]
_MOST_RECORDS = 10_000
Named = Annotated[str, Form(alias="id")]


def address(company_id: str) -> str:
    """Where a company is shown."""
    return f"/entreprise?{urlencode({'id': company_id})}"


@router.get("/chercher")
def find(
    request: Request,
    text: Annotated[str, Query(alias="q", max_length=20_000)] = "",
    joining: Annotated[str, Query(alias="avec", max_length=40)] = "",
) -> Response:
    """Companies by name, town, SIREN or number; `avec` is one that the found one may be joined to."""
    require_steward(request)
    text = text[:LONGEST]
    with desk_of(request).looking() as con:
        found = search(con, text)
        partner = company_view(con, joining) if joining else None
    if partner:
        found = [one for one in found if one.company_id != partner.company_id]
    return page(
        request,
        "search.html.j2",
        text=text,
        longest=LONGEST,
        found=found[:MOST],
        more=len(found) > MOST,
        partner=partner,
    )


@router.get("/entreprise")
def show(request: Request, asked: Asked) -> Response:
    """One company, whole."""
    require_steward(request)
    desk = desk_of(request)
    with desk.looking() as con:
        view = company_view(con, asked)
        hidden = HIDDEN_OF_PERSONS if view.is_person else ()
        corrections = corrections_on(desk, view.company_id, hidden=hidden)
    return page(
        request,
        "company.html.j2",
        company=view,
        decisions=standing_on(desk, view.keys),
        heard=desk.snapshot().heard.counted,
        verdict=labels.verdict,
        choices=choices(),
        corrections=corrections,
    )


@router.get("/detacher")
def ask_to_split(
    request: Request, asked: Asked, record: Annotated[str, Query(alias="fiche", max_length=20_000)]
) -> Response:
    """What keeping one record away from its company would record and take back."""
    require_steward(request)
    desk = desk_of(request)
    with desk.looking() as con:
        view = company_view(con, asked)
    others = _others(view, record)
    members = {one.key: one for one in view.records}
    standing = desk.standing()
    said = [(members[key], standing.on(pair_of(record, key))) for key in others]
    return page(
        request,
        "split.html.j2",
        company=view,
        record=members[record],
        others=[(one, word if word and word.verdict == "different" else None) for one, word in said],
        holding=holding(desk, record, others),
        verdict=labels.verdict,
    )


@router.post("/detacher")
def split(
    request: Request,
    asked: Named,
    record: Annotated[str, Form(alias="fiche")],
    seen: Annotated[list[str], Form(alias="autre", max_length=_MOST_RECORDS)],
    sent: doors.Token,
    reason: Reason = "",
) -> Response:
    """Keep one record away from all others of its company, which are those that `seen` on the page."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    with desk.looking() as con:
        view = company_view(con, asked)
    others = _others(view, record)
    if set(others) != set(seen):
        raise InputError(
            "Une fusion a changé cette entreprise depuis que sa page a été ouverte.",
            found=f"{plural(len(others), 'autre fiche', 'autres fiches')}, contre {len(seen)} sur la page"
            if len(others) != len(seen)
            else "d'autres fiches que celles de la page",
            expected="les mêmes fiches",
            next_step="relire ce qui sera enregistré, montré de nouveau ici, puis détacher",
        )
    judged, taken_back = split_out(desk, record, others, steward=steward, reason=reason)
    tell(request, judged, taken_back)
    return RedirectResponse(address(view.company_id), status_code=303)


def _others(view: CompanyView, record: str) -> list[str]:
    """The records of a company beside the one that is to leave it."""
    others = [key for key in view.keys if key != record]
    if record not in view.keys or not others:
        raise InputError(
            "Cette fiche ne peut pas être détachée.",
            found=f"{record[:80]}, seule ou d'une autre entreprise que {view.company_id}",
            expected="une fiche parmi plusieurs de cette entreprise",
            next_step="revenir à l'entreprise",
        )
    return others


@router.get("/reinitialiser")
def ask_to_reset(request: Request, asked: Asked) -> Response:
    """The decisions that would be taken back."""
    require_steward(request)
    desk = desk_of(request)
    with desk.looking() as con:
        view = company_view(con, asked)
    return page(
        request,
        "reset.html.j2",
        company=view,
        decisions=standing_on(desk, view.keys),
        verdict=labels.verdict,
    )


@router.post("/reinitialiser")
def reset(request: Request, asked: Named, sent: doors.Token, reason: Reason = "") -> Response:
    """Take all decisions about a company's records back."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    with desk.looking() as con:
        view = company_view(con, asked)
    ids = [one.decision_id for one in standing_on(desk, view.keys)]
    taken = take_back(desk, ids, steward=steward, reason=reason)
    remember(request, [], [one.decision_id for one in taken])
    request.session["told"] = f"{plural(len(taken), 'décision retirée', 'décisions retirées')}."
    return RedirectResponse(address(view.company_id), status_code=303)


@router.post("/corriger")
def correct(
    request: Request,
    asked: Named,
    column: Annotated[str, Form(alias="colonne")],
    value: Annotated[str, Form(alias="valeur")],
    sent: doors.Token,
    reason: Reason = "",
    confirmed: Annotated[str, Form(alias="confirme")] = "",
) -> Response:
    """Fix a golden value; a SIREN that another company bears has to be confirmed."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    with desk.looking():
        new, told = correct_value(
            desk, asked, column, value, steward=steward, reason=reason, confirmed=bool(confirmed)
        )
    request.session["told"] = told
    if new:
        remember_correction(request, new, asked)
    return RedirectResponse(address(asked), status_code=303)


@router.post("/retirer-correction")
def take_correction_back(
    request: Request, asked: Named, correction_id: Annotated[str, Form(alias="correction")], sent: doors.Token
) -> Response:
    """Let the sources speak again."""
    steward = require_steward(request)
    doors.require_token(request, sent)
    desk = desk_of(request)
    with desk.looking():
        request.session["told"] = take_back_value(desk, correction_id, steward=steward)
    return RedirectResponse(address(asked), status_code=303)
