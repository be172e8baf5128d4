"""Wallstreetcn: the hot articles of the day beside those of the week, under a code of success that is neither 0 nor 200."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import verify
from hotledger.simulator.world import Topic, board

_BOARD = board("wallstreetcn", 10, pool="search", born_per_hour=1, floor=40_000, top=400_000)


def _hot(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 20_000, "message": "OK", "data": {"day_items": rows, "week_items": rows[::-1], "offline_ids": [3_744_493]}})


def _row(topic: Topic) -> dict[str, Any]:
    number = 3_700_000 + topic.number
    return {
        "id": number,
        "title": topic.title,
        "display_time": int(topic.born_at.timestamp()),
        "uri": f"https://wallstreetcn.com/articles/{number}",
        "pageviews": topic.heat,
        "comment_count": topic.traits % 30,
        "source_uri": "",
    }


_PATH = "/apiv1/content/articles/hot"
SITE = Site("wallstreetcn", {("api-one.wallstcn.com", _PATH): _hot, ("api-prod.wallstreetcn.com", _PATH): _hot}, verify, board=_BOARD)
