"""Ifanr: short news with two numbers each, and sometimes the address of a source."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("ifanr", 20, pool="tech", born_per_hour=1, floor=0, top=60)


def _buzz(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    limit = whole(scene.asked.query.get("limit"), 20)
    meta = {"limit": limit, "next": None, "offset": 0, "previous": None, "total_count": 1_000 if topics else 0}
    return as_json({"meta": meta, "objects": [_row(topic) for topic in topics[:limit]]})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "id": 60_000 + topic.number,
        "post_id": 1_600_000 + topic.number,
        "post_title": topic.title,
        "post_content": "<p>虚构的正文。</p>",
        "created_at": int(topic.born_at.timestamp()),
        "like_count": topic.heat,
        "comment_count": topic.traits % 4,
        "buzz_original_url": "" if topic.traits % 3 else f"https://source.example.com/{topic.traits:x}",
        "is_external_url": topic.traits % 3 == 0,
    }


SITE = Site("ifanr", {("sso.ifanr.com", "/api/v5/wp/buzz/"): _buzz}, verify, board=_BOARD)
