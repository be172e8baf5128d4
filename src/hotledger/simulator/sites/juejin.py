"""Juejin: articles with their counters and authors in records of their own, and ids above 2^53 as texts."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("juejin", 50, pool="tech", born_per_hour=1, floor=80, top=9_600)


def _rank(scene: Scene) -> Answer:
    return as_json({"err_no": 0, "err_msg": "success", "data": [_row(topic) for topic in scene.topics(_BOARD)]})


def _row(topic: Topic) -> dict[str, Any]:
    counter = {
        "view": topic.heat * 7,
        "like": topic.heat // 9,
        "collect": topic.heat // 6,
        "hot_rank": topic.heat,
        "comment_count": topic.heat // 40,
        "interact_count": topic.heat // 5,
    }
    author = {"user_id": str(topic.traits), "name": "虚构作者", "avatar": f"https://image.invalid/{topic.traits:x}.png"}
    content = {"content_id": str(7_600_000_000_000_000_000 + topic.number), "item_type": 2, "title": topic.title, "brief": ""}
    return {"content": content, "content_counter": counter, "author": author, "user_interact": {"id": 0, "omitempty": 2}}


SITE = Site("juejin", {("api.juejin.cn", "/content_api/v1/content/article_rank"): _rank}, verify, board=_BOARD)
