"""The pictures of the documentation: made here when HOTLEDGER_SCREENSHOTS is set, and otherwise seen to show what the pages still show."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from playwright.async_api import Page
from tests.browser.addresses import title_of
from tests.browser.pictures import small
from tests.browser.serving import Served
from tests.browser.watching import DESK, Watched

IMAGES = Path(__file__).parents[2] / "docs" / "images"
HEADINGS = Path(__file__).with_name("headings.json")
_MOST_BYTES = 120_000
_AGAIN = "make the pictures again: HOTLEDGER_SCREENSHOTS=1 make test ARGS=tests/browser/test_screenshots.py"


async def pictured(demo: Served) -> dict[str, str]:
    """The address behind each picture."""
    async with demo.ledger() as ledger:
        batch = (await ledger.page(at_most=1)).batches[0].id
    pages = {"now": "/", "batch": f"/batches/{batch}", "platforms": "/platforms", "platform": "/platforms/zhihu", "lists": "/lists"}
    return pages | {"topic": f"/topic?platform=github&title={await title_of(demo, 9, 'github')}", "trends": "/trends"}


async def test_the_pictures_show_the_pages(demo: Served, watched: Watched) -> None:
    """Each picture is there, has its size, and was made of a page with the headings that the page has today."""
    page = await watched.page()
    found = {}
    for name, address in (await pictured(demo)).items():
        await page.goto(demo.url + address, wait_until="networkidle")
        found[name] = await page.locator("main h2").all_inner_texts()
        if os.environ.get("HOTLEDGER_SCREENSHOTS"):
            await _take(page, name)
        picture = (IMAGES / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG"), name
        assert (int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])) == (DESK["width"], DESK["height"]), name
        assert len(picture) <= _MOST_BYTES, name
    if os.environ.get("HOTLEDGER_SCREENSHOTS"):
        HEADINGS.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    assert found == msgspec.json.decode(HEADINGS.read_bytes()), _AGAIN


async def _take(page: Page, name: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.png").write_bytes(small(await page.screenshot()))
