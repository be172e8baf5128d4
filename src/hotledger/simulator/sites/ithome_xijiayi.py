"""IT之家喜加一: the page of a topic, its times inside small scripts."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("ithome-xijiayi", 50, pool="tech", born_per_hour=0.4, floor=3, top=1_400)


def _page(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>喜加一 - IT之家</title></head><body><div id='wrapper'>\n"
        f'<ul class="newslist">\n{rows}</ul>\n</div></body></html>\n'
    )


def _row(topic: Topic) -> str:
    number = 900_000 + topic.number
    address = f"https://www.ithome.com/{number // 1_000_000}/{number // 1000 % 1000:03}/{number % 1000:03}.htm"
    born = topic.born_at + timedelta(hours=8)
    time = f"jsDateDiff('{born.year}/{born.month}/{born.day} {born:%H:%M:%S}')"
    return (
        f'<li><div class="newspic"><a href="{address}"><img data-original="https://image.invalid/{number}.jpg"></a></div>\n'
        f'<div class="newsbody"><a href="{address}"><h2>{escape(topic.title)}</h2></a><p class="hidden-xs">虚构的描述。</p>\n'
        f'<div class="newsbottom"><span class="time"><script>{time}</script></span>'
        f'<span class="comment">{topic.heat}评论</span></div></div></li>\n'
    )


SITE = Site("ithome-xijiayi", {("www.ithome.com", "/zt/xijiayi"): _page}, verify, board=_BOARD)
