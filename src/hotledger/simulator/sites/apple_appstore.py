"""Apple's two feeds of the free apps: the old one wraps each value in a label, and leaves out its entries where there are none."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("apple-appstore", 50, pool="search", born_per_hour=1)
_CATEGORIES = ("购物", "社交", "工具", "摄影与录像", "游戏")


def _itunes(scene: Scene) -> Answer:
    entries = [_entry(topic) for topic in scene.topics(_BOARD)]
    feed: dict[str, Any] = {
        "author": {"name": {"label": "iTunes Store"}, "uri": {"label": "http://www.apple.com/cn/itunes/"}},
        "updated": {"label": f"{scene.at:%Y-%m-%dT%H:%M:%S}-07:00"},
        "rights": {"label": "Copyright 2008 Apple Inc."},
        "title": {"label": "iTunes Store: 热门免费 App"},
        "icon": {"label": "http://itunes.apple.com/favicon.ico"},
        "link": [{"attributes": {"rel": "self", "href": "https://itunes.apple.com/cn/rss/topfreeapplications/limit=50/json"}}],
        "id": {"label": "https://itunes.apple.com/cn/rss/topfreeapplications/limit=50/json"},
    }
    return as_json({"feed": feed | ({"entry": entries[0] if len(entries) == 1 else entries} if entries else {})})


def _entry(topic: Topic) -> dict[str, Any]:
    page, category = f"{_page(topic)}?uo=2", _category(topic)
    link = {"attributes": {"rel": "alternate", "type": "text/html", "href": page}}
    film = {
        "im:duration": {"label": 30000},
        "attributes": {"rel": "enclosure", "type": "video/x-m4v", "href": "https://image.invalid/film.m4v"},
    }
    return {
        "im:name": {"label": topic.title},
        "im:image": [{"label": f"https://image.invalid/{topic.traits:x}.png", "attributes": {"height": "53"}}],
        "summary": {"label": "一个应用的介绍"},
        "im:price": {"label": "获取", "attributes": {"amount": "0.00", "currency": "CNY"}},
        "im:contentType": {"attributes": {"term": "Application", "label": "应用程序"}},
        "title": {"label": f"{topic.title} - 江上科技"},
        "link": [link, film] if topic.traits % 3 == 0 else link,
        "id": {"label": page, "attributes": {"im:id": _number(topic), "im:bundleId": f"invalid.app{topic.number}"}},
        "im:artist": {"label": "江上科技", "attributes": {"href": "https://apps.apple.com/cn/developer/id1?uo=2"}},
        "category": {
            "attributes": {"im:id": "6024", "term": category, "scheme": "https://apps.apple.com/cn/genre/id6024", "label": category}
        },
        "im:releaseDate": {"label": "2020-01-01T00:00:00-07:00", "attributes": {"label": "2020年01月01日"}},
    }


def _newer(scene: Scene) -> Answer:
    feed = {
        "title": "Top Free Apps",
        "id": "https://rss.marketingtools.apple.com/api/v2/cn/apps/top-free/50/apps.json",
        "author": {"name": "Apple", "url": "https://www.apple.com/"},
        "country": "cn",
        "updated": f"{scene.at:%a, %d %b %Y %H:%M:%S} +0000",
        "results": [_result(topic) for topic in scene.topics(_BOARD)],
    }
    return as_json({"feed": feed})


def _result(topic: Topic) -> dict[str, Any]:
    return {
        "artistName": "江上科技",
        "id": _number(topic),
        "name": topic.title,
        "releaseDate": "2020-01-01",
        "kind": "apps",
        "artworkUrl100": f"https://image.invalid/{topic.traits:x}.png",
        "genres": []
        if topic.traits % 2
        else [{"genreId": "6024", "name": _category(topic), "url": "https://apps.apple.com/cn/genre/id6024"}],
        "url": _page(topic),
    }


def _number(topic: Topic) -> str:
    return str(1_500_000_000 + topic.number)


def _page(topic: Topic) -> str:
    return f"https://apps.apple.com/cn/app/%E5%BA%94%E7%94%A8/id{_number(topic)}"


def _category(topic: Topic) -> str:
    return _CATEGORIES[topic.traits % len(_CATEGORIES)]


def _blocked(scene: Scene) -> Answer:
    return as_html("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n</BODY>\n</HTML>\n", status=403)


SITE = Site(
    "apple-appstore",
    {
        ("itunes.apple.com", "/cn/rss/topfreeapplications/limit=50/json"): _itunes,
        ("rss.marketingtools.apple.com", "/api/v2/cn/apps/top-free/50/apps.json"): _newer,
    },
    _blocked,
    board=_BOARD,
    heats=False,
)
