"""Woshipm: the ranking of the day, its names in capitals outside and in camel case inside, and titles escaped for HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("woshipm", 10, pool="tech", born_per_hour=0.4, floor=20, top=900)
_SECTIONS = ("pd", "ai", "operate", "it")


def _daily(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"CODE": 200, "MESSAGE": "", "RESULT": rows})


def _row(topic: Topic) -> dict[str, Any]:
    data = {
        "id": 6_400_000 + topic.number,
        "type": _SECTIONS[topic.traits % len(_SECTIONS)],
        "articleTitle": escape(topic.title),
        "articleSummary": "",
        "articleAuthor": "虚构作者",
        "imageUrl": f"https://image.invalid/{topic.traits:x}.jpg",
        "publishTime": int(topic.born_at.timestamp() * 1000),
        "tag": "",
    }
    return {"controlTypeCode": 2001, "data": data, "scores": topic.heat, "trueScores": topic.heat}


SITE = Site("woshipm", {("www.woshipm.com", "/api2/app/article/popular/daily"): _daily}, verify, board=_BOARD)
