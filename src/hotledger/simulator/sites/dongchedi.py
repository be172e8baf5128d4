"""Dongchedi's page of news: its list is only in the JSON that the page carries for its scripts."""

from __future__ import annotations

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import board

_BOARD = board("dongchedi", 30, pool="search", born_per_hour=3, floor=60_000, top=900_000)


def _news(scene: Scene) -> Answer:
    rows = [{"title": topic.title, "score": topic.heat, "gid_str": f"{topic.number}"} for topic in scene.topics(_BOARD)]
    props = {"pageProps": {"newsList": [{"title": "上市新闻"}], "hotSearchList": rows, "isSpider": False}, "__N_SSP": True}
    state = msgspec.json.encode({"props": props, "page": "/news/[category]", "query": {}, "buildId": "QnL0"}).decode()
    return as_html(f"""<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>汽车新闻_懂车帝</title></head><body>
<div id="__next"><main class="news_main"><h2>热搜榜</h2></main></div>
<script id="__NEXT_DATA__" type="application/json" crossorigin="anonymous">{state}</script></body></html>
""")


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成下列验证后继续访问：滑动验证")


SITE = Site("dongchedi", {("www.dongchedi.com", "/news"): _news}, _blocked, board=_BOARD)
