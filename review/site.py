"""What all pages of one installation share, and who a request is from."""

import time
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request

from review.access import Patience
from review.desk import Desk
from review.ended import Ended

SESSION_SECONDS: Final = 12 * 3600


@dataclass(frozen=True)
class Site:
    """One installation as it is served: what it reads, its password, what a session shows of it, who left."""

    desk: Desk
    password: str | None
    proof: str
    ended: Ended
    patience: Patience = field(default_factory=Patience)


class ElsewhereError(Exception):
    """The reader has first to go to another page."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def site_of(request: Request) -> Site:
    """The installation that a request is to."""
    found: Site = request.app.state.site
    return found


def desk_of(request: Request) -> Desk:
    """What it reads."""
    return site_of(request).desk


def require_entered(request: Request) -> None:
    """Send whoever has not given the password to where it is asked for."""
    site = site_of(request)
    if site.password is None:
        return
    # Each answer signs the cookie anew: only the moment of the password tells how long ago it was given.
    is_old = time.time() - request.session.get("since", 0) > SESSION_SECONDS
    name = request.session.get("session")
    if is_old or request.session.get("proof") != site.proof or name is None or name in site.ended:
        raise ElsewhereError("/entrer")


def require_steward(request: Request) -> str:
    """The pseudonym of who judges; who has none is asked for one first."""
    require_entered(request)
    steward = request.session.get("steward")
    if not isinstance(steward, str):
        if request.method == "GET" and request.url.path in ("/", "/paire", "/entreprise", "/chercher"):
            query = f"?{request.url.query}" if request.url.query else ""
            request.session["after"] = (request.url.path + query)[:500]
        raise ElsewhereError("/qui")
    return steward
