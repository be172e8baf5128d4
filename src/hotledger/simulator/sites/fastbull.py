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
    return f"""<div class="news-list" data-id="{topic.number}" data-date="{at}">
  <div class="left"><span class="new_time" data-time="{at}">10:00</span></div>
  <div class="content" data-href="/cn/express-news/{topic.number}"><span class="title_name">{escape(title)}</span></div>
</div>
"""


SITE = Site("fastbull", {("www.fastbull.com", "/cn/express-news"): _page}, verify, board=_BOARD, heats=False)
