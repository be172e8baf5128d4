"""The channels of alerts on the page of the ledger."""

from __future__ import annotations

from uuid import uuid4

import httpx2
from tests.database import Database

from hotledger.ledger.ledger import Ledger


async def test_without_channels_nothing_is_said(site: httpx2.AsyncClient) -> None:
    """Where no alerts are told, the page has no table of them."""
    page = await site.get("/ledger")
    assert (page.status_code, "Alert channels" in page.text) == (200, False)
    assert "get through" not in (await site.get("/")).text


async def test_a_dead_channel_is_shown(site: httpx2.AsyncClient, ledger: Ledger, database: Database) -> None:
    """On the front page, and on that of the ledger with its reason, which is stored text and stays inert, in both languages."""
    await ledger.telling.begin(["phone"], keep_hours=1, recent_minutes=0)
    event = {"key": "one", "on": "incident_opened", "at": "2026-03-04T12:00:00Z", "subject": "<i>weibo</i>"}
    await database.call("alert_note", events=[{"channel": "phone", "event": event}])
    for _ in range(3):
        token = uuid4()
        await ledger.telling.claim("phone", ["one"], token, lease_seconds=60, forced=True)
        await ledger.telling.done("phone", ["one"], token, error="<script>no</script>")
    assert 'get through on: <a href="/ledger"><bdi>phone</bdi></a>' in (await site.get("/", headers={"Accept-Language": "en"})).text
    page = (await site.get("/ledger", headers={"Accept-Language": "en"})).text
    assert "dead: it failed three times in a row" in page
    assert "&lt;script&gt;no&lt;/script&gt;" in page
    assert "<i>weibo" not in page
    told = (await site.get("/api/v1/alerts")).json()
    assert [(each["name"], each["dead"], each["error"]) for each in told["channels"]] == [("phone", True, "<script>no</script>")]
    assert [(each["event_key"], each["state"], each["attempts"]) for each in told["deliveries"]] == [("one", "failed", 3)]
    assert "提醒渠道" in (await site.get("/ledger", headers={"Accept-Language": "zh"})).text
