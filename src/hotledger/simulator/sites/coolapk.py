"""Coolapk's posts of the day: no titles, HTML and line breaks in the text, and cards of the app between the posts."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("coolapk", 20, pool="tech", born_per_hour=2, floor=100_000, top=5_000_000, unit=1_000)


def _posts(scene: Scene) -> Answer:
    rows = [_post(topic) for topic in scene.topics(_BOARD)]
    if rows:
        card = {
            "entityType": "card",
            "entityTemplate": "imageCarouselCard_1",
            "title": scene.world.pinned("coolapk", scene.at),
            "id": 10_001,
        }
        rows.insert(2, card)
    return as_json({"data": rows})


def _post(topic: Topic) -> dict[str, Any]:
    post = 73_000_000 + topic.number
    tag = '<a class="feed-link-tag" href="/t/OPPOFindX10?type=0">#数码#</a>'
    return {
        "id": post,
        "entityType": "feed",
        "editor_title": topic.title if topic.traits % 4 == 0 else "",
        "message": f"{escape(topic.title)}\n{tag}\n大家怎么看？",
        "username": "酷友",
        "tpic": f"https://image.invalid/{topic.traits:x}.jpg",
        "url": f"/feed/{post}",
        "shareUrl": f"https://www.coolapk.com/feed/{post}?shareKey={topic.traits:x}",
        "dateline": int(topic.born_at.timestamp()),
        "replynum": topic.traits % 900,
        "targetRow": {
            "id": topic.traits % 9_000,
            "title": "数码",
            "subTitle": f"{topic.heat / 10_000:.1f}万热度 {topic.traits % 4_000}讨论",
        },
    }


def _blocked(scene: Scene) -> Answer:
    return as_json({"status": 1004, "error": 1, "message": "请求的 Token 无效", "messageStatus": 0})


SITE = Site("coolapk", {("api.coolapk.com", "/v6/page/dataList"): _posts}, _blocked, board=_BOARD)
