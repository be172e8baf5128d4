"""GeekPark: the articles of its front page, each in a record of its own, beside other boxes."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("geekpark", 20, pool="tech", born_per_hour=0.5, floor=200, top=46_000)


def _front(scene: Scene) -> Answer:
    return as_json({"homepage_posts": [_row(topic) for topic in scene.topics(_BOARD)], "sliders": [], "hot_topics": []})


def _row(topic: Topic) -> dict[str, Any]:
    born = int(topic.born_at.timestamp())
    post = {
        "id": 340_000 + topic.number,
        "title": topic.title,
        "abstract": "虚构的摘要。",
        "cover_url": f"https://image.invalid/{topic.traits:x}.png",
        "published_timestamp": born,
        "views": topic.heat,
        "comments_count": 0,
        "authors": [{"id": "1", "nickname": "虚构作者"}] if topic.traits % 5 else [],
        "column": {"id": 304, "title": "综合报道"},
    }
    return {"id": 9_000 + topic.number, "position": 0, "post": post}


SITE = Site("geekpark", {("mainssl.geekpark.net", "/api/v2"): _front}, verify, board=_BOARD)
