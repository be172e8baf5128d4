"""The pages of platforms: the calendar, the story of one, its charts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from tests.database import Database
from tests.made import NOON, collected, opened, reading
from tests.web.asking import asking

from hotledger.ledger.ledger import Ledger
from hotledger.model import Response
from hotledger.platforms import readers
from hotledger.store.bodies import BodyStore
from hotledger.web.here import Here
from hotledger.web.pages.platform import CHARTS
from hotledger.web.security import Security
from hotledger.web.words import words

HOSTILE = '<script>alert("x")</script>'


async def recorded(database: Database, platform: str, *titles: str, days: float = 0, **more: Any) -> None:
    """A reading of a platform some days ago."""
    at = datetime.now(UTC) - timedelta(days=days)
    batch = await opened(database, platform, started_at=at)
    await batch.record(platform, reading(*titles, **more) | {"collected_at": at, "started_at": at - timedelta(seconds=1)})


async def page(site: httpx2.AsyncClient, path: str) -> str:
    """The text of a page that can be had."""
    answer = await site.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_an_empty_database_shows_what_can_be_read(site: httpx2.AsyncClient) -> None:
    """Before anything was read, all platforms stand there, each never read, in both languages; a platform tells its facts."""
    assert 'href="/platforms/weibo"' in await page(site, "/platforms")
    assert "平台日历" in await page(site, "/platforms?lang=zh")
    told = await page(site, "/platforms/weibo?lang=en")
    assert "微博热搜" in told
    assert "holds no reading" in told
    assert "本数据库" not in told


async def test_a_day_shows_its_share_and_worst_verdict(site: httpx2.AsyncClient, database: Database) -> None:
    """The colour of a day comes with its share of good readings and its worst verdict in words."""
    for verdict in ("ok", "ok", "ok", "blocked"):
        await recorded(database, "weibo", "one", days=1, verdict=verdict)
    await recorded(database, "zhihu", "one", days=1, verdict="frozen")
    told = await page(site, "/platforms")
    assert '<td class="day bad" title="blocked, 3 of 4 good"><span aria-hidden="true">75</span>' in told
    assert '<td class="day warned worse" title="frozen, 0 of 1 good"><span aria-hidden="true">0</span>' in told
    assert "被拦截，4 次中 3 次正常" in await page(site, "/platforms?lang=zh")


async def test_the_calendar_can_be_filtered(site: httpx2.AsyncClient, database: Database) -> None:
    """By category and language, and by whether one was read or is off; where none is so, that is said."""
    await recorded(database, "weibo", "one")
    await recorded(database, "my own", "one")
    assert 'href="/platforms/my%20own"' in await page(site, "/platforms?only=read&category=unknown")
    english = await page(site, "/platforms?language=en")
    assert 'href="/platforms/hackernews"' in english
    assert 'href="/platforms/weibo"' not in english
    assert "No platform is like that." in await page(site, "/platforms?only=off")


async def test_a_platform_that_is_off_says_why(site: httpx2.AsyncClient, database: Database) -> None:
    """The reason stands in the calendar and on its page, where it can be switched on again, and no markup of it works."""
    await recorded(database, "weibo", "one")
    assert "/platforms/weibo/disable" in await page(site, "/platforms/weibo")
    await database.call("platform_enable", platform="weibo", enabled=False, reason=HOSTILE)
    for path in ("/platforms", "/platforms/weibo"):
        told = await page(site, path)
        assert HOSTILE not in told
        assert "&lt;script&gt;alert" in told
    assert "/platforms/weibo/enable" in told


async def test_what_is_stored_is_inert(site: httpx2.AsyncClient, database: Database) -> None:
    """A name, a title and an evidence with markup are shown as text, also in charts; the address of such a platform works."""
    await database.call("platform_register", platforms=[{"name": HOSTILE, "title": HOSTILE, "link": None}])
    for days in (0.2, 0.1):
        await recorded(database, HOSTILE, days=days, verdict="blocked", **{"evidence": HOSTILE})
    for path in ("/platforms?category=unknown", f"/platforms/{HOSTILE.replace('/', '%2F')}", f"/platforms/{HOSTILE}"):
        told = await page(site, path)
        assert HOSTILE not in told
        assert "&lt;script&gt;alert" in told
    answer = await site.get("/charts/platform/verdicts.svg", params={"name": HOSTILE})
    assert "<script" not in answer.text


async def test_a_story_has_charts_and_their_numbers(site: httpx2.AsyncClient, database: Database) -> None:
    """Each chart is an image with a text; the numbers stand beneath; changes of the parser and incidents are told."""
    for number in range(3):
        await recorded(
            database, "weibo", "one", f"new {number}", heats=(10, 30), days=0.3 - number / 10, parser_version=f"version {number}"
        )
    for days in (0.02, 0.01):
        await recorded(database, "weibo", days=days, verdict="timeout", error_code="timeout")
    told = await page(site, "/platforms/weibo?days=7")
    for chart in CHARTS:
        assert f"/charts/platform/{chart}.svg?name=weibo&amp;days=7&amp;lang=en" in told
        assert f'alt="{words()[f"platform.chart_{chart}"]["en"]}"' in told
    assert '<td class="number">50</td>' in told  # turnover of the later lists
    assert "version 1" in told
    assert "/acknowledge" in told


@pytest.mark.parametrize("chart", CHARTS)
async def test_every_chart_is_drawn(site: httpx2.AsyncClient, database: Database, chart: str) -> None:
    """Of one reading, of many, of a long time, for a phone, in both languages."""
    await recorded(database, "weibo", "one", days=20, heats=(10,), parser_version="a")
    for query in ("days=30", "days=1", "days=3660&lang=zh", "days=30&size=narrow"):
        answer = await site.get(f"/charts/platform/{chart}.svg?name=weibo&{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert words()[f"platform.chart_{chart}"]["zh" if "zh" in query else "en"].split("：")[0][:10] in answer.text
    await recorded(database, "weibo", "one", "two", days=10, heats=(10,), parser_version="b")
    assert (await site.get(f"/charts/platform/{chart}.svg?name=weibo&days=30")).status_code == 200


async def test_kept_bodies_are_told_but_not_given(site: httpx2.AsyncClient, database: Database) -> None:
    """That there is a body, its size and hash; whether it is here is unknown to a server that was told of no folder."""
    await recorded(database, "weibo", "one", body_hash="ab" * 32, bytes=1234, http_status=200)
    told = await page(site, "/platforms/weibo")
    assert "<code>abababababab</code>" in told
    assert "1,234" in told
    assert "not known" in told


async def test_a_body_that_lies_here_is_told(ledger: Ledger, database: Database, tmp_path: Path) -> None:
    """A server that was told of the folder of bodies says of each whether it is still there; a hash that is none is not looked for."""
    bodies = BodyStore(tmp_path, days=7)
    answer = Response(url="https://example.invalid/", status=200, content=b"{}", received_at=datetime.now(UTC))
    digest = await bodies(answer, failed=False)
    for body_hash, days in ((digest, 0.1), ("cd" * 32, 0.2), ("../../../etc", 0.3)):
        await recorded(database, "weibo", "one", days=days, body_hash=body_hash)
    async with asking(ledger, Security(), here=Here(readers(), has_body=bodies.has)) as client:
        told = await page(client, "/platforms/weibo?days=7")
    assert re.findall(r"<td>(yes|no longer|not known)</td>", told) == ["yes", "no longer", "no longer"]


async def test_the_forms_of_a_platform_work(ledger: Ledger, database: Database) -> None:
    """Its page switches it off and on, and acknowledges its incident, each time leading back to it; also one with an odd name."""
    for name in ("weibo", "my own/50% ?#"):
        for days in (0.02, 0.01):
            await recorded(database, name, days=days, verdict="blocked")
        address = f"/platforms/{quote(name)}"
        async with asking(ledger, Security()) as client:
            for action, more in (("disable", {"reason": "asks for a login"}), ("enable", {}), ("acknowledge", {})):
                told = await page(client, address)
                assert f"{address}/disable" in told or f"{address}/enable" in told
                form = next(each for each in re.findall(r'<form [^>]*method="post".*?</form>', told, re.DOTALL) if f'/{action}"' in each)
                fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]+)"', form))
                answer = await client.post(re.findall(r'action="([^"]+)"', form)[0], data=fields | more)
                assert (answer.status_code, answer.headers["location"]) == (303, address), answer.text
                assert ("asks for a login" in await page(client, address)) is (action == "disable")
            assert "seen " in await page(client, address)


async def test_what_is_not_there_is_not_found(site: httpx2.AsyncClient) -> None:
    """An unknown platform or chart is told as such, and a silly time is refused."""
    assert (await site.get("/platforms/nobody")).status_code == 404
    assert (await site.get("/charts/platform/yield.svg?name=nobody")).status_code == 404
    assert (await site.get("/charts/platform/nothing.svg?name=weibo")).status_code == 404
    assert (await site.get("/platforms/weibo?days=0")).status_code in {400, 422}


async def test_the_calendar_and_a_story_come_as_files(site: httpx2.AsyncClient, database: Database) -> None:
    """The days of all platforms, and the readings of one, as CSV; there is none of a platform that nobody knows."""
    made = datetime.now(UTC)
    await collected(database, "weibo", "one", "two", minutes=(made - NOON).total_seconds() / 60)
    assert f"weibo,{made:%Y-%m-%d},1,1,ok" in (await site.get("/platforms?format=csv")).text
    assert ",1,1,ok,2.0," in (await site.get("/platforms/weibo?format=csv")).text
    assert (await site.get("/platforms/unknown-to-all?format=csv")).status_code == 404
