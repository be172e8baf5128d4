"""AI HOT: news with the address of its source, and a score and a category for some of it."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("aihot", 30, pool="tech", born_per_hour=4)
_CATEGORIES = ("ai-models", "ai-products", "industry", "paper", "tip", None)


def _items(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("take"), 30)]
    cursor = f"{topics[-1].traits:x}" if topics else None
    return as_json({"count": len(topics), "hasNext": bool(topics), "nextCursor": cursor, "items": [_row(topic) for topic in topics]})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "id": f"cm{topic.number:023x}",
        "title": topic.title,
        "title_en": None,
        "url": f"https://source.example.com/{topic.traits:x}?a=1&b=2",
        "source": "虚构来源",
        "publishedAt": f"{topic.born_at:%Y-%m-%dT%H:%M:%S}.000Z",
        "summary": "虚构的摘要。" if topic.traits % 4 else None,
        "category": _CATEGORIES[topic.traits % len(_CATEGORIES)],
        "score": 40 + topic.traits % 60 if topic.traits % 3 else None,
    }


SITE = Site("aihot", {("aihot.virxact.com", "/api/public/items"): _items}, verify, board=_BOARD, heats=False)
