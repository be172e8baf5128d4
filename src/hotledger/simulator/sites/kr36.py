"""36Kr: the gateway's ranking, articles and a video now and then, with what is shown of each in a record of its own."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("36kr", 50, pool="news", born_per_hour=2, floor=900, top=96_000)


def _hot(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 0, "data": {"hotRankList": rows, "tips": ""}})


def _row(topic: Topic) -> dict[str, Any]:
    item, is_video = 3_700_000_000_000_000 + topic.number, topic.traits % 11 == 0
    born = int(topic.born_at.timestamp() * 1000)
    material = {
        "itemId": item,
        "templateType": 1,
        "widgetImage": f"https://image.invalid/{topic.traits:x}.jpg",
        "publishTime": born,
        "widgetTitle": topic.title,
        "authorName": "虚构作者",
        "statRead": topic.heat,
        "statCollect": topic.heat // 90,
        "statComment": topic.heat // 300,
        "statPraise": topic.heat // 120,
    }
    route = f"detail_{'video' if is_video else 'article'}?itemId={item}"
    return {
        "itemId": item,
        "itemType": 10,
        "templateType": 1,
        "templateMaterial": material,
        "route": route,
        "siteId": 1,
        "publishTime": born,
    }


SITE = Site("36kr", {("gateway.36kr.com", "/api/mis/nav/home/nav/rank/hot"): _hot}, verify, board=_BOARD)
