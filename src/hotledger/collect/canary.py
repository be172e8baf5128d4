"""Asks each platform once, to see what answers from this network. Nothing is recorded; every failure ends as a verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from hotledger.collect.collector import Fetcher
from hotledger.collect.reading import Known, read
from hotledger.ledger.batch import Past
from hotledger.model import Reader, Reading, Response


async def check(
    readers: Sequence[Reader],
    fetcher: Fetcher,
    *,
    now: Callable[[], datetime],
    limit_seconds: float,
    ended: Callable[[Reading], None] = lambda reading: None,
) -> list[Reading]:
    """Read all of them at once, each host as politely as in a collection; `ended` is told of each. The order is that of `readers`."""

    async def one(reader: Reader) -> Reading:
        reading = await read(reader, fetcher.session(reader.facts.id), Known(Past()), keep=_not, now=now, limit_seconds=limit_seconds)
        ended(reading)
        return reading

    return list(await asyncio.gather(*(one(reader) for reader in readers)))


async def _not(body: Response, *, failed: bool) -> str:
    """Keep no body."""
    return ""
