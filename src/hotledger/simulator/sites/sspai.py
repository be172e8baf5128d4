"""Sspai: hot articles with their likes. `created_at` in the query chooses the moment of the list, as on the real site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import EPOCH, Topic, board

_BOARD = board("sspai", 40, pool="tech", born_per_hour=0.5, floor=3, top=480)


def _page(scene: Scene) -> Answer:
    query = scene.asked.query
    topics = _at(scene).topics(_BOARD)[: whole(query.get("limit"), 10)]
    return as_json({"error": 0, "msg": "", "data": [_row(topic) for topic in topics], "total": 5_382})


def _at(scene: Scene) -> Scene:
    """The scene at the moment that the query chooses; a moment before there is a world is not chosen."""
    chosen = whole(scene.asked.query.get("created_at"), scene.unix)
    return scene._replace(at=datetime.fromtimestamp(max(chosen, EPOCH.timestamp()), UTC))


def _row(topic: Topic) -> dict[str, Any]:
    born = int(topic.born_at.timestamp())
    return {
        "id": 100_000 + topic.number,
        "title": topic.title,
        "banner": f"{topic.traits:x}.png",
        "summary": "虚构的摘要。" if topic.traits % 4 else "",
        "comment_count": topic.heat // 7,
        "like_count": topic.heat,
        "view_count": 0,
        "free": True,
        "released_time": born,
        "created_time": born - 7_200,
        "modify_time": born + 600,
        "advertisement_url": "",
        "author": {"id": 0, "slug": f"{topic.traits % 9999:x}", "nickname": "虚构作者"},
        "status": 0,
        "tags": [],
    }


SITE = Site("sspai", {("sspai.com", "/api/v1/article/tag/page/get"): _page}, verify, board=_BOARD)
