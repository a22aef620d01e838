"""A pair side by side: what differs, the weights, what each choice would do, the groups around it."""

from typing import Annotated, Any
from urllib.parse import urlencode

import duckdb
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from flows import evidence, name_words, published
from flows.conclusion import conclusion
from review.comparing import compared
from review.correcting import siren_choice
from review.desk import Desk, Queued
from review.effects import effects
from review.patterns import name_of, patterns
from review.rendering import page
from review.site import desk_of, require_steward
from review.values import RecordView, records
from review.weights import bars
from transforms.errors import InputError
from transforms.matching.decisions.proposals import record_text
from transforms.matching.explanation import Link
from transforms.matching.waterfall import waterfall_svg

router = APIRouter()
Left = Annotated[str, Query(alias="gauche", max_length=20_000)]
Right = Annotated[str, Query(alias="droite", max_length=20_000)]
_MOST_OTHERS = 12


def address(left: str, right: str) -> str:
    """Where a pair is shown."""
    return f"/paire?{urlencode({'gauche': left, 'droite': right})}"


@router.get("/paire")
def pair(
    request: Request, left: Left, right: Right, again: Annotated[bool, Query(alias="relire")] = False
) -> Response:
    """One pair, of a company its record that is closest to the other side; `again` hides earlier words."""
    require_steward(request)
    desk = desk_of(request)
    with desk.looking() as con:
        if published.is_company_id(left) or published.is_company_id(right):
            ends = map(record_text, published.two_records(con, left, right))
            return RedirectResponse(address(*ends), status_code=303)
        content = _content(con, desk, left, right)
    if again:
        content |= {"said": None, "conclusion": ""}
    return page(request, "pair.html.j2", **content, **_place(desk, left, right), again=again)


@router.get("/cascade.svg")
def drawing(request: Request, left: Left, right: Right) -> Response:
    """The weights of a pair as a drawing of its own, to keep or to print."""
    require_steward(request)
    with desk_of(request).looking() as con:
        link = _link(con, left, right)
    if link is None:
        raise InputError("Cette paire n'a pas été comparée : il n'y a pas de poids à dessiner.")
    return Response(
        waterfall_svg(link),
        media_type="image/svg+xml",
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )


def _content(con: duckdb.DuckDBPyConnection, desk: Desk, left: str, right: str) -> dict[str, Any]:
    both = records(con, [left, right])
    if len(both) < 2:
        missing = left if left not in both else right
        raise InputError(
            "Cette fiche n'est pas dans l'entrepôt en service.",
            found=missing[:200],
            expected="deux fiches publiées ; une fusion a pu changer l'entrepôt entre-temps",
            next_step="revenir à la file",
        )
    sides = (both[left], both[right])
    link = _link(con, left, right)
    companies = [side.company_id for side in sides]
    rows = compared(*sides, link.steps if link else ())
    said = evidence.decisions(con, [left, right], both=True)
    return {
        "left": sides[0],
        "right": sides[1],
        "rows": [row for row in rows if row.sign != "aside"],
        "aside": [row for row in rows if row.sign == "aside"],
        "link": link,
        "bars": bars(link.steps) if link else (),
        "effects": effects(con, left, right),
        "sirens": siren_choice(con, desk, *sides),
        "others": [_others(con, side) for side in sides],
        "together": companies[0] == companies[1],
        "conclusion": conclusion(con, companies, link, said, ()),
        "said": desk.standing().on(evidence.pair_of(left, right)),
    }


def _link(con: duckdb.DuckDBPyConnection, left: str, right: str) -> Link | None:
    found = evidence.links(con, [left, right], "left_asked AND right_asked")
    link = next(iter(found.values()), None)
    return link and name_words.told(con, link)


def _others(con: duckdb.DuckDBPyConnection, side: RecordView) -> tuple[int, list[RecordView]]:
    """How many other records a side's company has, and the first of them."""
    keys = [f"{row[0]}:{row[1]}" for row in evidence.members(con, side.company_id)]
    keys = [key for key in keys if key != side.key]
    found = records(con, keys[:_MOST_OTHERS])
    return len(keys), [found[key] for key in keys[:_MOST_OTHERS]]


def _place(desk: Desk, left: str, right: str) -> dict[str, Any]:
    """Where the pair is in the queue, and which ones come before and after it."""
    queue = desk.snapshot().queue
    at = next((place for place, one in enumerate(queue) if {one.left, one.right} == {left, right}), None)
    waiting = desk.waiting()
    return {
        "queued": queue[at] if at is not None else None,
        "waiting": len(waiting),
        "total": len(queue),
        "next_pair": neighbour(desk, left, right, 1),
        "previous_pair": neighbour(desk, left, right, -1),
        "pattern": _pattern(queue[at], waiting) if at is not None else None,
    }


def neighbour(desk: Desk, left: str, right: str, step: int) -> Queued | None:
    """The pair that waits next in the queue after this one (or before it), round the end, if one does."""
    queue = desk.snapshot().queue
    ends = {left, right}
    at = next(
        (place for place, one in enumerate(queue) if {one.left, one.right} == ends), -1 if step > 0 else 0
    )
    waiting = {one.pair for one in desk.waiting()}
    others = (queue[(at + step * (far + 1)) % len(queue)] for far in range(len(queue)))
    return next((one for one in others if {one.left, one.right} != ends and one.pair in waiting), None)


def _pattern(queued: Queued, waiting: list[Queued]) -> Any:
    name = name_of(queued)
    return next((one for one in patterns(waiting) if one.name == name), None)
