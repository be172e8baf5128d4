"""Gelonghui's page of news: rows in HTML, with their time in words."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("gelonghui", 20, pool="search", born_per_hour=8)


def _page(scene: Scene) -> Answer:
    rows = "".join(_row(scene, topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>最新事件-格隆汇</title></head>\n"
        f'<body><div class="article-list">\n{rows}</div></body></html>\n'
    )


def _row(scene: Scene, topic: Topic) -> str:
    minutes = int((scene.at - topic.born_at).total_seconds() // 60)
    time = f"{minutes}分钟前" if minutes < 60 else f"{minutes // 60}小时前"
    path = f"/news/{5_000_000 + topic.number}"
    return f"""<section class="article-content" data-v-64e3261e="">
  <a href="{path}" target="_blank" class="detail-left"><img src="https://image.invalid/{topic.traits:x}.png"></a>
  <section class="detail-right"><a href="{path}" target="_blank"><h2>{escape(topic.title)}</h2> <summary>摘要</summary></a>
    <section class="time-stock"><!----> <p class="time"><span>A股异动</span> <span>|</span> <span>{time}</span></p></section></section>
</section>
"""


SITE = Site("gelonghui", {("www.gelonghui.com", "/news/"): _page}, verify, board=_BOARD, heats=False)
