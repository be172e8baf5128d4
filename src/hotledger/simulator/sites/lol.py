"""The notices of League of Legends: numbers as text, times in Beijing, and some notices that are pages of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("lol", 30, pool="video", born_per_hour=0.5)


def _notices(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)][: whole(scene.asked.query.get("num"), 10)]
    return as_json({"status": 0, "msg": "OK", "data": {"resultTotal": "1840", "resultNum": len(rows), "result": rows}})


def _row(topic: Topic) -> dict[str, Any]:
    born_at = f"{topic.born_at + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    return {
        "iDocID": str(6_592_380_987_328_000_000 + topic.number),
        "sTitle": topic.title,
        "sIMG": f"//image.invalid/{topic.traits:x}.png",
        "sAuthor": "英雄联盟运营团队",
        "iTotalPlay": str(topic.traits % 90_000),
        "sCreated": born_at,
        "sIdxTime": born_at,
        "sRedirectURL": f"https://lol.qq.com/gicp/news/410/{topic.number}.html" if topic.traits % 5 == 0 else "",
        "sTagIds": "1934",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "请完成安全验证后继续访问")


SITE = Site("lol", {("apps.game.qq.com", "/cmc/zmMcnTargetContentList"): _notices}, _blocked, board=_BOARD, heats=False)
