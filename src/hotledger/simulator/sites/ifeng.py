"""Ifeng's front page: its state in a script, with the hot news as one of many boxes, and more script behind it."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("ifeng", 20, pool="news", born_per_hour=4)


def _front(scene: Scene) -> Answer:
    state = {"nav": [{"title": "资讯"}], "hotNews1": [_row(topic) for topic in scene.topics(_BOARD)], "hotNews2": None}
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>手机凤凰网</title></head>\n<body><div id='root'></div>\n"
        f"<script>\nvar allData = {msgspec.json.encode(state).decode()};\nvar adData = {{}};\n</script></body></html>\n"
    )


def _row(topic: Topic) -> dict[str, Any]:
    scheme = "" if topic.traits % 3 == 0 else "https:"
    return {
        "id": f"{topic.number}",
        "url": f"{scheme}//news.ifeng.com/c/8{topic.traits % 36**6:x}",
        "title": topic.title,
        "newsTime": beijing(topic.born_at) if topic.traits % 4 == 0 else None,
        "thumbnails": {"count": 0, "image": []},
    }


SITE = Site("ifeng", {("www.ifeng.com", "/"): _front}, verify, board=_BOARD, heats=False)
