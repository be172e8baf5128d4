"""HelloGitHub: the same page of chosen projects on two hosts."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("hellogithub", 20, pool="tech", born_per_hour=0.5, floor=40, top=7_000)
_LANGUAGES = ("Python", "Rust", "Go", "TypeScript", None)


def _page(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"success": True, "page": 1, "data": rows, "has_more": bool(rows)})


def _row(topic: Topic) -> dict[str, Any]:
    name = f"tool-{topic.traits % 9999}"
    return {
        "item_id": md5(str(topic.number).encode(), usedforsecurity=False).hexdigest(),
        "author": "made-up",
        "author_avatar": f"https://image.invalid/{topic.traits:x}.png",
        "title": topic.title,
        "title_en": "A made-up project",
        "name": name,
        "full_name": f"made-up/{name}",
        "summary": "虚构的简介。",
        "is_hot": topic.traits % 2 == 0,
        "primary_lang": _LANGUAGES[topic.traits % len(_LANGUAGES)],
        "clicks_total": topic.heat,
        "comment_total": topic.traits % 5,
        "updated_at": beijing(topic.born_at).replace(" ", "T"),
    }


SITE = Site("hellogithub", {("abroad.hellogithub.com", "/v1/"): _page, ("api.hellogithub.com", "/v1/"): _page}, verify, board=_BOARD)
