"""What all pages of one installation share, and who a request is from."""

from dataclasses import dataclass, field

from fastapi import Request

from review.access import Patience
from review.desk import Desk


@dataclass(frozen=True)
class Site:
    """One installation as it is served: what it reads, its password, and what a session shows of it."""

    desk: Desk
    password: str | None
    proof: str
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
    if site.password is not None and request.session.get("proof") != site.proof:
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
