"""Cankaoxiaoxi: three channels, each newest first, with one article that stands in two of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("cankaoxiaoxi", 30, pool="news", born_per_hour=3)
_HOSTS = ("china.cankaoxiaoxi.com", "www.cankaoxiaoxi.com")
_CHANNELS = ("zhongguo", "guandian", "gj")


def _channel(scene: Scene) -> Answer:
    own = _CHANNELS.index(scene.asked.path.split("/")[3])
    rows = list(enumerate(scene.topics(_BOARD)))
    mine = [(place, topic) for place, topic in rows if place % len(_CHANNELS) == own or (place == 0 and own == 1)]
    return as_json({"list": [_row(scene, place, topic) for place, topic in mine], "pageCount": 1})


def _row(scene: Scene, place: int, topic: Topic) -> dict[str, Any]:
    article = f"{topic.traits:032x}"
    published = beijing(scene.at - timedelta(minutes=20 * place))
    return {
        "data": {
            "id": article,
            "title": topic.title,
            "url": f"https://china.cankaoxiaoxi.com/#/detailsPage/{article}/1/{published[:10]}/zhongguo",
            "publishTime": published,
            "moVideoPath": "",
            "sourceName": "参考消息",
        },
        "type": "article",
    }


SITE = Site(
    "cankaoxiaoxi",
    {(host, f"/json/channel/{channel}/list.json"): _channel for host in _HOSTS for channel in _CHANNELS},
    verify,
    board=_BOARD,
    heats=False,
)
