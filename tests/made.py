"""Made-up readings, and batches opened by hand, for the tests of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from tests.database import Database

from hotledger.model import Item, Reading, Verdict

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def reading(*titles: str, verdict: str = "ok", minutes: float = 0, heats: Sequence[float | None] = (), **more: Any) -> dict[str, Any]:
    """The `reading` argument of `batch_record`: some titles, collected some minutes after noon."""
    collected_at = NOON + timedelta(minutes=minutes)
    items = [
        {"title": title} | ({"heat": heat} if heat is not None else {})
        for title, heat in zip(titles, [*heats, *[None] * len(titles)], strict=False)
    ]
    facts = {"started_at": collected_at - timedelta(seconds=1), "collected_at": collected_at, "duration_ms": 1000, "evidence": "made up"}
    return {"verdict": verdict, "items": items, **facts, **more}


def listing(*titles: str, platform: str = "weibo", verdict: Verdict = Verdict.OK, **more: Any) -> Reading:
    """A reading as the collector makes it."""
    facts: dict[str, Any] = {"started_at": NOON, "collected_at": NOON, "duration_ms": 0, "evidence": "made up"}
    items = tuple(Item(title=title) for title in titles)
    return Reading(**{"platform": platform, "verdict": verdict, "items": items, **facts, **more})


class Handle(NamedTuple):
    """A batch that a test writes to by hand, as its owner or as somebody else."""

    database: Database
    id: UUID
    token: UUID

    async def record(self, platform: str, reading: dict[str, Any], **other: Any) -> Any:
        arguments = {"batch_id": self.id, "token": self.token, "platform": platform, "reading": reading, **other}
        return await self.database.call("batch_record", **arguments)

    async def beat(self, lease_seconds: int = 60) -> Any:
        return await self.database.call("batch_beat", batch_id=self.id, token=self.token, lease_seconds=lease_seconds)

    async def close(self, **other: Any) -> Any:
        return await self.database.call("batch_close", batch_id=self.id, token=self.token, **other)

    async def reopen(self, planned: Sequence[str] = ()) -> Any:
        return await self.database.call("batch_open", batch_id=self.id, job_type="data_collection", planned=list(planned), token=self.token)

    async def whole(self) -> dict[str, Any]:
        """The batch with readings and lease."""
        found: dict[str, Any] = await self.database.call("batch_get", batch_id=self.id)
        return found

    async def expire(self) -> None:
        """Let the lease have run out a second ago."""
        await self.database.rows("UPDATE hot_leases SET expires_at = now() - INTERVAL '1 second' WHERE batch_id = %(id)s", {"id": self.id})

    def stranger(self) -> Handle:
        """The same batch in the hands of somebody with another token."""
        return self._replace(token=uuid4())


async def opened(database: Database, *planned: str, job_type: str = "data_collection", **more: Any) -> Handle:
    """Open a batch by hand."""
    handle = Handle(database, uuid4(), uuid4())
    answer = await database.call("batch_open", batch_id=handle.id, job_type=job_type, planned=list(planned), token=handle.token, **more)
    assert answer["outcome"] == "opened"
    return handle


async def collected(database: Database, platform: str = "weibo", *titles: str, **more: Any) -> Handle:
    """A whole batch of one platform."""
    handle = await opened(database, platform)
    await handle.record(platform, reading(*titles, **more))
    return handle
