"""WeRead's rising books: each with its facts apart from its readers."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("weread", 20, pool="questions", born_per_hour=0.3, floor=40, top=90_000)


def _rising(scene: Scene) -> Answer:
    rows = [_row(place, topic) for place, topic in enumerate(scene.topics(_BOARD), 1)]
    return as_json({"books": rows, "hasMore": 1, "synckey": scene.unix, "totalCount": 200})


def _row(place: int, topic: Topic) -> dict[str, Any]:
    own = topic.traits % 5 == 0
    book = {
        "bookId": f"CB_{topic.traits:x}" if own else str(3_300_000_000 + topic.number),
        "title": topic.title,
        "author": "林间小路",
        "cover": f"https://image.invalid/weread/cover/{topic.traits:x}/s_{topic.number}.jpg",
        "intro": f"{topic.title}。一本写给大家的书。",
        "category": ("个人成长-情绪心灵", "精品小说-社会小说", "")[topic.traits % 3],
        "format": "epub",
        "publishTime": "2026-01-01 00:00:00",
        "newRating": topic.traits % 1000,
    }
    return {"bookInfo": book, "readingCount": topic.heat, "searchIdx": place, "type": 0}


def _blocked(scene: Scene) -> Answer:
    return as_json({"errCode": -2012, "errMsg": "登录超时"}, status=401)


SITE = Site("weread", {("weread.qq.com", "/web/bookListInCategory/rising"): _rising}, _blocked, board=_BOARD)
