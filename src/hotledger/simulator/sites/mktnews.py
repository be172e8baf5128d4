"""MKTNews: flashes in no order of time, and some without a title."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("mktnews", 40, pool="english", born_per_hour=20)


def _flashes(scene: Scene) -> Answer:
    rows = [_row(scene, place, topic) for place, topic in enumerate(scene.topics(_BOARD))]
    return as_json({"status": 200, "data": rows[1::2] + rows[::2], "message": "OK"})


def _row(scene: Scene, place: int, topic: Topic) -> dict[str, Any]:
    at = scene.at - timedelta(minutes=4 * place)
    titled = topic.traits % 3 == 0
    return {
        "id": f"{at:%Y%m%d}{topic.number:010d}",
        "type": 0,
        "time": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
        "important": int(topic.traits % 5 == 0),
        "data": {"content": f"【{topic.title}】 More follows.", "pic": "", "title": topic.title if titled else None},
        "remark": [],
        "hot": False,
        "hot_start": None,
        "hot_end": None,
        "classify": [],
        "impact": [] if titled else None,
    }


SITE = Site("mktnews", {("api.mktnews.net", "/api/flash"): _flashes}, verify, board=_BOARD, heats=False)
