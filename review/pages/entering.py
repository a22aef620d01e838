"""Who comes in: the password where there is one, then a pseudonym."""

import time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from review import doors
from review.access import is_right
from review.ended import new_session
from review.rendering import page
from review.site import require_entered, require_steward, site_of
from transforms.stewards.words import pseudonym

router = APIRouter()


@router.get("/entrer")
def ask_for_password(request: Request) -> Response:
    """The form of the password."""
    if site_of(request).password is None:
        return RedirectResponse("/", status_code=303)
    return page(request, "enter.html.j2", problem=None)


@router.post("/entrer")
def enter(request: Request, given: Annotated[str, Form(alias="mot_de_passe")], sent: doors.Token) -> Response:
    """Take the password, or say that it is wrong, later each time."""
    doors.require_token(request, sent)
    site = site_of(request)
    address = request.client.host if request.client else ""
    if wait := site.patience.wait(address):
        problem = f"Trop d’essais : attendre encore {max(1, round(wait))} s."
        answer = page(request, "enter.html.j2", status=429, problem=problem)
        answer.headers["Retry-After"] = str(max(1, round(wait)))
        return answer
    if site.password is None or not is_right(given, site.password):
        site.patience.wrong(address)
        return page(request, "enter.html.j2", status=403, problem="Ce n’est pas le mot de passe.")
    site.patience.right(address)
    # Nothing of the session before goes on: whoever planted it learns nothing.
    request.session.clear()
    request.session.update({"proof": site.proof, "since": int(time.time()), "session": new_session()})
    return RedirectResponse("/", status_code=303)


@router.get("/qui")
def ask_who(request: Request) -> Response:
    """The form of the pseudonym."""
    require_entered(request)
    return page(request, "who.html.j2")


@router.post("/qui")
def say_who(request: Request, given: Annotated[str, Form(alias="pseudonyme")], sent: doors.Token) -> Response:
    """Take the pseudonym."""
    require_entered(request)
    doors.require_token(request, sent)
    request.session["steward"] = pseudonym(given)
    # What another person did here is not this one's to undo.
    request.session["done"] = []
    return RedirectResponse(request.session.pop("after", "/"), status_code=303)


@router.post("/sortir")
def leave(request: Request, sent: doors.Token) -> Response:
    """End the session: not in this browser alone, a copy of its cookie opens nothing either."""
    doors.require_token(request, sent)
    session = request.session.get("session")
    request.session.clear()
    if session:
        site_of(request).ended.end(session)
    return RedirectResponse("/qui", status_code=303)


@router.post("/raccourcis")
def switch_keys(request: Request, sent: doors.Token) -> Response:
    """Turn the keys off, or on again."""
    require_steward(request)
    doors.require_token(request, sent)
    request.session["keys"] = not request.session.get("keys", True)
    return RedirectResponse("/aide", status_code=303)


@router.get("/aide")
def help_page(request: Request) -> Response:
    """The keys, and what the words of the page mean."""
    require_steward(request)
    return page(request, "help.html.j2")


@router.get("/sante")
def health() -> Response:
    """Says that the page lives, to whoever looks after it."""
    return PlainTextResponse("ok")
