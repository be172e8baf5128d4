"""Douban's picked discussions: a page whose addresses carry a mark that changes with every request."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites import _douban
from hotledger.simulator.world import Topic, board

_BOARD = board("douban-group", 30, pool="social", born_per_hour=4, floor=10, top=900)


def _explore(scene: Scene) -> Answer:
    rows = "".join(_row(topic, scene.unix) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html lang='zh-CN'><head><meta charset='utf-8'><title>豆瓣小组 讨论精选</title></head>\n"
        f"<body><div id='content'><h1>讨论精选</h1><div class='grid-16-8 clearfix'><div class=\"article\"><div>{rows}</div></div>"
        "<div class='aside'><h2>值得加入的小组</h2></div></div></div></body></html>\n"
    )


def _row(topic: Topic, now: int) -> str:
    address = f"https://www.douban.com/group/topic/{480_000_000 + topic.number}/?_spm_id={now}"
    picture = f'<div class="pic"><div class="pic-wrap"><img src="https://image.invalid/{topic.traits:x}.webp"></div></div>'
    return f"""<div class="channel-item">
<div class="likes">{topic.heat}<br />赞</div>
<div class="bd">
<h3><a href="{escape(address)}">{escape(topic.title)}</a></h3>
<div class="block">{picture if topic.traits % 2 else ""}<p>{escape(topic.title)}，大家怎么看？</p></div>
<div class="source"><span class="from">来自<a href="https://www.douban.com/group/{topic.traits % 90_000}/">无用之用小组</a></span>
<span class="pubtime">今天10:58</span></div>
</div></div>
"""


SITE = Site("douban-group", {("www.douban.com", "/group/explore"): _explore}, _douban.robots, board=_BOARD)
