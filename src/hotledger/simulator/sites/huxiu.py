"""Huxiu: short news whose titles are the first line of a content with breaks."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("huxiu", 20, pool="news", born_per_hour=2, floor=1, top=140)


def _feed(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    moments = {"datalist": [_row(topic) for topic in topics], "last_id": scene.unix, "is_more": bool(topics)}
    return as_json({"success": True, "data": {"moment_list": moments, "live_status": 0}, "message": ""})


def _row(topic: Topic) -> dict[str, Any]:
    lines = f"{escape(topic.title, quote=False)}。<br><br>虎嗅注：这是虚构的正文第一段。<br>第二段。"
    return {
        "object_id": 1_200_000 + topic.number,
        "object_type": 8,
        "content": lines if topic.traits % 3 else lines.replace("<br>", "<br />"),
        "publish_time": int(topic.born_at.timestamp()),
        "format_time": "3小时前",
        "user_info": {"uid": "1", "username": "虚构编辑", "avatar": "https://image.invalid/a.png"},
        "count_info": {"agree_num": topic.heat, "comment_num": topic.heat // 9, "favorite_num": 0},
        "img_urls": [],
    }


SITE = Site("huxiu", {("moment-api.huxiu.com", "/web-v3/moment/feed"): _feed}, verify, board=_BOARD)
