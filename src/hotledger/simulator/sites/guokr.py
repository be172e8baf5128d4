"""Guokr's articles of the science desk: a bare array."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("guokr", 30, pool="questions", born_per_hour=0.4)


def _articles(scene: Scene) -> Answer:
    return as_json([_row(topic) for topic in scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 20)]])


def _row(topic: Topic) -> dict[str, Any]:
    written = f"{topic.born_at + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00"
    number = 468_000 + topic.number
    return {
        "id": number,
        "title": topic.title,
        "summary": "" if topic.traits % 3 else f"{topic.title}？答案可能和你想的不同。",
        "small_image": f"https://image.invalid/{topic.traits:x}.jpg?imageView2/1/w/220/h/130",
        "author": {"nickname": "果壳", "url": "https://www.guokr.com/i/0000000001/", "avatar": {"small": "https://image.invalid/a.jpg"}},
        "date_created": written,
        "date_published": written,
        "date_modified": written,
        "replies_count": topic.traits % 9,
        "resource_url": f"https://apis.guokr.com/science/article/{number}.json",
        "subject": {"name": "其他", "key": "others"},
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "您的访问过于频繁，请完成验证")


SITE = Site("guokr", {("www.guokr.com", "/beta/proxy/science_api/articles"): _articles}, _blocked, board=_BOARD, heats=False)
