"""Dongqiudi's first tab: articles, some without an address of their own, with times in Beijing that name no zone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("dongqiudi", 40, pool="news", born_per_hour=8)


def _tab(scene: Scene) -> Answer:
    articles = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json(
        {
            "id": 1,
            "label": "头条",
            "prev": None,
            "next": "https://api.dongqiudi.com/app/tabs/web/1.json?page=2",
            "max": scene.unix,
            "page": 1,
            "articles": articles,
        }
    )


def _row(topic: Topic) -> dict[str, Any]:
    number = 5_000_000 + topic.number
    row: dict[str, Any] = {
        "id": number,
        "title": topic.title,
        "share_title": topic.title,
        "description": "",
        "comments_total": topic.traits % 900,
        "thumb": f"https://image.invalid/{topic.traits:x}.jpg",
        "url": f"https://www.dongqiudi.com/article/{number}",
        "scheme": f"dongqiudi:///news/{number}",
        "is_video": topic.traits % 6 == 0,
        "created_at": f"{topic.born_at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}",
        "category": "足球" if topic.traits % 3 else "",
    }
    return row | ({} if topic.traits % 5 == 0 else {"share": f"https://m.dongqiudi.com/article/{number}"})


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成滑动验证后继续访问")


SITE = Site("dongqiudi", {("api.dongqiudi.com", "/app/tabs/web/1.json"): _tab}, _blocked, board=_BOARD, heats=False)
