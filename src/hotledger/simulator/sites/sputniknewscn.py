"""Sputnik's widget: a piece of a page with the ribbon of the newest articles."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("sputniknewscn", 20, pool="news", born_per_hour=6)


def _widget(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(f'<div class="lenta">\n{rows}</div>\n')


def _row(topic: Topic) -> str:
    path = f"/{topic.born_at:%Y%m%d}/{1_060_000_000 + topic.number}.html"
    date = f'<span class="lenta__item-date " data-unixtime="{int(topic.born_at.timestamp())}"><span class="date">14:50</span></span>'
    text = f'{date}<span class="lenta__item-text ">{escape(topic.title)} </span>'
    return f'<div class="lenta__item "><a href="{path}" class="lenta__item-size"><span>{text}</span></a></div>\n'


SITE = Site("sputniknewscn", {("sputniknews.cn", "/services/widget/lenta/"): _widget}, verify, board=_BOARD, heats=False)
