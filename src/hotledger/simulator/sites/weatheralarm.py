"""The warnings of the weather service, with times that have slashes and no seconds."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("weatheralarm", 30, pool="weatheralarm", born_per_hour=15)


def _alarms(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    page = {"pageNo": 1, "pageSize": 30, "count": 500 if rows else 0, "list": rows, "firstPage": True, "lastPage": False, "totalPage": 17}
    return as_json({"msg": "success", "code": 0, "data": {"province": [], "signalTypes": [], "page": page}})


def _row(topic: Topic) -> dict[str, Any]:
    at = beijing(topic.born_at)
    alarm = f"{62_000_000_000_000 + topic.number}_{''.join(filter(str.isdecimal, at))}"
    return {
        "alertid": alarm,
        "issuetime": at[:16].replace("-", "/"),
        "title": topic.title,
        "url": f"/publish/alarm/{alarm}.html",
        "pic": f"https://image.invalid/p{topic.traits % 15:04d}003.png",
    }


SITE = Site("weatheralarm", {("www.nmc.cn", "/rest/findAlarm"): _alarms}, verify, board=_BOARD, heats=False)
