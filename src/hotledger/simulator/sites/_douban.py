"""What the simulated lists of Douban share: a work as its mobile API describes it, and what it says to those it takes for robots."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, as_html, as_json
from hotledger.simulator.world import Topic


def number(topic: Topic) -> str:
    """The id of a work."""
    return str(36_000_000 + topic.number)


def work(topic: Topic, votes: int) -> dict[str, Any]:
    """A work of the mobile API; what too few have rated has no rating."""
    rating = {"count": votes, "max": 10, "star_count": 3.5, "value": 5 + topic.traits % 45 / 10}
    return {
        "id": number(topic),
        "title": topic.title,
        "card_subtitle": "2026 / 中国大陆 / 剧情 喜剧 / 林间 / 小路 青屿",
        "rating": rating if topic.traits % 6 else rating | {"value": 0, "star_count": 0},
        "null_rating_reason": "" if topic.traits % 6 else "暂无评分",
        "pic": {"large": f"https://image.invalid/{topic.traits:x}.jpg", "normal": f"https://image.invalid/s/{topic.traits:x}.jpg"},
    }


def refusal(scene: Scene) -> Answer:
    """What the mobile API says to a request without the right Referer."""
    words = f"GET {scene.asked.path}"
    return as_json({"msg": "invalid_request_1284", "code": 1284, "request": words, "localized_message": ""}, status=400)


def robots(scene: Scene) -> Answer:
    """What a page says to those it takes for robots."""
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>豆瓣 - 登录跳转页</title></head>\n"
        "<body><p>有异常请求从你的 IP 发出，请登录使用豆瓣。</p></body></html>\n",
        status=403,
    )
