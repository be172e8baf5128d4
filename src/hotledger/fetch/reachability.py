"""Finds out whether any of some hosts can be reached at all, before a collection is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from hotledger.errors import BadRedirect, BadStatus, FetchError
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.model import Request


async def reachable(hosts: Iterable[str], *, seconds: float = 3) -> bool:
    """Whether one of the hosts (each may bring a port) answers over https, by the proxies of the environment if there are any.

    Any answer counts. A TCP connection alone would not: a proxy takes one, and then refuses every host.
    """
    async with Fetcher(Limits(attempts=1, redirects=0, request_seconds=seconds, connect_seconds=seconds)) as fetcher:
        tasks = [asyncio.create_task(_answers(fetcher, host)) for host in hosts]
        try:
            for next_answer in asyncio.as_completed(tasks):
                if await next_answer:
                    return True
            return False
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _answers(fetcher: Fetcher, host: str) -> bool:
    try:
        await fetcher.session(host).send(Request(url=f"https://{host}/", method="HEAD"))
    except (BadStatus, BadRedirect):
        return True
    except FetchError:
        return False
    return True
