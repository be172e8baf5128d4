"""Bringing in what waits in the spool of the machine that serves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from hotledger.web.showing import language_of, local
from hotledger.web.words import said

router = APIRouter(include_in_schema=False)


@router.post("/spool/drain")
async def drain(request: Request, onward: Annotated[str, Form(alias="next")] = "/") -> Response:
    """Drain it for some seconds at most, and lead back; what is left then can be seen there."""
    drained = request.app.state.drain
    if drained is None:
        raise HTTPException(409, said("security.no_spool", language_of(request)))
    await drained()
    return RedirectResponse(local(onward), 303)
