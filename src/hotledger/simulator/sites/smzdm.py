"""SMZDM's articles of the day: a list with counts as texts, and the page, which shows none."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json, captcha
from hotledger.simulator.sites._news import beijing
from hotledger.simulator.world import Topic, board

_BOARD = board("smzdm", 20, pool="social", born_per_hour=2, floor=10, top=900)


def _list(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    rows: list[dict[str, Any] | list[Any]] = [_row(topic) for topic in topics]
    if topics:
        rows.insert(1, [])  # An article that was taken away.
    return as_json({"error_code": 0, "error_msg": "", "data": rows, "total": len(rows)})


def _row(topic: Topic) -> dict[str, Any]:
    return {
        "article_id": str(90_000_000 + topic.number),
        "title": escape(topic.title),
        "content": f"{topic.title}，写给和我一样纠结的人。",
        "pic_url": f"https://image.invalid/{topic.traits:x}.jpg_e600.jpg",
        "nickname": "爱比价的猫",
        "collection_count": str(topic.heat),
        "comment_count": str(topic.heat // 4),
        "up_count": str(topic.heat // 3),
        "publish_time": beijing(topic.born_at),
        "time_sort": int(topic.born_at.timestamp()),
        "article_url": _address(topic),
        "jump_link": _address(topic),
        "channel_name": "好文",
        "tag": [],
    }


def _page(scene: Scene) -> Answer:
    rows = "".join(
        f'<li class="feed-row-wide"><h5 class="z-feed-title"><a href="{_address(topic)}">{escape(topic.title)}</a></h5></li>\n'
        for topic in scene.topics(_BOARD)
    )
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>今日热门文章_什么值得买</title></head>\n"
        f'<body><div class="feed-main-con"><ul id="feed-main-list">{rows}</ul></div></body></html>\n'
    )


def _address(topic: Topic) -> str:
    return f"https://post.smzdm.com/p/a{topic.number:x}m/"


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "请完成验证后继续访问")


SITE = Site("smzdm", {("post.smzdm.com", "/rank/json_more/"): _list, ("post.smzdm.com", "/hot_1/"): _page}, _blocked, board=_BOARD)
