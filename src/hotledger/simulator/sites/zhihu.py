"""Zhihu's hot list in its two row forms; the old address of the web answers that it wants a login, as it has since 2025-05."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.world import Topic

_FIRST_ID = 1_900_000_000_000_000_000
_SPREAD = 941_083_987_331
_LANTERN = {
    "type": "billboard_lantern",
    "data": [{"id": "1", "link_url": "https://www.zhihu.com/special/1", "title": "辟谣专区", "source_type": 0}],
}


def _mobile(scene: Scene) -> Answer:
    return _feed(scene, _mobile_row)


def _web(scene: Scene) -> Answer:
    return _feed(scene, _area_row)


def _feed(scene: Scene, row: Any) -> Answer:
    topics = scene.topics("zhihu")[: whole(scene.asked.query.get("limit"), 10)]
    paging = {"is_end": True, "is_start": False, "next": "", "previous": "", "totals": 0}
    return as_json(
        {
            "data": [_envelope(place, topic, scene) | row(topic) for place, topic in enumerate(topics)],
            "paging": paging,
            "fresh_text": "热榜已更新",
            "display_num": 15,
            "display_first": False,
            "fb_bill_main_rise": 0,
            "head_zone": _LANTERN,
            "head_zones": [_LANTERN],
        }
    )


def _envelope(place: int, topic: Topic, scene: Scene) -> dict[str, Any]:
    card = f"Q_{_question(topic)}"
    return {
        "type": "hot_list_feed",
        "style_type": "1",
        "id": f"{place}_{scene.at.timestamp():.6f}",
        "card_id": card,
        "attached_info": "CkoI",
    }


def _mobile_row(topic: Topic) -> dict[str, Any]:
    author = {
        "type": "people",
        "user_type": "people",
        "id": "0",
        "url_token": "",
        "url": "",
        "name": "用户",
        "headline": "",
        "avatar_url": "",
    }
    target = {
        "id": _question(topic),
        "title": topic.title,
        "url": f"https://api.zhihu.com/questions/{_question(topic)}",
        "type": "question",
        "created": int(topic.born_at.timestamp()),
        "answer_count": topic.traits % 700,
        "follower_count": topic.traits % 1900,
        "author": author,
        "bound_topic_ids": [2566, 13869],
        "comment_count": 0,
        "is_following": False,
        "excerpt": _excerpt(topic),
    }
    children = [{"type": "answer", "thumbnail": f"https://image.invalid/v2-{topic.traits:016x}.png"}]
    return {"target": target, "detail_text": _heat(topic), "trend": 0, "debut": False, "children": children}


def _area_row(topic: Topic) -> dict[str, Any]:
    target = {
        "title_area": {"text": topic.title},
        "excerpt_area": {"text": _excerpt(topic)},
        "image_area": {"url": f"https://image.invalid/v2-{topic.traits:016x}.png"},
        "metrics_area": {"text": _heat(topic), "font_color": "", "background": "", "weight": ""},
        "label_area": {"type": "trend", "trend": 0, "night_color": "#B7302D", "normal_color": "#F1403C"},
        "link": {"url": f"https://www.zhihu.com/question/{_question(topic)}"},
    }
    return {"feed_specific": {"answer_count": topic.traits % 700}, "target": target}


def _question(topic: Topic) -> int:
    return _FIRST_ID + topic.number * _SPREAD


def _heat(topic: Topic) -> str:
    return f"{topic.heat // 10_000} 万热度"


def _excerpt(topic: Topic) -> str:
    return "" if topic.traits % 5 == 0 else f"题主想问：{topic.title}欢迎有经验的朋友谈谈。"


def _blocked(scene: Scene) -> Answer:
    error = {"code": 101, "name": "AuthenticationException", "message": "身份未经过验证", "need_login": True}
    return as_json({"error": error}, status=401)


SITE = Site(
    "zhihu",
    {
        ("api.zhihu.com", "/topstory/hot-lists/total"): _mobile,
        ("api.zhihu.com", "/topstory/hot-list"): _mobile,
        ("www.zhihu.com", "/api/v3/feed/topstory/hot-list-web"): _web,
        ("www.zhihu.com", "/api/v3/feed/topstory/hot-lists/total"): _blocked,
    },
    _blocked,
)
