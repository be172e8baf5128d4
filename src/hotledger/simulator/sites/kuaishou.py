"""Kuaishou's home page: the hot topics inside the state of the page, the pinned one first and without heat, and a script behind it."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("kuaishou", 50, pool="video", born_per_hour=10, floor=1_000_000, top=14_000_000, unit=1_000)
_ICON = "https://image.invalid/udata/pkg/rank_tag_new3x.png"
_LIST = '$ROOT_QUERY.visionHotRank({"page":"home"})'
_BEHIND = "(function(){var s;(s=document.currentScript).parentNode.removeChild(s);}());"


def _home(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    rows = [_row(rank, topic.title, f"{topic.heat / 10_000:.1f}万", _tag(topic), topic.traits) for rank, topic in enumerate(topics, 1)]
    if topics:
        rows.insert(0, _row(0, scene.world.pinned("kuaishou", scene.at), None, "置顶", 1))
    references = [{"type": "id", "generated": False, "id": _key(row), "typename": "VisionHotRankItem"} for row in rows]
    state = {
        "ROOT_QUERY": {'visionHotRank({"page":"home"})': {"type": "id", "generated": True, "id": _LIST, "typename": "VisionHotRankResult"}},
        "$ROOT_QUERY.visionConfig.coronaTabs.0": {"tabId": 0, "name": "推荐", "selected": True, "__typename": "VisionTab"},
        _LIST: {
            "result": 1,
            "pcursor": "no_more",
            "webPageArea": "homexxunknown",
            "items": references,
            "__typename": "VisionHotRankResult",
        },
        **{_key(row): row for row in rows},
    }
    written = msgspec.json.encode({"defaultClient": state, "clients": {}}).decode().replace("/", "\\u002F")
    return as_html(
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>快手</title></head>\n<body><div id="app"></div>\n'
        f"<script>window.__APOLLO_STATE__={written};{_BEHIND}</script></body></html>\n"
    )


def _key(row: dict[str, Any]) -> str:
    return f"VisionHotRankItem:{row['id']}"


def _tag(topic: Topic) -> str | None:
    return ("热", "新", None, None)[topic.traits % 4]


def _row(rank: int, name: str, heat: str | None, tag: str | None, traits: int) -> dict[str, Any]:
    return {
        "rank": rank,
        "id": name,
        "name": name,
        "viewCount": None,
        "hotValue": heat,
        "iconUrl": _ICON if tag else None,
        "poster": f"http://image.invalid/upic/{traits:x}.jpg?tag=1-unknown-0&type=hot",
        "tagType": tag,
        "photoIds": {"type": "json", "json": [f"3x{traits:x}", f"3y{traits:x}"]},
        "__typename": "VisionHotRankItem",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成滑动验证后继续访问")


SITE = Site("kuaishou", {("www.kuaishou.com", "/"): _home}, _blocked, board=_BOARD)
