"""Dgtle: articles, and short posts that have a content in place of a title."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("dgtle", 20, pool="tech", born_per_hour=0.5, floor=5, top=3_200)


def _index(scene: Scene) -> Answer:
    return as_json({"items": [_row(topic) for topic in scene.topics(_BOARD)], "totalCount": 400, "pageSize": 20})


def _row(topic: Topic) -> dict[str, Any]:
    is_short = topic.traits % 6 == 0 and "<" not in topic.title
    return {
        "id": 1_700_000 + topic.number,
        "type": 1 + topic.traits % 2,
        "title": "" if is_short else topic.title,
        "content": topic.title if is_short else "虚构的正文开头。",
        "cover": f"https://image.invalid/{topic.traits:x}.jpg",
        "from": "虚构来源",
        "membernum": topic.heat,
        "created_at": int(topic.born_at.timestamp()),
    }


SITE = Site("dgtle", {("opser.api.dgtle.com", "/v2/news/index"): _index}, verify, board=_BOARD)
