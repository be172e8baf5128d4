"""Kugou's page of charts: the songs of one chart in full, beside a list of links to the other charts."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("kugou", 22, pool="social", born_per_hour=0.5)
_CHARTS = (("酷狗飙升榜", 6666), ("酷狗TOP500", 8888), ("蜂鸟流行音乐榜", 59703))


def _chart(scene: Scene) -> Answer:
    rows = "".join(_row(place, topic) for place, topic in enumerate(scene.topics(_BOARD)))
    charts = "".join(
        f'<li><a title="{title}" href="https://www.kugou.com/yy/rank/home/1-{number}.html?from=rank"><span></span>{title}</a></li>'
        for title, number in _CHARTS
    )
    return as_html(f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"><title>酷狗飙升榜_排行榜_乐库频道_酷狗网</title></head>
<body><div class="pc_temp_main">
<div class="pc_temp_side"><div class="pc_rank_sidebar pc_rank_sidebar_first"><ul>{charts}</ul></div></div>
<div class="pc_temp_content"><div id="pc_temp_title" class="pc_temp_title"><h3>酷狗飙升榜</h3>
<span class="rank_update">{scene.at:%Y-%m-%d} 更新</span></div>
<div id="rankWrap"><div class="pc_temp_songlist  pc_rank_songlist_short"><ul>{rows}</ul></div></div></div></div>
<script>var global = {{page: '1', pagesize: '22', total: '100', rankid: '6666'}};</script></body></html>
""")


def _row(place: int, topic: Topic) -> str:
    song, title = f"s{topic.number:x}k", escape(topic.title)
    number = f"<strong>{place + 1}</strong>" if place < 3 else f"{place + 1}"
    badge = '<i class="pc_temp_icon_new" title="新入榜"></i>' if topic.traits % 3 == 0 else ""
    return f"""<li class=" " title="{title}" data-index="{place}" data-eid="{song}">
<span class="pc_temp_num">
    {number}
</span><span class="pc_temp_tips_l">{badge}</span>
<a href="https://www.kugou.com/mixsong/{song}.html" data-active="playDwn" class="pc_temp_songname" title="{title}">
    {title}
    <span style="color: #999;"> - {title[:2]}</span></a>
<span class="pc_temp_tips_r"><a href="javascript:;" data-active="play" class="pc_temp_btn_listen" title="播放">播放</a>
<span class="pc_temp_time">
    {2 + topic.traits % 4}:{topic.traits % 60:02}
</span></span></li>
"""


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "您的访问过于频繁，请完成滑动验证")


SITE = Site(
    "kugou",
    {("www.kugou.com", "/yy/html/rank.html"): _chart, ("www.kugou.com", "/yy/rank/home/1-6666.html"): _chart},
    _blocked,
    board=_BOARD,
    heats=False,
)
