"""Jin10: flashes as a script, among them figures without text, locked ones, and one in English."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("jin10", 50, pool="search", born_per_hour=30)
_FIGURE = {"country": "云州", "name": "零售销售月率", "actual": "0.3", "previous": "0.1", "unit": "%", "star": 3}
_LOCKED = {"pic": "", "title": "", "content": "", "lock": True, "vip_title": "会员快讯", "vip_level": 1}


def _newest(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    rows = [_row(topic) for topic in topics]
    others = (
        [
            rows[0] | {"id": "1", "type": 1, "data": _FIGURE},
            rows[0] | {"id": "2", "data": _LOCKED},
            rows[0] | {"id": "3", "channel": [5], "data": {"title": "Gold rises to a new high", "content": "Gold rose on Tuesday."}},
        ]
        if rows
        else []
    )
    return Answer(b"var newest = " + msgspec.json.encode(others + rows) + b";", "application/javascript; charset=utf-8")


def _row(topic: Topic) -> dict[str, Any]:
    content = f"【{topic.title}】金十数据讯，{topic.title}。" if topic.traits % 2 else f"<b>{topic.title}</b>"
    return {
        "id": f"{topic.born_at:%Y%m%d%H%M%S}{topic.number % 10**6:06d}00",
        "time": beijing(topic.born_at),
        "type": 0,
        "data": {"pic": "", "title": "", "source": "", "content": content, "source_link": ""},
        "important": int(topic.traits % 4 == 0),
        "tags": [],
        "channel": [1, 3],
        "remark": [],
    }


SITE = Site("jin10", {("www.jin10.com", "/flash_newest.js"): _newest}, verify, board=_BOARD, heats=False)
