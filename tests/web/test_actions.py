"""The few things that the pages can do, each by a form of a page of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.made import listing
from tests.web.asking import asking

from hotledger.ledger.ledger import Ledger
from hotledger.model import Verdict
from hotledger.web.security import Security


class Drained:
    """Notes how often it was asked to drain."""

    times = 0

    async def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def drained() -> Drained:
    """What the application is given to drain with."""
    return Drained()


@pytest.fixture
async def acting(ledger: Ledger, drained: Drained) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that has a form of ours."""
    security = Security()
    async with asking(ledger, security, drain=drained) as client:
        visit = security.visits.opened(None)
        name, _, value = security.visits.sealed(visit, secure=False).partition(";")[0].partition("=")
        client.cookies.set(name, value)
        client.headers["X-CSRF-Token"] = security.visits.token(visit)
        yield client


async def recorded(ledger: Ledger, *verdicts: Verdict) -> None:
    """Readings of Weibo."""
    for verdict in verdicts:
        async with ledger.batch("data_collection", ["weibo"]) as batch:
            await batch.record(listing("one", verdict=verdict))


async def states(ledger: Ledger) -> list[tuple[Any, Any]]:
    """Whether each platform is on, and why not."""
    return [(each["enabled"], each["disabled_reason"]) for each in await ledger.platforms()]


async def test_a_platform_is_switched_off_and_on(acting: httpx2.AsyncClient, ledger: Ledger) -> None:
    """Off with a reason, which is needed; then on again; and each time one is led back to where one was."""
    await recorded(ledger, Verdict.OK)
    off = await acting.post("/platforms/weibo/disable", data={"reason": "too slow", "next": "/platforms?day=1"})
    assert (off.status_code, off.headers["location"]) == (303, "/platforms?day=1")
    assert await states(ledger) == [(False, "too slow")]
    assert (await acting.post("/platforms/weibo/enable", data={"next": "//evil.example"})).headers["location"] == "/"
    assert await states(ledger) == [(True, None)]
    refused = await acting.post("/platforms/weibo/disable", data={"reason": " "})
    assert refused.status_code == 400
    assert "with a reason" in refused.text


async def test_an_incident_is_acknowledged(acting: httpx2.AsyncClient, ledger: Ledger) -> None:
    """Who has seen it stands with the incident; an unknown one is refused in words."""
    await recorded(ledger, Verdict.BLOCKED, Verdict.BLOCKED)
    (incident,) = await ledger.incidents()
    assert (await acting.post(f"/incidents/{incident['id']}/acknowledge", data={"by": "<Ann>"})).status_code == 303
    assert [each["acknowledged_by"] for each in await ledger.incidents()] == ["<Ann>"]
    unknown = await acting.post(f"/incidents/{uuid4()}/acknowledge")
    assert (unknown.status_code, "There is no incident" in unknown.text) == (400, True)
    assert (await acting.post("/incidents/nonsense/acknowledge")).status_code in {400, 422}


async def test_the_spool_is_drained(acting: httpx2.AsyncClient, drained: Drained) -> None:
    """What waits is brought in when a form says so, never by a link."""
    assert (await acting.post("/spool/drain")).status_code == 303
    assert (await acting.get("/spool/drain")).status_code in {404, 405}
    assert drained.times == 1
