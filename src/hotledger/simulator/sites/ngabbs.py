"""NGA's threads as its app is told of them: a list in a list, with titles escaped as for HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("ngabbs", 20, pool="forum", born_per_hour=3, floor=20, top=4_000)


def _threads(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 0, "msg": "", "result": [rows], "time": scene.unix})


def _row(topic: Topic) -> dict[str, Any]:
    thread = 46_000_000 + topic.number
    return {
        "tid": thread,
        "fid": -7,
        "subject": escape(topic.title),
        "author": "泥潭的鲸",
        "authorid": topic.traits % 60_000_000,
        "postdate": int(topic.born_at.timestamp()),
        "lastpost": int(topic.born_at.timestamp()) + topic.traits % 3_600,
        "replies": topic.heat,
        "recommend": topic.traits % 90,
        "parent": {"0": -7, "2": "网事杂谈"},
        "tpcurl": f"/read.php?tid={thread}",
    }


def _blocked(scene: Scene) -> Answer:
    return as_json({"error": ["访客不能直接访问，请登录"], "time": scene.unix}, status=403)


SITE = Site("ngabbs", {("ngabbs.com", "/nuke.php"): _threads}, _blocked, board=_BOARD)
