"""Kaopu: the page of stories in HTML, and the older file with the addresses of their sources."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("kaopu", 40, pool="news", born_per_hour=4)


def _page(scene: Scene) -> Answer:
    rows = "".join(_story(topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html lang='zh'><head><meta charset='utf-8'><title>靠谱新闻</title></head>\n"
        f'<body><header><h1>靠谱新闻</h1></header><main class="story-list">\n{rows}</main></body></html>\n'
    )


def _story(topic: Topic) -> str:
    time = "3小时前" if topic.traits % 2 else "9月11日首发 · 52分钟前更新"
    return f"""<article class="story-card"><a href="/story/{topic.born_at:%Y-%m-%d}/{topic.traits:016x}"><div></div><div>
  <h2 class="story-title">{escape(topic.title)}</h2><p class="story-summary">{escape(topic.title)}，多家媒体报道。</p>
  <div class="story-meta"><span>{time}</span><span class="story-provenance">云州日报 · 海宁湾晚报 等</span>
    <span class="story-feature-tag">时间线</span></div></div></a></article>
"""


def _file(scene: Scene) -> Answer:
    return as_json([_row(topic) for topic in scene.topics(_BOARD)])


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.number,
        "title": topic.title,
        "description": f"<p>{topic.title}，多家媒体报道。</p>",
        "link": f"https://paper.invalid/{topic.traits:016x}",
        "pub_date": f"{topic.born_at:%Y-%m-%dT%H:%M:%S}",
        "publisher": "云州日报",
    }


SITE = Site(
    "kaopu",
    {("kaopu.news", "/"): _page, ("kaopustorage.blob.core.windows.net", "/news-prod/news_list_hans_0.json"): _file},
    verify,
    board=_BOARD,
    heats=False,
)
