"""Runs a platform's plan with a plain client and reads what comes: a collection without the collector."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2

from hotledger.model import Identity, Item, Listing, Plan, Request, Response
from hotledger.platforms import readers

AGENTS = {Identity.DESKTOP: "Mozilla/5.0 (X11; Linux x86_64)", Identity.MOBILE: "Mozilla/5.0 (iPhone)", Identity.PLAIN: "hotledger"}


async def get(client: httpx2.AsyncClient, request: Request) -> Response:
    headers = {**request.headers, "User-Agent": AGENTS[request.identity]}
    if request.own_cookie and not client.cookies:
        headers["Cookie"] = "SUB=made-up"
    got = await client.request(request.method, request.url, headers=headers)
    return Response(url=request.url, status=got.status_code, content=got.content, headers=dict(got.headers), received_at=datetime.now(UTC))


async def run(client: httpx2.AsyncClient, plan: Plan) -> Response:
    steps, answer = plan(), None
    while True:
        try:
            wanted: Any = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = [await get(client, each) for each in wanted] if isinstance(wanted, list) else await get(client, wanted)


async def read(client: httpx2.AsyncClient, platform: str, plan: Plan) -> list[Item]:
    return readers()[platform].parse(await run(client, plan))


def rows_of(items: list[Item]) -> list[tuple[str, int | float | None]]:
    return [(item.title, item.heat) for item in Listing.of(items).ranked]
