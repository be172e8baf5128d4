"""How long requests of one reading were under way: the rest of its time went by waiting for turns, and before trying again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager


class Underway:
    """Counts the seconds in which at least one request was under way. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.seconds = 0.0
        self._clock = clock
        self._open = 0
        self._since = 0.0

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[None]:
        """One request, while the block runs."""
        if self._open == 0:
            self._since = self._clock()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if self._open == 0:
                self.seconds += self._clock() - self._since
