"""Titles that mean harm, in a real browser: they are shown as they are, and do nothing."""

from __future__ import annotations

from urllib.parse import quote

from tests.browser.hostile import PLATFORM, TITLES
from tests.browser.serving import Served
from tests.browser.watching import TOO_WIDE, Watched

_STRANGERS = """() => [...document.querySelectorAll("a[href], img, iframe, script, object, embed, form, link, base, meta[http-equiv]")]
  .map((each) => each.href || each.src || each.data || each.action || each.outerHTML)
  .map(String).filter((to) => !to.startsWith(location.origin) && !to.startsWith("https://") && !to.startsWith("http://"))"""
_MADE = """() => document.querySelectorAll("img[src=x], svg[onload], [onerror], main script").length
  + [...document.querySelectorAll("b")].filter((each) => each.textContent === "bold").length"""


async def test_hostile_titles_are_inert(hostile: Served, watched: Watched) -> None:
    """On no page does a title, an address or an evidence run a script, open a dialog, make an element, lead to something that is not
    the web, or break the width of a phone; the 1000 characters of a title are all there."""
    async with hostile.ledger() as ledger:
        batches = (await ledger.page(job_type="data_collection")).batches
    addresses = [
        "/",
        "/batches",
        "/lists",
        f"/lists?platform={PLATFORM}&rows=50",
        f"/platforms/{PLATFORM}",
        "/platforms",
        "/search?q=alert",
        "/trends",
    ]
    addresses += [f"/batches/{each.id}" for each in batches]
    addresses += [f"/topic?platform={PLATFORM}&title={quote(title)}" for title in TITLES]
    addresses += [
        f"/search?q={quote(word)}"
        for word in ("<script>alert('title')</script>", '"><svg onload=alert(2)>', "javascript:alert(3)", "a" * 50)
    ]
    page = await watched.page(phone=True)
    wrong = []
    for address in addresses:
        answer = await page.goto(hostile.url + address)
        assert answer is not None
        assert answer.status == 200, address
        wrong += [f"{address[:60]}: leads to {each}" for each in await page.evaluate(_STRANGERS)]
        if await page.evaluate(_MADE):
            wrong.append(f"{address[:60]}: an element was made")
        wrong += [f"{address[:60]}: too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
    assert not wrong, "\n".join(wrong)
    await page.goto(f"{hostile.url}/lists?platform={PLATFORM}&rows=50")
    text = await page.locator("main").inner_text()
    assert TITLES[0] in text
    assert "汉" * 1000 in text
