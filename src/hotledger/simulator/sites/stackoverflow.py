"""Stack Overflow: hot questions from the API, escaped for HTML inside JSON, and the error it gives to who asks too often."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("stackoverflow", 30, pool="english", born_per_hour=4, floor=-3, top=24)
_TAGS = (["python"], ["c++", "templates"], ["postgresql", "sql"], ["rust"])


def _questions(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("pagesize"), 30)]
    return as_json({"items": [_row(topic) for topic in topics], "has_more": bool(topics), "quota_max": 300, "quota_remaining": 297})


def _row(topic: Topic) -> dict[str, Any]:
    number, born = 79_000_000 + topic.number, int(topic.born_at.timestamp())
    known = {"user_id": 1, "display_name": "made &amp; up", "user_type": "registered"}
    return {
        "tags": _TAGS[topic.traits % len(_TAGS)],
        "owner": known if topic.traits % 9 else {"user_type": "does_not_exist"},
        "is_answered": topic.traits % 3 == 0,
        "view_count": 20 + topic.traits % 400,
        "answer_count": topic.traits % 4,
        "score": topic.heat,
        "last_activity_date": born + 600,
        "creation_date": born,
        "question_id": number,
        "content_license": "CC BY-SA 4.0",
        "link": f"https://stackoverflow.com/questions/{number}/made-up",
        "title": escape(topic.title),
    }


def _blocked(scene: Scene) -> Answer:
    message = "too many requests from this IP, more requests available in 82216 seconds"
    return as_json({"error_id": 502, "error_message": message, "error_name": "throttle_violation"})


SITE = Site("stackoverflow", {("api.stackexchange.com", "/2.3/questions"): _questions}, _blocked, board=_BOARD)
