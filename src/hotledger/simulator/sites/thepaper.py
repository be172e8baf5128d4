"""The Paper: hot news beside other boxes of the page, with likes and instants as texts."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("thepaper", 20, pool="news", born_per_hour=3, floor=12, top=2_600)


def _sidebar(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    data = {"hotNews": rows, "financialInformationNews": [], "editorHandpicked": [], "morningEveningNews": []}
    return as_json({"resultCode": 1, "resultMsg": "success", "data": data})


def _row(topic: Topic) -> dict[str, Any]:
    tags = [{"tagId": 11, "tag": "国内"}] if topic.traits % 3 else []
    return {
        "contId": str(32_000_000 + topic.number),
        "isOutForword": "0",
        "isOutForwrod": "0",
        "forwardType": 0,
        "nodeInfo": {"nodeId": 25_388, "name": "中国政库"},
        "name": topic.title,
        "pic": f"https://image.invalid/{topic.traits:x}.jpg",
        "interactionNum": str(topic.heat // 3),
        "praiseTimes": str(topic.heat),
        "pubTime": "3小时前",
        "pubTimeLong": str(int(topic.born_at.timestamp() * 1000)),
        "tagList": tags,
    }


SITE = Site("thepaper", {("cache.thepaper.cn", "/contentapi/wwwIndex/rightSidebar"): _sidebar}, verify, board=_BOARD)
