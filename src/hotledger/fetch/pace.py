"""Politeness per host: how many requests at once, and how long between two starts. Knows nothing of what is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager


class Lane:
    """The state of one host: the free places, and the instant (of the clock) before which no request starts."""

    def __init__(self, concurrency: int) -> None:
        self.places = asyncio.Semaphore(concurrency)
        self.open_at = float("-inf")


class Pace:
    """Gives each host's requests their turn. `clock` counts seconds, `sleep` waits for some."""

    def __init__(
        self,
        concurrency: int,
        interval_seconds: float,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._concurrency = concurrency
        self._interval_seconds = interval_seconds
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, Lane] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncGenerator[None]:
        """Wait for a place and the interval, and keep the place while the block runs."""
        lane = self._lane(host)
        async with lane.places:
            # The start is taken before waiting, so that those who come next queue behind it.
            starts_at = max(self._clock(), lane.open_at)
            lane.open_at = starts_at + self._interval_seconds
            if (wait_seconds := starts_at - self._clock()) > 0:
                await self._sleep(wait_seconds)
            yield

    def hold(self, host: str, seconds: float) -> None:
        """Let no further request to the host start for so long: it asked us to wait."""
        lane = self._lane(host)
        lane.open_at = max(lane.open_at, self._clock() + seconds)

    def _lane(self, host: str) -> Lane:
        return self._lanes.setdefault(host, Lane(self._concurrency))
