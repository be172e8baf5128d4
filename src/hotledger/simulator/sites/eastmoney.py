"""Eastmoney's flashes: titles beside summaries that repeat them in brackets."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("eastmoney", 50, pool="search", born_per_hour=30)


def _flashes(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    data = {"fastNewsList": rows, "index": 0, "size": 50, "sortEnd": str(scene.unix), "total": 0}
    return as_json({"code": "1", "data": data, "message": "success", "req_trace": scene.asked.query.get("req_trace", "")})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "code": f"{topic.born_at:%Y%m%d}3{topic.number:09d}",
        "image": [],
        "pinglun_Num": topic.traits % 40,
        "realSort": str(int(topic.born_at.timestamp() * 1_000_000)),
        "share": topic.traits % 90,
        "showTime": beijing(topic.born_at),
        "stockList": [],
        "summary": f"【{topic.title}】{topic.title}，市场反应平稳。",
        "title": topic.title,
        "titleColor": topic.traits % 3,
    }


SITE = Site("eastmoney", {("np-weblist.eastmoney.com", "/comm/web/getFastNewsList"): _flashes}, verify, board=_BOARD, heats=False)
