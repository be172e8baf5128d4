"""NetEase News: the mobile flow of hot articles, some of which are videos with an id of another name."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("netease-news", 30, pool="news", born_per_hour=4)


def _flow(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 200, "msg": "success", "data": {"list": rows, "hasMore": bool(rows)}})


def _row(topic: Topic) -> dict[str, Any]:
    article = f"K{topic.traits % 16**11:011X}PS"[:16]
    video = topic.traits % 4 == 0
    address = f"https://www.163.com/v/video/{article}.html" if video else f"https://www.163.com/dy/article/{article}.html"
    return {
        "docid": "" if video else article,
        "skipID": article,
        "title": topic.title,
        "imgsrc": f"https://image.invalid/{topic.traits:x}.jpg",
        "source": "云州晚报",
        "ptime": beijing(topic.born_at),
        "_keyword": "",
        "url": address,
    }


SITE = Site("netease-news", {("m.163.com", "/fe/api/hot/news/flow"): _flow}, verify, board=_BOARD, heats=False)
