"""What is refused, told where it can be mended: a form comes back on its page, with what was typed in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from flows.correct import SharedSirenError
from review.desk import Desk
from review.doors import ForeignPostError
from review.pages import company, decisions, entering, pair, running, together
from review.rendering import page
from review.site import ElsewhereError, desk_of, site_of
from transforms.errors import AlliageError, InputError, LockError, MachineError
from transforms.matching.decisions.proposals import record_text
from transforms.matching.decisions.recording import TwoSirensError

Links = tuple[tuple[str, str], ...]
"""Addresses on the page, each with the text of its link."""

# What a message tells its reader to type, which nobody can do on a page.
_TERMINAL = re.compile(r"\balliage [a-z]|\bmake [a-z]|--[a-z]")
_MOST_LINKS = 6
_BUSY = "attendre un instant, puis renvoyer ; si cela dure, demander à l'exploitant"
_MACHINE = "recommencer plus tard, ou transmettre ces mots à l'exploitant"
_ELSE = "vérifier ce qui est dit ici, corriger et renvoyer ; sinon, demander à l'exploitant"
# Where the page has a button for what the terminal has an option for.
_HERE: tuple[tuple[type[AlliageError], str], ...] = (
    (
        SharedSirenError,
        "si c'est la même entreprise, le confirmer ici : la prochaine fusion les réunira, sauf décision "
        "« différentes » ; sinon, vérifier le SIREN",
    ),
    (
        TwoSirensError,
        "dire lequel est le bon : plus bas sous « Deux SIREN », ou à la page de l'entreprise dont le SIREN "
        "est faux, sous « Corriger une valeur »",
    ),
)
_UNPUBLISHED = InputError(
    "Rien n'est encore publié : il n'y a ni paire ni entreprise à montrer.",
    next_step="lancer une première fusion depuis la page « Fusion », ou la demander à l'exploitant",
)

# The page that has the form of each address.
_FORMS: dict[str, Callable[[Request, FormData], Response]] = {
    "/qui": lambda request, _: entering.ask_who(request),
    "/juger": lambda request, sent: pair.pair(
        request, _of(sent, "gauche"), _of(sent, "droite"), again=bool(_of(sent, "relire"))
    ),
    "/bon-siren": lambda request, sent: pair.pair(request, _of(sent, "gauche"), _of(sent, "droite")),
    "/ensemble": lambda request, sent: together.together(request, _of(sent, "modele")),
    "/detacher": lambda request, sent: company.ask_to_split(request, _of(sent, "id"), _of(sent, "fiche")),
    "/reinitialiser": lambda request, sent: company.ask_to_reset(request, _of(sent, "id")),
    "/corriger": lambda request, sent: company.show(request, _of(sent, "id")),
    "/retirer-correction": lambda request, sent: company.show(request, _of(sent, "id")),
    "/retirer": lambda request, sent: (
        company.show(request, _of(sent, "retour")) if _of(sent, "retour") else decisions.decisions(request)
    ),
    "/fusion": lambda request, _: running.show(request),
}


@dataclass(frozen=True)
class Refusal:
    """A refusal as the page tells it.

    Attributes:
        error: what is wrong.
        status: the code of the answer.
        step: what can be done about it on the page (French).
        links: what the message names and the page can show.
        is_form: whether a form was sent, of which nothing was recorded.
        typed: what was sent.
    """

    error: AlliageError
    status: int
    step: str
    links: Links = ()
    is_form: bool = False
    typed: FormData = field(default_factory=FormData)

    @property
    def may_confirm(self) -> bool:
        """Whether what was sent is taken if it is sent once more with a confirmation."""
        return isinstance(self.error, SharedSirenError)

    @property
    def expected(self) -> str:
        """What should have been there, unless that too is for a terminal."""
        said = self.error.expected or ""
        return "" if _TERMINAL.search(said) else said


async def refused(request: Request, error: AlliageError) -> Response:
    """The page whose form is refused, with the message; the message alone if nothing was sent.

    The message alone too if the page can no longer be shown, as after a run that left its company out.
    """
    show = _FORMS.get(request.url.path) if request.method == "POST" else None
    if show is None:
        return await run_in_threadpool(alone, request, error, _status(error))
    sent = await request.form()
    return await run_in_threadpool(_on_its_page, request, error, show, sent)


async def lapsed(request: Request, elsewhere: ElsewhereError) -> Response:
    """Where to enter anew; what was typed into a form is shown first, because it would be lost there."""
    # Who never had a session is told nothing.
    had_one = "steward" in request.session or site_of(request).password is None
    sent = await request.form() if request.method == "POST" and had_one else FormData()
    if not any(_of(sent, name) for name in ("valeur", "motif")):
        return RedirectResponse(elsewhere.address, status_code=303)
    error = InputError(
        "Votre session a pris fin.",
        next_step="copier ce qui est plus bas, entrer de nouveau, puis refaire le geste",
    )
    links = ((elsewhere.address, "Entrer"),)
    request.state.refusal = Refusal(error, 403, error.next_step or "", links, is_form=True, typed=sent)
    return page(request, "error.html.j2")


def alone(request: Request, error: AlliageError, status: int) -> Response:
    """The message on a page of its own."""
    desk = desk_of(request)
    if isinstance(error, InputError) and status == 400 and not desk.warehouse.is_file():
        error = _UNPUBLISHED
    links = (("/fusion", "Fusion"),) if error is _UNPUBLISHED else _links(desk, error)
    request.state.refusal = Refusal(error, status, _step(error, links), links)
    return page(request, "error.html.j2")


def _on_its_page(
    request: Request, error: AlliageError, show: Callable[[Request, FormData], Response], sent: FormData
) -> Response:
    links = _links(desk_of(request), error)
    refusal = Refusal(error, _status(error), _step(error, links), links, is_form=True, typed=sent)
    request.state.refusal = refusal
    try:
        answer = show(request, sent)
    except ElsewhereError as elsewhere:
        return RedirectResponse(elsewhere.address, status_code=303)
    except AlliageError:
        return page(request, "error.html.j2")
    # A page that leads elsewhere has nothing to show any more.
    return answer if answer.status_code == refusal.status else page(request, "error.html.j2")


def _of(sent: FormData, name: str) -> str:
    value = sent.get(name, "")
    return value if isinstance(value, str) else ""


def _status(error: AlliageError) -> int:
    if isinstance(error, ForeignPostError):
        return 403
    return 409 if isinstance(error, LockError) else 400 if isinstance(error, InputError) else 500


def _step(error: AlliageError, links: Links) -> str:
    """The next step of the message, or one that is possible on a page if that is for a terminal."""
    if isinstance(error, LockError):
        return _BUSY
    if isinstance(error, MachineError):
        return _MACHINE
    for kind, step in _HERE:
        if isinstance(error, kind):
            return step
    said = error.next_step or ""
    if not _TERMINAL.search(said):
        return said
    return "voir ce qui est nommé ici, et y retirer ou corriger ce qui est faux" if links else _ELSE


def _links(desk: Desk, error: AlliageError) -> Links:
    """Where the decisions, companies and records are shown that a message names."""
    words = re.split(r"[\s,;«»]+", f"{error.what} {error.found or ''}")
    try:
        known = desk.snapshot().known.companies or {}
        pairs = {one.decision_id: one.pair for one in desk.today().decisions}
    except AlliageError:
        return ()
    ids = set(known.values())
    found: dict[str, str] = {}
    for word in words:
        if word in pairs:
            found[pair.address(*map(record_text, pairs[word]))] = word
        elif word in ids or (":" in word and _record(word) in known):
            found[company.address(word)] = word
    return tuple(found.items())[:_MOST_LINKS]


def _record(word: str) -> tuple[str, str]:
    source, _, number = word.partition(":")
    return source, number
