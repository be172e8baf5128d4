"""What moves: the page of a batch while it runs."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.async_api import Page, expect
from tests.browser.serving import Served
from tests.browser.watching import Watched
from tests.made import listing

from hotledger.model import Reading


async def test_a_running_batch_moves(hostile: Served, watched: Watched) -> None:
    """Each platform that ends is shown without a reload; when the batch ends, the whole page comes by itself."""
    page = await watched.page()
    async with hostile.ledger() as ledger, ledger.batch("a_live_one", ["first", "second", "third"]) as batch:
        await page.goto(f"{hostile.url}/batches/{batch.id}")
        await moved(page, 0)
        await page.evaluate("document.body.dataset.stayed = 'yes'")
        await batch.record(_reading("first", "a title", "another"))
        await moved(page, 1)
        await batch.record(_reading("second", "a third"))
        await moved(page, 2)
        await expect(page.locator("tr[data-platform=second] .word")).to_have_text("ok")
        assert await page.evaluate("document.body.dataset.stayed") == "yes"
        await batch.record(_reading("third", "the last title"))
        await expect(page.locator("#compared")).to_be_visible()
    assert await page.locator("#live").count() == 0
    assert "full" in await page.locator("dl.facts").inner_text()


async def moved(page: Page, done: int) -> None:
    """See that so many platforms are shown as ended."""
    await expect(page.locator("#live progress")).to_have_attribute("value", str(done))


def _reading(platform: str, *titles: str) -> Reading:
    now = datetime.now(UTC)
    return listing(*titles, platform=platform, started_at=now, collected_at=now)
