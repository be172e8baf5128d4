"""OSChina: the ranking of the week, news and blogs together."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("oschina", 10, pool="tech", born_per_hour=0.3, floor=200, top=24_000)


def _week(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 1, "message": "SUCCESS", "result": rows, "time": f"{scene.at:%Y-%m-%d %H:%M:%S}"})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "id": 380_000 + topic.number,
        "title": topic.title,
        "heat": topic.heat,
        "obj_type": 3 + topic.traits % 2,
        "comment_count": topic.heat // 400,
        "userVo": {"id": 1_000 + topic.traits % 900, "name": "虚构作者"},
    }


SITE = Site("oschina", {("www.oschina.net", "/ApiHomeNew/homeListByRankWeek"): _week}, verify, board=_BOARD)
