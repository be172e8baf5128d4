"""IT之家: its newest articles as JSON with a pin above and ads among them, and as a page."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import board

_BOARD = board("ithome", 30, pool="tech", born_per_hour=6)


class _Article(NamedTuple):
    number: int
    title: str
    posted: str
    comments: int
    lapin: bool = False

    @property
    def path(self) -> str:
        millions, rest = divmod(self.number, 1_000_000)
        return f"/{millions}/{rest // 1000:03}/{rest % 1000:03}.htm"

    @property
    def address(self) -> str:
        return f"https://lapin.ithome.com/html/digi/{self.number}.htm" if self.lapin else f"https://www.ithome.com{self.path}"


def _articles(scene: Scene) -> list[_Article]:
    """The articles, with the ads of the hour behind the third."""
    rows = [_Article(800_000 + topic.number, topic.title, beijing(topic.born_at), topic.heat % 300) for topic in scene.topics(_BOARD)]
    ads = [
        _Article(700_000 + place, title, beijing(scene.at), 0, lapin=True)
        for place, title in enumerate(scene.world.ads("ithome", scene.at))
    ]
    return rows[:3] + ads + rows[3:] if rows else []


def _news(scene: Scene) -> Answer:
    articles = _articles(scene)
    pin = _Article(699_999, scene.world.pinned("ithome", scene.at), beijing(scene.at), 12)
    pins = [_json(pin) | {"url": pin.address}] if articles else []
    return as_json({"toplist": pins, "newslist": [_json(article) for article in articles]})


def _json(article: _Article) -> dict[str, Any]:
    return {
        "newsid": article.number,
        "title": article.title,
        "postdate": article.posted.replace(" ", "T") + ".783",
        "description": "",
        "image": f"https://image.invalid/{article.number}.jpg",
        "commentcount": article.comments,
        "url": article.address if article.lapin else article.path,
        "live": 0,
    }


def _page(scene: Scene) -> Answer:
    rows = "".join(
        f'<li><a href="https://it.ithome.com/" class="c" target="_blank">IT资讯</a>'
        f'<a title="{escape(article.title)}" class="t" href="{article.address}">{escape(article.title)}</a><i>{article.posted}</i></li>\n'
        for article in _articles(scene)
    )
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>IT之家 - 最新文章</title></head><body>\n"
        f'<div id="list" class="cls"><div class="fl"><ul class="datel">\n{rows}</ul></div></div></body></html>\n'
    )


SITE = Site(
    "ithome",
    {("api.ithome.com", "/json/newslist/news"): _news, ("www.ithome.com", "/list/"): _page},
    verify,
    board=_BOARD,
    heats=False,
)
