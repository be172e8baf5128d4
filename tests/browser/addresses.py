"""Where the pages of a demonstration are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.browser.serving import Served

from hotledger.web import pages


async def addresses(demo: Served) -> list[str]:
    """An address of each page that the site has, with something to show."""
    menu = [module.PATH for module in pages.modules() if hasattr(module, "NAME")]
    async with demo.ledger() as ledger:
        last = (await ledger.page(at_most=1)).batches[0].id
        failed = (await ledger.page(status="failed", at_most=1)).batches[0].id
    title = await title_of(demo, 1, "zhihu")
    past = f"{datetime.now(UTC) - timedelta(days=7):%Y-%m-%dT%H:%MZ}"
    ways = [f"/batches/{last}", f"/batches/{failed}", "/platforms/zhihu", "/platforms/thepaper?days=7", "/search?q=量子", "/trends?by=week"]
    lists = ["/lists?platform=zhihu&platform=thepaper&rows=50", f"/lists?platform=github&platform=v2ex&at={past}"]
    return [*menu, *ways, *lists, f"/topic?platform=zhihu&title={title}", "/docs", "/login"]


async def title_of(demo: Served, rank: int, platform: str) -> str:
    """What stands now at a rank of a platform's list."""
    async with demo.ledger() as ledger:
        found = await ledger.top(platform, at_most=rank)
    assert found is not None
    return str(found["items"][rank - 1]["title"])
