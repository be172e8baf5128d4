"""Acknowledging an incident: somebody has seen it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from hotledger.web.application import ledger_of
from hotledger.web.showing import local

router = APIRouter(include_in_schema=False)


@router.post("/incidents/{incident}/acknowledge")
async def acknowledge(
    request: Request, incident: UUID, by: Annotated[str, Form()] = "", onward: Annotated[str, Form(alias="next")] = "/"
) -> Response:
    """Note who has seen it (nobody, where no name is given), and lead back."""
    await ledger_of(request).acknowledge(str(incident), by=by)
    return RedirectResponse(local(onward), 303)
