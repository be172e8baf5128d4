"""Sina Finance: flashes whose headline stands in brackets, and whose address may only stand in JSON inside the JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("sina-finance", 20, pool="search", born_per_hour=20)


def _feed(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    feed = {"list": rows, "page_info": {"totalPage": 1, "pageSize": 20}, "max_id": 0, "min_id": 0}
    data = {"feed": feed, "top": {"list": []}}
    return as_json({"result": {"status": {"code": 0, "msg": "OK"}, "timestamp": beijing(scene.at), "data": data}})


def _row(topic: Topic) -> dict[str, Any]:
    address = f"https://finance.sina.cn/7x24/detail-i{topic.traits:016x}.d.html"
    ext = msgspec.json.encode({"stocks": [], "needPushWB": False, "docurl": address}).decode()
    text = f"【{topic.title}】{topic.title}，<b>详情</b>待公布。" if topic.traits % 3 else topic.title
    return {
        "id": 4_000_000 + topic.number,
        "zhibo_id": 152,
        "type": 0,
        "rich_text": text,
        "multimedia": "",
        "creator": "editor@invalid",
        "create_time": beijing(topic.born_at),
        "tag": [{"id": "10", "name": "A股"}] if topic.traits % 2 else [],
        "is_focus": 0,
        "ext": ext,
        "docurl": address if topic.traits % 4 else "",
    }


SITE = Site("sina-finance", {("zhibo.sina.com.cn", "/api/zhibo/feed"): _feed}, verify, board=_BOARD, heats=False)
