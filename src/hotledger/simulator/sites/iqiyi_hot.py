"""iQIYI's card of what is watched most: deep inside the answer, and refused without a number of the device."""

from __future__ import annotations

import re
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("iqiyi-hot", 30, pool="social", born_per_hour=0.5)


def _card(scene: Scene) -> Answer:
    if not re.fullmatch(r"[0-9a-f]{32}", scene.asked.query.get("device", "")):
        return as_json({"code": 1, "msg": "device is null", "items": []})
    rows = [_row(topic) for topic in scene.topics(_BOARD)][: whole(scene.asked.query.get("count"), 14)]
    video = {"basisDataUrls": "", "block_id": "hot_ranklist", "card_source": "", "links": [], "data": rows, "adverts": [], "config": []}
    return as_json({"code": 0, "items": [{"order": 1, "temp": {"id": 85}, "video": [video]}]})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "entity_id": 7_000_000_000_000_000 + topic.number,
        "title": topic.title,
        "display_name": topic.title,
        "page_url": f"https://www.iqiyi.com/v_{topic.number:x}.html",
        "desc": f"{topic.traits % 40 + 1}集全" if topic.traits % 3 else "",
        "description": "一部剧的简介",
        "tag": "古装 / 爱情" if topic.traits % 4 else None,
        "showDate": f"{topic.born_at:%Y-%m-%d}",
        "creator": [{"id": 1, "name": "江上客"}],
        "contributor": [],
        "back_image": f"https://image.invalid/{topic.traits:x}.jpg",
        "rank_prefix": "",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成滑动验证后继续访问")


SITE = Site("iqiyi-hot", {("mesh.if.iqiyi.com", "/portal/lw/v7/channel/card/videoTab"): _card}, _blocked, board=_BOARD, heats=False)
