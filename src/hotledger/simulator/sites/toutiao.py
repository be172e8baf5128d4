"""Toutiao's hot board: heat as text, ids above 2^53, and addresses that change with every call."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic

_LABELS = (("", None), ("", None), ("hot", "热门事件"), ("new", "新事件"), ("interpretation", "解读"))
_CATEGORIES = (["sports"], ["society"], ["finance"], ["health"], None)


def _board(scene: Scene) -> Answer:
    topics = scene.topics("toutiao")
    impression = f"{scene.at:%Y%m%d%H%M%S}FA3D3EB88E4930BA67"
    title = scene.world.pinned("toutiao", scene.at)
    pin = {"Id": 3195, "Title": title, "Url": "https://www.toutiao.com/article/7530836776320057896/", "Schema": "sslocal://detail"}
    return as_json(
        {
            "data": [_row(rank, topic, impression) for rank, topic in enumerate(topics, 1)],
            "fixed_top_data": [pin] if topics else [],
            "fixed_top_style": "0",
            "impr_id": impression,
            "status": "success",
        }
    )


def _row(rank: int, topic: Topic, impression: str) -> dict[str, Any]:
    cluster = 7_500_000_000_000_000_000 + topic.number * 1_000_000_007
    label, meaning = _LABELS[topic.traits % len(_LABELS)]
    category = _CATEGORIES[topic.traits // 5 % len(_CATEGORIES)]
    badge = {
        "uri": f"badge/{label}",
        "url": f"https://badge.invalid/{label}.png",
        "width": 48,
        "height": 48,
        "url_list": [],
        "image_type": 1,
    }
    row: dict[str, Any] = {
        "ClusterId": cluster,
        "Title": topic.title,
        "LabelUrl": f"https://badge.invalid/{label}.png",
        "Label": label,
        "Url": f"https://www.toutiao.com/trending/{cluster}/?category_name=topic_innerflow&event_type=hot_board&rank={rank}&impr_id={impression}",
        "HotValue": str(topic.heat),
        "Schema": "",
        "LabelUri": badge,
        "ClusterIdStr": str(cluster),
        "ClusterType": 6,
        "QueryWord": topic.title,
        "Image": {
            "uri": f"{topic.traits:x}",
            "url": f"https://image.invalid/{topic.traits:x}.jpeg?x-expires=1",
            "width": 320,
            "height": 180,
        },
    }
    return row | ({"LabelDesc": meaning} if meaning else {}) | ({"InterestCategory": category} if category else {})


def _blocked(scene: Scene) -> Answer:
    return captcha("安全验证", "请完成下列验证后继续访问：滑动验证")


SITE = Site("toutiao", {("www.toutiao.com", "/hot-event/hot-board/"): _board}, _blocked)
