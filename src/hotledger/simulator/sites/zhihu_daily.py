"""Zhihu Daily's latest day: stories, among them one that is none, and the pictures of the top beside them."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("zhihu-daily", 6, pool="questions", born_per_hour=0.3)


def _latest(scene: Scene) -> Answer:
    stories = [_story(topic) for topic in scene.topics(_BOARD)]
    advert = {"type": 1, "id": 9_700_000, "title": scene.world.pinned("zhihu-daily", scene.at), "hint": "", "url": "", "images": []}
    top = [{**story, "image": "https://image.invalid/v2-top.jpg"} for story in stories[:3]]
    return as_json({"date": f"{scene.at:%Y%m%d}", "stories": [*stories, advert], "top_stories": top})


def _story(topic: Topic) -> dict[str, Any]:
    number = 9_780_000 + topic.number
    return {
        "image_hue": "0x8c7b5c",
        "title": topic.title,
        "url": f"https://daily.zhihu.com/story/{number}",
        "hint": f"林间小路 · {1 + topic.traits % 9} 分钟阅读",
        "ga_prefix": f"{topic.born_at:%m%d%H}",
        "images": [f"https://image.invalid/v2-{topic.traits:016x}.jpg?source=8673f162"],
        "type": 0,
        "id": number,
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证 - 知乎", "系统监测到您的网络环境存在异常，请点击下方验证按钮进行验证")


SITE = Site(
    "zhihu-daily",
    {("daily.zhihu.com", "/api/4/news/latest"): _latest, ("news-at.zhihu.com", "/api/4/news/latest"): _latest},
    _blocked,
    board=_BOARD,
    heats=False,
)
