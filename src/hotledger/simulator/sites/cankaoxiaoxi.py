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
    return as_json(
        {
            "list": [_row(scene, place, topic) for place, topic in mine],
            "channelId": "4946bc18",
            "total": 42_188,
            "version": scene.unix * 1000,
        }
    )


def _row(scene: Scene, place: int, topic: Topic) -> dict[str, Any]:
    article = f"{topic.traits:032x}"
    published = beijing(scene.at - timedelta(minutes=20 * place))
    return {
        "data": {
            "id": article,
            "title": topic.title,
            "url": f"https://ckxxapp.ckxx.net/pages/{published[:10].replace('-', '/')}/{article}.html",
            "publishTime": published,
            "createtime": published,
            "lastpublishTime": published,
            "channelName": "时事",
        }
    }


SITE = Site(
    "cankaoxiaoxi",
    {(host, f"/json/channel/{channel}/list.json"): _channel for host in _HOSTS for channel in _CHANNELS},
    verify,
    board=_BOARD,
    heats=False,
)
