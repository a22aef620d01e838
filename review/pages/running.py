"""A run started now, instead of the next night's."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from review import doors, running
from review.followed import followed
from review.rendering import page
from review.site import desk_of, require_steward

router = APIRouter()
RunId = Annotated[str | None, Query(alias="id", pattern=r"^[0-9a-f-]{36}$")]


@router.get("/fusion")
def show(request: Request, run_id: RunId = None) -> Response:
    """What waits for a run, and how one that was started goes."""
    require_steward(request)
    desk = desk_of(request)
    is_published = desk.warehouse.is_file()
    return page(
        request,
        "run.html.j2",
        run=running.state(run_id),
        is_published=is_published,
        unheard=desk.unheard() if is_published else None,
        published_on=desk.snapshot().published_on if is_published else "",
        followed=followed(desk) if is_published else None,
    )


@router.post("/fusion")
def begin(request: Request, sent: doors.Token) -> Response:
    """Start a run."""
    require_steward(request)
    doors.require_token(request, sent)
    run = running.start()
    return RedirectResponse(f"/fusion?id={run.run_id}" if run.run_id else "/fusion", status_code=303)


@router.get("/fusion/etat")
def progress(request: Request, run_id: RunId = None) -> Response:
    """How a run goes, for the page that shows it."""
    require_steward(request)
    run = running.state(run_id)
    return JSONResponse({"text": run.text, "going_on": run.is_going_on})
