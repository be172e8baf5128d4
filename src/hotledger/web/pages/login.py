"""Logging in and out, where the server asks for it."""

from __future__ import annotations

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from hotledger.web.security import Security
from hotledger.web.showing import language_of, local, show
from hotledger.web.visits import visit_of
from hotledger.web.words import said

PATH = "/login"
router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def login(request: Request) -> Response:
    """The form; whoever is in already is led on."""
    onward = local(request.query_params.get("next"))
    if visit_of(request).entered or not _rules(request).asks:
        return RedirectResponse(onward, 303)
    return _form(request, onward, None, 200)


@router.post(PATH)
async def enter(request: Request, secret: Annotated[str, Form()] = "", onward: Annotated[str, Form(alias="next")] = "/") -> Response:
    """Let in who knows the password or the token; after some failures, only one attempt in half a minute."""
    rules, client = _rules(request), request.client.host if request.client else ""
    wait = rules.logins.take(client)
    if wait:
        response = _form(request, local(onward), said("security.wait", language_of(request), n=ceil(wait)), 429)
        response.headers["Retry-After"] = str(ceil(wait))
        return response
    if not rules.asks or not await rules.knows(secret):
        return _form(request, local(onward), said("security.wrong", language_of(request)), 403)
    rules.logins.give_back(client)
    visit_of(request).enter()
    return RedirectResponse(local(onward), 303)


@router.post("/logout")
async def leave(request: Request) -> Response:
    """End the visit."""
    visit_of(request).leave()
    return RedirectResponse(PATH, 303)


def _form(request: Request, onward: str, wrong: str | None, status: int) -> Response:
    rules = _rules(request)
    label = "password_or_token" if rules.token and rules.password_hash else "password" if rules.password_hash else "token"
    return show(request, "login.html", status=status, onward=onward, wrong=wrong, label=label)


def _rules(request: Request) -> Security:
    rules: Security = request.app.state.security
    return rules
