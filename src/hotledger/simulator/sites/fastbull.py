"""FastBull's page of flashes: rows in HTML whose address, id and time stand in data attributes."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("fastbull", 30, pool="search", born_per_hour=20)


def _page(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>7x24快讯 - 法布财经</title></head>\n"
        f'<body><div class="express_news_box"><div class="news_date">今日</div>\n{rows}</div></body></html>\n'
    )


def _row(topic: Topic) -> str:
    title = f"【{topic.title}】{topic.title}。" if topic.traits % 2 else topic.title
    at = int(topic.born_at.timestamp() * 1000)
    number = f"{4_000_000 + topic.number}_1_1"
    important = "content-important " if topic.traits % 3 == 0 else ""
    return f"""<div class="content-list news-list preview-content-list {important}day-list" data-date="{at}" data-id="{number}">
  <div class="flex_left"><div class="cont_shear"><div class="shear_box" data-title="{escape(title)}" data-href="/cn/fastshort/{number}">
    <a href="mailto:?subject={escape(title)}" class="mail shear_type" data-id="{number}" data-type="email"></a></div></div></div>
  <div class="flex_right"><div class="list-content only-text"><p class="content-text"> <span class="title_name">{escape(title)}</span></p>
    <div class="news-list-content clearfix"></div></div><div class="date-day" style="display:none" data-time="{at}"></div></div>
</div>
"""


SITE = Site("fastbull", {("www.fastbull.com", "/cn/express-news"): _page}, verify, board=_BOARD, heats=False)
