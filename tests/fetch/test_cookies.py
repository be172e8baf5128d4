"""Cookies go where they belong, and nowhere else."""

from __future__ import annotations

import pytest
from tests.fetch.servers import EAGER, Site, by_path, one_after_another, reply, serve
from tests.fetch.test_redirects import to

from hotledger.errors import BadStatus
from hotledger.fetch.client import Fetcher
from hotledger.model import Request

OWN = {"douyin": "sid=own; theme=dark", "weibo": "SUB=w"}


def cookies_of(site: Site) -> list[str | None]:
    """The cookies of each request, in the order of coming."""
    return [received.headers.get("cookie") for received in site.received]


async def test_preflight_cookie_reaches_the_sister_host() -> None:
    """A cookie that login.douyin.com sets for douyin.com is sent to www.douyin.com, and to no other site."""
    answers = one_after_another(reply(200, b"", "Set-Cookie: ttwid=abc; Domain=douyin.com; Path=/; Secure; HttpOnly"), reply())
    async with serve(answers) as site, Fetcher(EAGER, via=site.url()) as fetcher:
        session = fetcher.session("douyin")
        for host in ("login.douyin.com", "www.douyin.com", "www.iesdouyin.com"):
            await session.send(Request(url=f"https://{host}/x"))
    assert cookies_of(site) == [None, "ttwid=abc", None]


async def test_cookie_for_a_foreign_domain_is_refused() -> None:
    """A site can't set cookies for another one."""
    answers = one_after_another(reply(200, b"", "Set-Cookie: a=1; Domain=weibo.com"), reply())
    async with serve(answers) as site, Fetcher(EAGER, via=site.url()) as fetcher:
        session = fetcher.session("douyin")
        await session.send(Request(url="https://login.douyin.com/"))
        await session.send(Request(url="https://weibo.com/"))
    assert cookies_of(site) == [None, None]


async def test_cookies_die_with_their_session() -> None:
    """The next reading of the same platform starts without the cookies of the last one."""
    async with serve(one_after_another(reply(200, b"", "Set-Cookie: a=1"), reply())) as site, Fetcher(EAGER) as fetcher:
        for _ in range(2):
            await fetcher.session("p").send(Request(url=site.url()))
    assert cookies_of(site) == [None, None]


async def test_cookies_of_redirects_and_failures_are_kept() -> None:
    """What a redirect or a refusal sets is sent with the next request: visitor pages work that way."""
    answers = one_after_another(to("/b", 302, "Set-Cookie: a=1"), reply(403, b"", "Set-Cookie: b=2"), reply())
    async with serve(answers) as site, Fetcher(EAGER) as fetcher:
        session = fetcher.session("p")
        with pytest.raises(BadStatus):
            await session.send(Request(url=site.url()))
        await session.send(Request(url=site.url()))
    assert cookies_of(site) == [None, "a=1", "a=1; b=2"]


async def test_own_cookie_is_sent_only_where_asked_for() -> None:
    """The user's cookie goes with requests of its platform that ask for it, as it was written, and with no others."""
    async with serve(one_after_another(reply())) as site, Fetcher(EAGER, cookies=OWN) as fetcher:
        session = fetcher.session("douyin")
        await session.send(Request(url=site.url(), own_cookie=True))
        await session.send(Request(url=site.url()))
        await fetcher.session("zhihu").send(Request(url=site.url(), own_cookie=True))
    assert cookies_of(site) == ["sid=own; theme=dark", None, None]


async def test_own_cookie_wins_over_a_collected_one() -> None:
    """Of two cookies with one name the user's is sent, once; other collected ones follow."""
    answers = one_after_another(reply(200, b"", "Set-Cookie: sid=visitor", "Set-Cookie: extra=1"), reply())
    async with serve(answers) as site, Fetcher(EAGER, cookies=OWN) as fetcher:
        session = fetcher.session("douyin")
        await session.send(Request(url=site.url()))
        await session.send(Request(url=site.url(), own_cookie=True))
    assert cookies_of(site)[1] == "sid=own; theme=dark; extra=1"


async def test_own_cookie_and_authorization_stay_at_their_host() -> None:
    """When a redirect leaves the host, the user's cookie and the authorization are left behind, at hosts below it they are not."""
    answers = by_path(
        {
            "/https/weibo.com/": to("https://passport.weibo.com/"),
            "/https/passport.weibo.com/": to("https://evilweibo.com/"),
            "/https/evilweibo.com/": reply(),
        }
    )
    async with serve(answers) as site, Fetcher(EAGER, via=site.url(), cookies=OWN) as fetcher:
        headers = {"Authorization": "Bearer t", "Referer": "https://weibo.com/"}
        await fetcher.session("weibo").send(Request(url="https://weibo.com/", own_cookie=True, headers=headers))
    assert cookies_of(site) == ["SUB=w", "SUB=w", None]
    assert [received.headers.get("authorization") for received in site.received] == ["Bearer t", "Bearer t", None]
    assert site.received[2].headers["referer"] == "https://weibo.com/"


async def test_own_cookie_may_hold_any_character() -> None:
    """A cookie copied from a browser with characters beyond ASCII is sent as UTF-8."""
    async with serve(one_after_another(reply())) as site, Fetcher(EAGER, cookies={"p": "nick=热"}) as fetcher:
        await fetcher.session("p").send(Request(url=site.url(), own_cookie=True))
    assert cookies_of(site) == ["nick=热"]
