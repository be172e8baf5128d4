"""AcFun's ranking: videos, some of them articles, with text that is escaped as for HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("acfun", 30, pool="video", born_per_hour=2, floor=90, top=9_000)
_CHANNELS = ((60, "娱乐"), (201, "生活日常"), (59, "主机单机"), (70, "科技制造"), (63, "文章综合"))


def _ranking(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)][: whole(scene.asked.query.get("rankLimit"), 10)]
    return as_json({"result": 0, "rankList": rows, "host-name": "hb2-acfun-kce-node85.invalid"})


def _row(topic: Topic) -> dict[str, Any]:
    channel, name = _CHANNELS[topic.traits % len(_CHANNELS)]
    return {
        "dougaId": str(48_000_000 + topic.number),
        "contentId": 48_000_000 + topic.number,
        "contentType": 3 if channel == 63 else 2,
        "contentTitle": escape(topic.title, quote=False),
        "contentDesc": "" if topic.traits % 4 == 0 else f"{escape(topic.title)} 的简介",
        "coverUrl": f"https://image.invalid/{topic.traits:x}.jpeg?imageslim",
        "channelId": channel,
        "channelName": name,
        "contributeTime": int(topic.born_at.timestamp() * 1000),
        "duration": "3:47",
        "likeCount": topic.heat,
        "viewCount": topic.heat * 31,
        "danmuCount": topic.heat // 9,
        "commentCount": topic.heat // 7,
        "bananaCount": topic.heat // 3,
        "fansCount": topic.traits % 90_000,
        "userId": topic.traits % 9_000_000,
        "userName": "云边的录音机",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "您的访问过于频繁，请完成安全验证")


SITE = Site("acfun", {("www.acfun.cn", "/rest/pc-direct/rank/channel"): _ranking}, _blocked, board=_BOARD)
