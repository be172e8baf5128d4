"""Bilibili's hot search words, without the usual envelope of its API."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites._bilibili import ok, refusal
from hotledger.simulator.world import BOARDS, Topic

_BOARD = BOARDS["bilibili-hotword"]._replace(name="bilibili-hotword", pool="bilibili-hotword")
_WORD_TYPES = (8, 8, 8, 5, 4, 9)


def _hotword(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 10)]
    rows = [_word(place, topic) for place, topic in enumerate(topics, 1)]
    return as_json(
        {
            "exp_str": "8104#8200",
            "code": 0,
            "seid": str(scene.unix * 7919),
            "timestamp": scene.unix,
            "message": "success",
            "list": rows,
            "top_list": [],
            "total_count": len(rows),
        }
    )


def _word(place: int, topic: Topic) -> dict[str, Any]:
    return {
        "status": "",
        "hot_id": 270_000 + topic.number % 90_000,
        "keyword": topic.title,
        "resource_id": 0,
        "goto_type": 0,
        "res": [],
        "show_name": topic.title,
        "pos": place,
        "word_type": _WORD_TYPES[topic.traits % len(_WORD_TYPES)],
        "id": place,
        "goto_value": "",
        "live_id": [],
        "name_type": "",
        "icon": "",
        "heat_score": topic.heat,
    }


def _app(scene: Scene) -> Answer:
    """The same words in the app: paid ones among them, and no heat."""
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 10)]
    words = [(topic.title, 270_000 + topic.number % 90_000, "0") for topic in topics]
    for place, title in enumerate(scene.world.ads("bilibili-hot-search", scene.at) if topics else ()):
        words.insert(3 + 5 * place, (title, 9_000 + place, "1"))
    return ok({"trackid": str(scene.unix * 7919), "list": [_app_word(place, *word) for place, word in enumerate(words, 1)]})


def _app_word(place: int, title: str, known: int, commercial: str) -> dict[str, Any]:
    icon = "http://image.invalid/hot.png" if place < 4 else ""
    return {
        "position": place,
        "keyword": title,
        "show_name": title,
        "word_type": 5,
        "icon": icon,
        "hot_id": known,
        "is_commercial": commercial,
    }


SITE = Site(
    "bilibili-hot-search",
    {("s.search.bilibili.com", "/main/hotword"): _hotword, ("app.bilibili.com", "/x/v2/search/trending/ranking"): _app},
    refusal,
    board=_BOARD,
)
