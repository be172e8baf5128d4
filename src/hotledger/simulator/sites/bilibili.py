"""Bilibili: the ranking (new and old form), the popular videos, and the hot search words (a board of its own)."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.world import Topic

_ALPHABET = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"
_WORD_TYPES = (8, 8, 8, 5, 4, 9)


def _ranking(scene: Scene) -> Answer:
    rows = [_video(topic) | {"score": 0} for topic in scene.topics("bilibili")]
    return _ok({"note": "根据稿件内容质量、近期的数据综合展示，动态更新", "list": rows})


def _old_ranking(scene: Scene) -> Answer:
    return _ok({"note": "统计所有投稿在 3 天内的数据综合得分", "list": [_old_video(topic) for topic in scene.topics("bilibili")]})


def _popular(scene: Scene) -> Answer:
    query = scene.asked.query
    size = min(whole(query.get("ps"), 20), 50)
    start = (whole(query.get("pn"), 1) - 1) * size
    topics = scene.topics("bilibili")
    page = [_video(topic) | {"rcmd_reason": {"content": "百万播放", "corner_mark": 0}} for topic in topics[start : start + size]]
    return _ok({"list": page, "no_more": start + size >= len(topics)})


def _hotword(scene: Scene) -> Answer:
    topics = scene.topics("bilibili-hotword")[: whole(scene.asked.query.get("limit"), 10)]
    rows = [_word(place, topic) for place, topic in enumerate(topics, 1)]
    return as_json(
        {
            "exp_str": "8104#8200",
            "code": 0,
            "seid": str(scene.unix * 7919),
            "timestamp": scene.unix,
            "message": "success",
            "list": rows,
            "top_list": [],
            "total_count": len(rows),
        }
    )


def _ok(data: dict[str, Any]) -> Answer:
    return as_json({"code": 0, "message": "OK", "ttl": 1, "data": data})


def _video(topic: Topic) -> dict[str, Any]:
    created = int(topic.born_at.timestamp())
    bvid = _bvid(topic)
    owner = {"mid": topic.traits % 400_000_000, "name": _author(topic), "face": "https://image.invalid/face.jpg"}
    return {
        "aid": _aid(topic),
        "videos": 1,
        "tid": 250,
        "tname": "综合",
        "copyright": 1,
        "pic": f"http://image.invalid/bfs/archive/{topic.traits:016x}.jpg",
        "title": topic.title,
        "pubdate": created,
        "ctime": created,
        "desc": "-" if topic.traits % 2 else f"{topic.title}\n感谢观看",
        "state": 0,
        "duration": topic.traits % 1800,
        "rights": {"bp": 0, "elec": 0, "download": 0, "movie": 0, "pay": 0, "no_reprint": 1},
        "owner": owner,
        "stat": _stat(topic),
        "dynamic": "",
        "cid": _aid(topic) // 3,
        "dimension": {"width": 1920, "height": 1080, "rotate": 0},
        "short_link_v2": f"https://b23.tv/{bvid}",
        "pub_location": "上海",
        "bvid": bvid,
    }


def _stat(topic: Topic) -> dict[str, int]:
    view = topic.heat
    counts = {
        "danmaku": view // 300,
        "reply": view // 500,
        "favorite": view // 60,
        "coin": view // 50,
        "share": view // 200,
        "like": view // 9,
    }
    return {"aid": _aid(topic), "view": view, **counts, "now_rank": 0, "his_rank": topic.traits % 90, "dislike": 0, "vt": 0, "vv": view}


def _old_video(topic: Topic) -> dict[str, Any]:
    return {
        "aid": str(_aid(topic)),
        "bvid": _bvid(topic),
        "typename": "综合",
        "title": topic.title,
        "subtitle": "",
        "play": topic.heat,
        "review": topic.heat // 500,
        "video_review": topic.heat // 300,
        "favorites": topic.heat // 60,
        "mid": topic.traits % 400_000_000,
        "author": _author(topic),
        "description": "",
        "pic": f"http://image.invalid/bfs/archive/{topic.traits:016x}.jpg",
        "coins": topic.heat // 50,
        "duration": "12:32",
        "pts": topic.heat // 4,
    }


def _word(place: int, topic: Topic) -> dict[str, Any]:
    return {
        "status": "",
        "hot_id": 270_000 + topic.number % 90_000,
        "keyword": topic.title,
        "resource_id": 0,
        "goto_type": 0,
        "res": [],
        "show_name": topic.title,
        "pos": place,
        "word_type": _WORD_TYPES[topic.traits % len(_WORD_TYPES)],
        "id": place,
        "goto_value": "",
        "live_id": [],
        "name_type": "",
        "icon": "",
        "heat_score": topic.heat,
    }


def _aid(topic: Topic) -> int:
    return 117_000_000_000_000 + topic.number * 7_919


def _bvid(topic: Topic) -> str:
    letters, rest = "", topic.traits
    for _ in range(9):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return f"BV1{letters}"


def _author(topic: Topic) -> str:
    return f"阿婆主{topic.traits % 5000}号"


def _blocked(scene: Scene) -> Answer:
    return as_json({"code": -352, "message": "-352", "ttl": 1, "data": {"v_voucher": f"voucher_{scene.unix}"}})


SITE = Site(
    "bilibili",
    {
        ("api.bilibili.com", "/x/web-interface/ranking/v2"): _ranking,
        ("api.bilibili.com", "/x/web-interface/ranking"): _old_ranking,
        ("api.bilibili.com", "/x/web-interface/popular"): _popular,
        ("s.search.bilibili.com", "/main/hotword"): _hotword,
    },
    _blocked,
)
