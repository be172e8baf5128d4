"""What all pages share: languages, headers, failures in words."""

from __future__ import annotations

import httpx2
import pytest

from hotledger.web.words import LANGUAGES, words


@pytest.mark.parametrize("key", words())
def test_every_text_has_both_languages(key: str) -> None:
    """No text is missing in English or Chinese."""
    assert set(words()[key]) == set(LANGUAGES)
    assert all(words()[key].values())


async def test_the_language_follows_the_wish_and_the_choice(site: httpx2.AsyncClient) -> None:
    """The browser's wish decides, until one is chosen; the choice is remembered."""
    assert 'lang="en"' in (await site.get("/")).text
    assert 'lang="zh-CN"' in (await site.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})).text
    await site.get("/?lang=zh")
    assert "现在" in (await site.get("/")).text


async def test_no_page_runs_a_script_of_others(site: httpx2.AsyncClient) -> None:
    """Every answer forbids inline script, frames and sniffing; also one that fails."""
    for path in ("/", "/nosuch", "/static/style.css"):
        answer = await site.get(path)
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_unknown_page_says_so(site: httpx2.AsyncClient) -> None:
    """A page that is not there is told in words, with a way back, and a part of the API in JSON."""
    page = await site.get("/nosuch")
    assert page.status_code == 404
    assert "There is no such page." in page.text
    assert (await site.get("/api/nosuch")).json() == {"detail": "There is no such page."}


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/batches/00000000-0000-0000-0000-000000000000", "There is no batch of this id. It may have been purged."),
        ("/batches/00000000-0000-0000-0000-000000000000?lang=zh", "没有这个编号的批次，也许已被清理。"),
        ("/api/v1/lists/nosuch", "There is no list of this platform, or none so old."),
        ("/feeds/nosuch.rss", "The ledger knows no platform of this name."),
    ],
)
async def test_what_is_not_there_is_named(site: httpx2.AsyncClient, path: str, sentence: str) -> None:
    """Where a page or a part of the API knows what exactly is missing, it says that."""
    answer = await site.get(path)
    assert answer.status_code == 404
    assert sentence in answer.text
