"""Quark's articles of the day: large rows in HTML escapes, with counts of a mirror that say nothing of the list."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("quark", 50, pool="news", born_per_hour=6)
_CATEGORIES: tuple[list[str], ...] = (["社会"], ["财经", "股票"], ["娱乐"], [])


def _aggregation(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("count"), 10)]
    data = {"aggregation_id": scene.asked.query.get("aggregation_id"), "articles": [_article(topic) for topic in topics], "bottom_pos": 0}
    return as_json({"status": 0, "message": "ok", "data": data})


def _article(topic: Topic) -> dict[str, Any]:
    source = f"云州{topic.traits % 40}频道"
    return {
        "id": str(6_120_000_000_000_000_000 + topic.number),
        "recoid": f"{topic.traits}",
        "title": escape(topic.title),
        "summary": f"{topic.title}。查看更多>>",
        "content": f"<p>{escape(topic.title)}</p><!--{{img:0}}-->",
        "source_name": source,
        "publish_time": int(topic.born_at.timestamp() * 1000),
        "category": _CATEGORIES[topic.traits % len(_CATEGORIES)],
        "tags": [],
        "article_like_cnt": 0,
        "cmt_cnt": topic.traits % 3,
        "view_cnt": 0,
        "thumbnails": [{"url": f"https://image.invalid/{topic.traits:x}.jpg", "width": 320, "height": 240}],
        "wm_author": {"name": source, "user_id": str(topic.traits % 9_000)},
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "您的访问过于频繁，请完成安全验证")


SITE = Site("quark", {("iflow.quark.cn", "/iflow/api/v1/article/aggregation"): _aggregation}, _blocked, board=_BOARD, heats=False)
