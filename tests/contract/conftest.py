"""The store of a contract test, once over each transport, on one and the same database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.made import NOON, reading

from hotledger.store.port import Store


class Calls:
    """Calls functions through a store, and notes which."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.called: set[str] = set()

    async def __call__(self, function: str, /, **arguments: Any) -> Any:
        self.called.add(function)
        return await self.store.call(function, arguments)

    async def opened(self, *planned: str, **more: Any) -> Opened:
        """A batch that was opened."""
        arguments: dict[str, Any] = {"batch_id": uuid4(), "job_type": "data_collection", "planned": list(planned), "token": uuid4(), **more}
        answer = await self("batch_open", **arguments)
        assert answer["outcome"] == "opened"
        return Opened(self, arguments["batch_id"], arguments["token"], answer)

    async def recorded(self, platform: str, *titles: str, minutes: float = 0) -> Opened:
        """A batch of one platform that was recorded and has ended."""
        batch = await self.opened(platform, started_at=NOON)
        await batch.record(platform, reading(*titles, minutes=minutes))
        return batch


class Opened:
    """An open batch of a contract test."""

    def __init__(self, call: Calls, batch_id: UUID, token: UUID, answer: Mapping[str, Any]) -> None:
        self.call = call
        self.id = batch_id
        self.token = token
        self.answer = answer

    async def record(self, platform: str, what: Mapping[str, Any], **more: Any) -> Any:
        return await self.call("batch_record", batch_id=self.id, token=self.token, platform=platform, reading=what, **more)

    async def whole(self) -> Any:
        return await self.call("batch_get", batch_id=self.id)


@pytest.fixture(params=["psycopg", "postgrest"])
async def call(request: pytest.FixtureRequest, direct: Store, rest: Store) -> AsyncIterator[Calls]:
    """Calls over one of the transports. What the test says that it covers must have been called."""
    calls = Calls(direct if request.param == "psycopg" else rest)
    yield calls
    covers = request.node.get_closest_marker("covers")
    if covers is not None:
        assert set(covers.args) <= calls.called


def instant(written: str) -> datetime:
    """An instant of an answer."""
    return datetime.fromisoformat(written).astimezone(UTC)


def is_recent(written: str) -> bool:
    """Whether an instant of an answer is of this test; its server has our clock."""
    return abs(datetime.now(UTC) - instant(written)) < timedelta(minutes=5)
