"""Every page in a real browser: both languages, light and dark, on a phone, without JavaScript, and without eyes or a mouse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from tests.browser.addresses import addresses, title_of
from tests.browser.serving import Served
from tests.browser.watching import TOO_WIDE, Watched

from hotledger.web.words import said

_LOOK = "() => [getComputedStyle(document.body).backgroundColor, document.documentElement.lang, document.querySelectorAll('h1').length]"
_TARGETS = "(all) => all.map((each) => each.href.split('#')[0])"
_GRAVE = {"serious", "critical"}


async def opened(page: Page, address: str) -> None:
    answer = await page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status == 200, address


@pytest.mark.parametrize(
    ("phone", "dark", "language"),
    [(True, False, "en"), (True, True, "zh"), (False, True, "en"), (False, False, "zh")],
    ids=["phone-light-en", "phone-dark-zh", "desk-dark-en", "desk-light-zh"],
)
async def test_every_page_suits_everybody(demo: Served, watched: Watched, phone: bool, dark: bool, language: str) -> None:
    """Each page has one heading, the wished language and colours, never scrolls sideways, and axe finds nothing serious in it; no page logs
    an error, asks for what is not there, or asks another host."""
    page = await watched.page(phone=phone, dark=dark, language=language)
    wrong: list[str] = []
    for address in await addresses(demo):
        await opened(page, demo.url + address)
        background, lang, headings = await page.evaluate(_LOOK)
        if (sum(map(int, background[4:-1].split(","))) < 384) != dark or not lang.startswith(language) or headings != 1:
            wrong.append(f"{address}: {background} {lang} {headings}")
        wrong += [f"{address}: too wide: {each}" for each in await page.evaluate(TOO_WIDE)]
        if phone:  # axe takes its time, and finds the same at a desk
            wrong += [f"{address}: {each}" for each in await barriers(page)]
    watched.expected = {"/nosuch"}
    await page.goto(f"{demo.url}/nosuch")
    wrong += [f"/nosuch: {each}" for each in [*await page.evaluate(TOO_WIDE), *await barriers(page)]]
    assert not wrong, "\n".join(wrong)


async def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    found: dict[str, Any] = (await Axe().run(page, options={"resultTypes": ["violations"]})).response
    return [f"{each['id']}: {each['nodes'][0]['html'][:150]}" for each in found["violations"] if each["impact"] in _GRAVE]


async def test_every_page_is_whole_without_javascript(demo: Served, watched: Watched) -> None:
    """Without JavaScript each page shows its heading, its charts and its numbers, and the forms work."""
    page = await watched.page(script=False)
    for address in await addresses(demo):
        await opened(page, demo.url + address)
        assert await page.locator("h1").count() == 1, address
        for figure in await page.locator("figure").all():
            picture = figure.locator("img, object, svg").first
            await picture.scroll_into_view_if_needed()
            box = await picture.bounding_box()
            assert box is not None, address
            assert box["height"] > 50, address
    await opened(page, f"{demo.url}/batches")
    before = await page.locator("main tbody tr").count()
    await page.locator("main form select").first.select_option("failed")
    await page.locator("main form button").first.click()
    await page.wait_for_url("**/batches?*failed*")
    assert 0 < await page.locator("main tbody tr").count() < before


async def test_no_link_leads_nowhere(demo: Served, watched: Watched) -> None:
    """What the pages link to on this site is there; what leads outside gives the other site no hold on ours."""
    page = await watched.page()
    links: set[str] = set()
    for address in await addresses(demo):
        await opened(page, demo.url + address)
        links |= set(await page.locator("a[href]").evaluate_all(_TARGETS))
        assert await page.locator("a[href^=http]:not([rel~=noopener][rel~=noreferrer])").count() == 0, address
    ours = [each for each in sorted(links) if each.startswith(demo.url) and "format=parquet" not in each]
    kinds = {re.sub(r"=[^&]*|/platforms/.*|/batches/.*", "", each): each for each in ours}
    for link in [*kinds.values(), *ours[:: max(1, len(ours) // 60)]]:
        answer = await page.context.request.get(link)
        assert answer.status == 200, link


async def test_search_leads_to_a_topic(demo: Served, watched: Watched) -> None:
    """From any page: the search finds a title of the history; its topic shows since when, how high, and two charts that are drawn."""
    title = await title_of(demo, 3, "zhihu")
    page = await watched.page()
    await opened(page, demo.url)
    await page.get_by_role("link", name=said("search.name", "en"), exact=True).click()
    await page.get_by_role("searchbox").fill(title[:-1])
    await page.get_by_role("searchbox").press("Enter")
    await page.locator("main").get_by_role("link", name=title, exact=True).first.click()
    await page.wait_for_url("**/topic?*")
    assert title in await page.locator("h1").inner_text()
    charts = page.locator("figure img, figure object")
    assert await charts.count() >= 2
    for chart in await charts.all():
        await chart.scroll_into_view_if_needed()
        source = await chart.get_attribute("src") or await chart.get_attribute("data")
        drawn = await page.context.request.get(f"{demo.url}{source}")
        assert "<svg" in await drawn.text()


async def test_the_language_is_chosen_by_a_link(demo: Served, watched: Watched) -> None:
    """The link in the other language shows the same page in it, and the choice stays on the pages that follow."""
    page = await watched.page()
    await opened(page, f"{demo.url}/platforms?days=7")
    await page.get_by_role("link", name="中文", exact=True).click()
    assert await page.locator("h1").inner_text() == said("platforms.name", "zh")
    assert "days=7" in page.url
    await opened(page, demo.url)
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"


async def test_the_keyboard_is_enough(demo: Served, watched: Watched) -> None:
    """Tab comes to the link that skips the menu first, then through the menu in its order, each time with a visible frame; what scrolls can
    be scrolled by keys."""
    page = await watched.page()
    await opened(page, f"{demo.url}/platforms")
    await page.keyboard.press("Tab")
    assert await focused(page) == said("common.skip", "en")
    menu = await page.locator("nav a").all_inner_texts()
    walked = []
    for _ in range(len(menu) + 1):
        await page.keyboard.press("Tab")
        walked.append(await focused(page))
    assert walked[1:] == menu
    await opened(page, f"{demo.url}/platforms")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
    for box in await page.locator(".wide, .calendar").all():
        assert await box.get_attribute("tabindex") == "0"


async def focused(page: Page) -> str:
    """The text of what has the focus, which must be seen to have it."""
    text, frame, shown = await page.evaluate(
        """() => { const here = document.activeElement, style = getComputedStyle(here), box = here.getBoundingClientRect();
        return [here.innerText.trim(), style.outlineStyle + " " + style.outlineWidth, box.top >= 0 && box.width > 1]; }"""
    )
    assert shown, text
    assert not frame.startswith("none"), text
    assert not frame.endswith(" 0px"), text
    return str(text)
