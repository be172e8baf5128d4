"""CSDN: its ranking with every number as a text, and the hour of the ranking in each row."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("csdn", 30, pool="tech", born_per_hour=2, floor=3_000, top=42_000)


def _rank(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("pageSize"), 25)]
    rows = [_row(topic, f"{scene.at:%Y%m%d%H}") for topic in topics]
    return as_json({"code": 200, "message": "success", "traceId": f"{scene.unix:x}", "data": rows})


def _row(topic: Topic, period: str) -> dict[str, Any]:
    article = 150_000_000 + topic.number
    return {
        "period": period,
        "hotRankScore": str(topic.heat),
        "pcHotRankScore": f"{topic.heat / 10_000:.1f}w",
        "loginUserIsFollow": False,
        "nickName": "虚构作者",
        "userName": "made_up",
        "articleTitle": topic.title,
        "articleDetailUrl": f"https://blog.csdn.net/made_up/article/details/{article}",
        "commentCount": str(topic.heat // 900),
        "favorCount": str(topic.heat // 300),
        "viewCount": str(topic.heat // 4),
        "hotComment": None,
        "productId": str(article),
        "picList": [f"https://image.invalid/{topic.traits:x}.png"],
        "isNew": None,
    }


SITE = Site("csdn", {("blog.csdn.net", "/phoenix/web/blog/hot-rank"): _rank}, verify, board=_BOARD)
