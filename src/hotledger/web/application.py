"""The web application over one ledger: pages and API joined, failures told in words, files of our own served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from importlib.resources import files

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from hotledger import __version__
from hotledger.errors import HotledgerError, StoreError
from hotledger.ledger.ledger import Ledger
from hotledger.web import actions, api, metrics, pages
from hotledger.web.conditional import Conditional
from hotledger.web.here import Here
from hotledger.web.security import Security
from hotledger.web.showing import language_of, show
from hotledger.web.words import said

_FOR_MACHINES = ("/api/", "/feeds/")
Drain = Callable[[], Awaitable[object]]

_UNUSABLE = "22"  # the class of SQLSTATEs for data that can't be used
_BEYOND = {"greater_than_equal", "less_than_equal", "string_too_long", "string_too_short"}


def application(ledger: Ledger, security: Security, *, demo: bool = False, here: Here | None = None, drain: Drain | None = None) -> FastAPI:
    """The application. `ledger` must stay open as long as it is served; `demo` says on each page that the lists are made up; `here` is what
    this machine knows beside the ledger; `drain` brings in what its spool holds."""
    app = FastAPI(title="hotledger", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.ledger, app.state.demo, app.state.here = ledger, demo, here
    app.state.drain, app.state.scrape = drain, metrics.Scrape()
    for module in (*api.modules(), *pages.modules(), *actions.modules(), metrics):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=str(files(__package__) / "static")))
    app.add_exception_handler(HotledgerError, _told)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_middleware(Conditional)
    security.guard(app)
    return app


def ledger_of(request: Request) -> Ledger:
    """The ledger that the application shows."""
    ledger: Ledger = request.app.state.ledger
    return ledger


async def _told(request: Request, error: Exception) -> Response:
    """A failure of ours in one sentence: 503 while the database is away, else 400, as where it can't take what was asked for."""
    away = isinstance(error, StoreError) and not (error.sqlstate or "").startswith(_UNUSABLE)
    return _failure(request, str(error), 503 if away else 400)


async def _malformed(request: Request, error: Exception) -> Response:
    """What is wrong with the parameters, in one sentence: 400 beyond a limit, 422 in another form than ours."""
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    sentence = " ".join(f"“{each['loc'][-1]}”: {each['msg']}." for each in wrong)
    return _failure(request, sentence, 400 if all(each["type"] in _BEYOND for each in wrong) else 422)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = str(getattr(error, "detail", ""))
    if sentence == HTTPStatus.NOT_FOUND.phrase:  # nobody said what exactly is not there
        sentence = said("common.not_found", language_of(request))
    return _failure(request, sentence, status)


def _failure(request: Request, sentence: str, status: int) -> Response:
    if request.url.path.startswith(_FOR_MACHINES):
        return JSONResponse({"detail": sentence}, status)
    return show(request, "failed.html", status=status, sentence=sentence)
