"""A running batch as server-sent events: what is new in it, each time it is looked at, until it has ended or nobody listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from hotledger.errors import StoreError
from hotledger.web.batch_view import has_ended

PAUSE_SECONDS = 1.0
MOST_STREAMS = 32
_LONGEST_LOOKS = 3600
_RETRY_MS = 3000

Look = Callable[[], Awaitable[Mapping[str, Any] | None]]
Tell = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class Streams:
    """Counts the streams that are open, and how many may be."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self.most = most
        self.open = 0

    @property
    def full(self) -> bool:
        """Whether there is room for no other."""
        return self.open >= self.most


async def events(look: Look, tell: Tell, streams: Streams, pause: Callable[[], Awaitable[object]]) -> AsyncGenerator[str]:
    """The events of one listener: `step` whenever something has changed, `ended` once, the last. Takes a place among the streams."""
    streams.open += 1
    try:
        yield f"retry: {_RETRY_MS}\n\n"
        before = None
        for _ in range(_LONGEST_LOOKS):
            job = await look()
            if job is None or has_ended(job):
                yield _event("ended", {} if job is None else tell(job))
                return
            told = _event("step", tell(job))
            yield told if told != before else ": still running\n\n"
            before = told
            await pause()
    except StoreError:
        return  # the browser asks again after a while
    finally:
        streams.open -= 1


async def a_while() -> None:
    """The pause between two looks."""
    await asyncio.sleep(PAUSE_SECONDS)


def _event(name: str, data: Mapping[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
