"""Yystv's newest articles: times as how long ago on the day itself, as a date before that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("yystv", 20, pool="video", born_per_hour=0.5)


def _articles(scene: Scene) -> Answer:
    return as_json({"code": 0, "msg": "ok", "data": [_row(topic, scene) for topic in scene.topics(_BOARD)]})


def _row(topic: Topic, scene: Scene) -> dict[str, Any]:
    age = scene.at - topic.born_at
    hours = int(age / timedelta(hours=1))
    return {
        "id": str(10_000 + topic.number),
        "title": topic.title,
        "preface": "",
        "cover": f"https://image.invalid/{topic.traits:x}.jpg",
        "author": "半页纸" if topic.traits % 4 else None,
        "createtime": f"{hours}小时前" if hours < 24 else f"{topic.born_at + timedelta(hours=8):%Y-%m-%d %H:%M}",
        "comments": topic.traits % 90,
        "column_name": None,
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成安全验证后继续访问")


SITE = Site("yystv", {("www.yystv.cn", "/home/get_home_docs_by_page"): _articles}, _blocked, board=_BOARD, heats=False)
