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
    return f"""<article class="story">
  <div class="story-meta"><span>3小时前</span><span>国际</span></div>
  <a href="/story/{topic.traits:016x}"><h2>{escape(topic.title)}</h2></a>
  <p>{escape(topic.title)}，多家媒体报道。</p>
  <div class="story-provenance">云州日报 · 海宁湾晚报</div>
</article>
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
