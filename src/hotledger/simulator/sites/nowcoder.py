"""Nowcoder: hot posts of two kinds, whose pages are found by one of two ids."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("nowcoder", 20, pool="tech", born_per_hour=3, floor=300, top=26_000)


def _top(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("size"), 20)]
    return as_json({"success": True, "code": 0, "msg": "OK", "data": {"result": [_row(topic) for topic in topics]}})


def _row(topic: Topic) -> dict[str, Any]:
    row = {"id": str(2_870_000 + topic.number), "hotValueFromDolphin": topic.heat, "title": topic.title, "desc": ""}
    if topic.traits % 2:
        return row | {"type": 74, "uuid": md5(str(topic.number).encode(), usedforsecurity=False).hexdigest()}
    return row | {"type": 0}


SITE = Site("nowcoder", {("gw-c.nowcoder.com", "/api/sparta/hot-search/top-hot-pc"): _top}, verify, board=_BOARD)
