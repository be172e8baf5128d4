"""Tieba's hot topics, whose addresses are escaped for HTML inside the JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic

_TAGS = (0, 0, 0, 1, 2)


def _topics(scene: Scene) -> Answer:
    rows = [_row(place, topic) for place, topic in enumerate(scene.topics("tieba"), 1)]
    data = {
        "bang_topic": {"module_title": "热议话题", "topic_list": rows},
        "manual_topic": {"module_title": "", "topic_list": []},
        "sug_topic": {"module_title": "", "topic_list": []},
        "timestamp": scene.unix * 1000,
    }
    return as_json({"errno": 0, "errmsg": "success", "data": data})


def _row(place: int, topic: Topic) -> dict[str, Any]:
    number = 28_000_000 + topic.number
    return {
        "topic_id": number,
        "topic_name": topic.title,
        "topic_desc": f"{topic.title}，吧友怎么看？",
        "abstract": "",
        "topic_pic": f"https://image.invalid/forum/{topic.traits:016x}.jpg?tbpicau=1",
        "topic_url": f"https://tieba.baidu.com/hottopic/browse/hottopic?topic_id={number}&amp;topic_name={quote(topic.title)}",
        "create_time": int(topic.born_at.timestamp()),
        "idx_num": place,
        "discuss_num": topic.heat,
        "content_num": topic.traits % 40,
        "tag": _TAGS[topic.traits % len(_TAGS)],
        "is_video_topic": "0",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("百度安全验证", "网络不给力，请稍后重试。wappass.baidu.com/static/captcha")


SITE = Site("tieba", {("tieba.baidu.com", "/hottopic/browse/topicList"): _topics}, _blocked)
