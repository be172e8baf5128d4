"""Douyin: the web list, empty for a client that has not fetched a cookie first, the two preflights, and the two lists without cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import TEXT, Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic

COOKIE = "passport_csrf_token"
_LABELS = (0, 0, 0, 1, 3, 8)


def _preflight(scene: Scene) -> Answer:
    """Whatever is asked of the passport, the cookie is what clients come for."""
    token = f"{scene.unix * 7_919:032x}"
    cookies = tuple(
        ("Set-Cookie", f"{name}={token}; Path=/; Domain=douyin.com; Max-Age=5184000; Secure; SameSite=None")
        for name in (COOKIE, f"{COOKIE}_default")
    )
    if scene.asked.host == "login.douyin.com":
        return as_html("<!DOCTYPE html><html><head><title>抖音登录</title></head><body></body></html>")._replace(headers=cookies)
    return as_json({"data": {"guiding_strategy": []}, "message": "success"})._replace(headers=cookies)


def _web(scene: Scene) -> Answer:
    if COOKIE not in scene.asked.cookies:
        return Answer(b"", TEXT)
    return _list(scene)


def _list(scene: Scene) -> Answer:
    topics = scene.topics("douyin")
    beijing = scene.at + timedelta(hours=8)
    share = {"share_title": "我在看抖音热榜，发现最火的内容，赶快来看！", "share_url": "https://www.iesdouyin.com/share/billboard/?id=0"}
    data = {
        "active_time": f"{beijing:%Y-%m-%d %H:%M:%S}",
        "recommend_list": None,
        "share_info": share,
        "trending_desc": "实时上升热点",
        "trending_list": [_row(0, topic, rising=True) for topic in topics[-3:]],
        "word_list": [_row(place, topic) for place, topic in enumerate(topics, 1)],
    }
    extra = {"now": scene.unix * 1000, "fatal_item_ids": [], "logid": f"{scene.unix:032d}"}
    return as_json({"data": data, "extra": extra, "log_pb": {"impr_id": f"{scene.unix:032d}"}, "status_code": 0})


def _row(place: int, topic: Topic, *, rising: bool = False) -> dict[str, Any]:
    cover = f"tos-cn-p-0015/{topic.traits:016x}"
    row: dict[str, Any] = {
        "article_detail_count": 0,
        "aweme_infos": None,
        "can_extend_detail": False,
        "discuss_video_count": 1,
        "display_style": 0,
        "drift_info": None,
        "event_time": int(topic.born_at.timestamp()),
        "group_id": str(7_600_000_000_000_000_000 + topic.number),
        "hotlist_param": '{"version":1}',
        "label": _LABELS[topic.traits % len(_LABELS)],
        "related_words": None,
        "sentence_id": str(2_000_000 + topic.number),
        "sentence_tag": topic.traits % 22 * 1000,
        "video_count": topic.traits % 9 + 1,
        "word": f"{topic.title}追踪" if rising else topic.title,
        "word_cover": {"uri": cover, "url_list": [f"https://image.invalid/{cover}~noop.jpeg?x-expires=1"]},
        "word_sub_board": None,
        "word_type": 3 if rising else 1,
    }
    return row if rising else row | {"hot_value": topic.heat, "position": place}


def _billboard(scene: Scene) -> Answer:
    def row(place: int, topic: Topic) -> dict[str, Any]:
        return {"word": topic.title, "hot_value": topic.heat, "label": _LABELS[topic.traits % len(_LABELS)], "position": place}

    rows = [row(place, topic) for place, topic in enumerate(scene.topics("douyin"), 1)]
    return as_json({"status_code": 0, "active_time": str(scene.unix), "word_list": rows})


def _blocked(scene: Scene) -> Answer:
    return Answer(b"blocked", TEXT)


SITE = Site(
    "douyin",
    {
        ("www.douyin.com", "/aweme/v1/web/hot/search/list/"): _web,
        ("aweme.snssdk.com", "/aweme/v1/hot/search/list/"): _list,
        ("www.iesdouyin.com", "/web/api/v2/hotsearch/billboard/word/"): _billboard,
    },
    _blocked,
    {
        ("login.douyin.com", "/"): _preflight,
        ("www.douyin.com", "/passport/general/login_guiding_strategy/"): _preflight,
    },
)
