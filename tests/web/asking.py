"""Clients of an application under rules of one's own, on a clock that the test turns."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from hotledger.ledger.ledger import Ledger
from hotledger.web.application import application
from hotledger.web.security import Security

BROWSER = {"Accept": "text/html,*/*", "Accept-Language": "en"}


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def asking(
    ledger: Ledger, security: Security, *, base: str = "http://127.0.0.1", client: str = "127.0.0.1", **more: Any
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on the application under these rules, asking from an address."""
    transport = httpx2.ASGITransport(app=application(ledger, security, **more), client=(client, 50000), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=base, headers=BROWSER) as made:
        yield made


async def form_token(client: httpx2.AsyncClient, page: str = "/login") -> str:
    """The token in the form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await client.get(page)).text)
    assert found, page
    return found[1]
