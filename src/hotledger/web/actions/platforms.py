"""Switching a platform on or off, for all collectors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from hotledger.web.application import ledger_of
from hotledger.web.showing import local

router = APIRouter(include_in_schema=False)
Onward = Annotated[str, Form(alias="next")]


@router.post("/platforms/{name:path}/enable")
async def enable(request: Request, name: str, onward: Onward = "/") -> Response:
    """Switch it on, and lead back."""
    await ledger_of(request).enable(name)
    return RedirectResponse(local(onward), 303)


@router.post("/platforms/{name:path}/disable")
async def disable(request: Request, name: str, reason: Annotated[str, Form()] = "", onward: Onward = "/") -> Response:
    """Switch it off, for the reason that is given, and lead back. Without a reason, the ledger refuses."""
    await ledger_of(request).enable(name, reason=reason)
    return RedirectResponse(local(onward), 303)
