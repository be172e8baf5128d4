"""Douban's chart of new films: a table with a poster, names in several languages, and the number of ratings in words."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites import _douban
from hotledger.simulator.world import Topic, board

_BOARD = board("douban-movie", 10, pool="video", born_per_hour=0.1, floor=500, top=300_000)


def _chart(scene: Scene) -> Answer:
    rows = "".join(f"<table width='100%'><tr class=\"item\">{_row(topic)}</tr></table>" for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html lang='zh-CN'><head><meta charset='utf-8'><title>豆瓣电影排行榜</title></head>\n"
        f"<body><div id='content'><h1>豆瓣电影排行榜</h1><div class=\"article\"><h2>豆瓣新片榜</h2><div class='indent'>{rows}</div></div>"
        "<div class='aside'><ul id='listCont2'><li class='clearfix'><a href='https://movie.douban.com/subject/1/'>一周口碑榜</a></li></ul>"
        "</div></div></body></html>\n"
    )


def _row(topic: Topic) -> str:
    address, title = f"https://movie.douban.com/subject/{_douban.number(topic)}/", escape(topic.title)
    return f"""
<td width="100" valign="top"><a class="nbg" href="{address}" title="{title}"><img src="https://image.invalid/{topic.traits:x}.webp"></a></td>
<td valign="top"><div class="pl2"><a href="{address}" class="">
{title}
/ <span style="font-size:13px;">Made-up Film</span></a>
<p class="pl">2026-05-01(中国大陆) / 林间 / 小路 / 中国大陆</p>
<div class="star clearfix"><span class="allstar40"></span><span class="rating_nums">{5 + topic.traits % 45 / 10:.1f}</span>
<span class="pl">({topic.heat}人评价)</span></div></div></td>
"""


SITE = Site("douban-movie", {("movie.douban.com", "/chart"): _chart}, _douban.robots, board=_BOARD)
