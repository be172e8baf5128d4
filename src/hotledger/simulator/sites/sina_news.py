"""Sina News: the page of the rankings, and the ranking of a day as a script with grouped digits."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("sina-news", 50, pool="news", born_per_hour=6, floor=2_000, top=3_000_000)


def _rankings(scene: Scene) -> Answer:
    return as_html("<!DOCTYPE html><html><head><meta charset='utf-8'><title>新闻排行_新闻中心_新浪网</title></head><body></body></html>\n")


def _ranking(scene: Scene) -> Answer:
    conf = {"top_cat": scene.asked.query.get("top_cat", ""), "top_time": scene.asked.query.get("top_time", "")}
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    script = b"var data = " + msgspec.json.encode({"conf": conf, "data": rows}) + b";\n"
    return Answer(script, "application/javascript; charset=utf-8")


def _row(topic: Topic) -> dict[str, Any]:
    day, _, time = beijing(topic.born_at).partition(" ")
    return {
        "id": f"{topic.traits:016x}-comos-news-cms",
        "title": topic.title,
        "media": "云州在线",
        "author": "",
        "url": f"https://news.sina.com.cn/c/{day}/doc-i{topic.traits:016x}.shtml",
        "create_date": day,
        "create_time": time,
        "top_num": f"{topic.heat:,}",
    }


SITE = Site(
    "sina-news",
    {("top.news.sina.com.cn", "/ws/GetTopDataList.php"): _ranking},
    verify,
    {("news.sina.com.cn", "/hotnews/"): _rankings},
    board=_BOARD,
)
