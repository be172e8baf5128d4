"""Sina's hot list of the app: heats in words, and most addresses those of a search."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("sina", 45, pool="social", born_per_hour=10, floor=600_000, top=4_500_000, unit=10_000)


def _list(scene: Scene) -> Answer:
    rows = [_row(place, topic) for place, topic in enumerate(scene.topics(_BOARD), 1)]
    return as_json({"status": 0, "uni": f"{scene.unix:x}", "data": {"hotList": rows, "tabs": [{"id": "all", "name": "新浪热榜"}]}})


def _row(place: int, topic: Topic) -> dict[str, Any]:
    unique = f"{topic.traits:016x}"
    search = f"https://so.sina.cn/search/list.d.html?keyword={quote(topic.title)}"
    address = search if topic.traits % 9 else f"https://k.sina.com.cn/article_{topic.number}.html?from=news&subch=onews"
    return {
        "base": {"base": {"uniqueId": unique, "newsId": f"HB-1-{unique}", "url": address, "dataid": unique}, "mod": "hotRankItem"},
        "info": {"title": topic.title, "hotValue": f"{topic.heat // 10_000}万", "hotIcon": "", "rank": place},
    }


SITE = Site("sina", {("newsapp.sina.cn", "/api/hotlist"): _list}, verify, board=_BOARD)
