"""Now: the last batch, what is wrong, how fresh each platform is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hotledger.web.showing import show

PATH, NAME, ORDER = "/", "now.name", 10
router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def now(request: Request) -> HTMLResponse:
    """The front page."""
    return show(request, "now.html")
