"""Hupu's Walking Street in three shapes: a topic of the mobile site, the mobile page of the street, and the desktop's page of the day."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("hupu", 24, pool="forum", born_per_hour=6, floor=20, top=3_000)
_PIN = 600_000_001
_ICON = "https://image.invalid/newsPost/22713.png"


def _topic(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    threads = [_thread(topic) | {"username": _author(topic), "url": f"https://m.hupu.com/bbs/{_number(topic)}.html"} for topic in topics]
    data = {"topicThreads": threads, "nextPage": True, "nextCursor": "1_0", "topic": {"topicId": 1, "topicName": "步行街主干道"}}
    return as_json({"code": 1, "msg": "success", "data": data})


def _street(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    rows = [_thread(topic) for topic in topics]
    if topics:
        pin = {"tid": _PIN, "title": scene.world.pinned("hupu", scene.at), "replies": 3, "topThread": True}
        rows.insert(0, _thread(topics[0]) | pin)
    return as_json({"threadList": rows})


def _thread(topic: Topic) -> dict[str, Any]:
    number = _number(topic)
    row: dict[str, Any] = {
        "fid": 34,
        "topicIcon": _ICON,
        "title": topic.title,
        "userName": _author(topic),
        "shareNum": topic.traits % 200,
        "jumpUrl": f"huputiyu://bbs/topic/{number}?entrance=1",
        "tid": number,
        "videoThread": False,
        "topicId": 1,
        "puid": topic.traits % 90_000_000,
        "recommendCount": topic.traits % 400,
        "replies": topic.heat,
        "picList": [],
        "topicName": "步行街主干道",
        "time": f"{topic.born_at + timedelta(hours=8):%m-%d}",
        "topThread": False,
        "contentType": 1,
        "userHeader": "https://image.invalid/user/default/tiger2.png",
    }
    lights = {
        "replyUserName": "山里的鼓手",
        "totalCount": topic.heat // 3,
        "content": "写得真好",
        "tid": number,
        "lightCount": topic.heat // 9,
    }
    return row | ({"lightReplyResult": lights} if topic.traits % 4 else {})


def _page(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>步行街热帖-虎扑社区</title></head>\n<body>"
        '<div class="bbs-sl-web-post"><div class="bbs-sl-web-post-head"><span>标题</span><span>回复/浏览</span></div>\n'
        f'<ul class="bbs-sl-web-post-body-list">{rows}</ul></div></body></html>\n'
    )


def _row(topic: Topic) -> str:
    time = f"{topic.born_at + timedelta(hours=8):%m-%d %H:%M}"
    return f"""<li class="bbs-sl-web-post-body"><div class="bbs-sl-web-post-layout">
<div class="post-title"><a href="/{_number(topic)}.html" target="_blank" class="p-title">{escape(topic.title)}</a></div>
<div class="post-datum">{topic.heat} / {topic.heat * 630}</div>
<div class="post-auth"><a href="https://my.hupu.com/{topic.traits % 90_000_000}">{_author(topic)}</a></div>
<div class="post-time">{time}</div>
</div></li>
"""


def _number(topic: Topic) -> int:
    return 642_000_000 + topic.number


def _author(topic: Topic) -> str:
    return f"街友{topic.traits % 9_000}"


def _blocked(scene: Scene) -> Answer:
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><meta name='aliyun_waf_aa' content='1'></head>\n"
        "<body><p>访问验证</p></body></html>\n"
    )


SITE = Site(
    "hupu",
    {
        ("m.hupu.com", "/api/v2/bbs/topicThreads"): _topic,
        ("m.hupu.com", "/api/v2/bbs/walkingStreet/threads"): _street,
        ("bbs.hupu.com", "/topic-daily-hot"): _page,
    },
    _blocked,
    board=_BOARD,
)
