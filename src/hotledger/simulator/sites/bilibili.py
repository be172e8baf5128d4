"""Bilibili's ranking, in its new and its old form."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site
from hotledger.simulator.sites._bilibili import aid, author, bvid, ok, refusal, video
from hotledger.simulator.world import Topic


def _ranking(scene: Scene) -> Answer:
    rows = [video(topic) | {"score": 0} for topic in scene.topics("bilibili")]
    return ok({"note": "根据稿件内容质量、近期的数据综合展示，动态更新", "list": rows})


def _old_ranking(scene: Scene) -> Answer:
    return ok({"note": "统计所有投稿在 3 天内的数据综合得分", "list": [_old_video(topic) for topic in scene.topics("bilibili")]})


def _old_video(topic: Topic) -> dict[str, Any]:
    return {
        "aid": str(aid(topic)),
        "bvid": bvid(topic),
        "typename": "综合",
        "title": topic.title,
        "subtitle": "",
        "play": topic.heat,
        "review": topic.heat // 500,
        "video_review": topic.heat // 300,
        "favorites": topic.heat // 60,
        "mid": topic.traits % 400_000_000,
        "author": author(topic),
        "description": "",
        "pic": f"http://image.invalid/bfs/archive/{topic.traits:016x}.jpg",
        "coins": topic.heat // 50,
        "duration": "12:32",
        "pts": topic.heat // 4,
    }


SITE = Site(
    "bilibili",
    {
        ("api.bilibili.com", "/x/web-interface/ranking/v2"): _ranking,
        ("api.bilibili.com", "/x/web-interface/ranking"): _old_ranking,
    },
    refusal,
)
