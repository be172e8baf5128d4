"""What the simulated lists of Bilibili share: the envelope of its API, a video, a page of popular ones, and the refusal."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, as_json, whole
from hotledger.simulator.world import Board, Topic

_ALPHABET = "FcwAPNKTMug3GV5Lj7EJnHpWsx4tb8haYeviqBz6rkCy12mUSDQX9RdoZf"


def popular(scene: Scene, board: str | Board) -> Answer:
    """One page of the popular videos."""
    query = scene.asked.query
    size = min(whole(query.get("ps"), 20), 50)
    start = (whole(query.get("pn"), 1) - 1) * size
    topics = scene.topics(board)
    page = [video(topic) | {"rcmd_reason": {"content": "百万播放", "corner_mark": 0}} for topic in topics[start : start + size]]
    return ok({"list": page, "no_more": start + size >= len(topics)})


def ok(data: dict[str, Any]) -> Answer:
    """A good answer."""
    return as_json({"code": 0, "message": "OK", "ttl": 1, "data": data})


def video(topic: Topic) -> dict[str, Any]:
    """A video in the form of today."""
    created = int(topic.born_at.timestamp())
    known = bvid(topic)
    owner = {"mid": topic.traits % 400_000_000, "name": author(topic), "face": "https://image.invalid/face.jpg"}
    return {
        "aid": aid(topic),
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
        "cid": aid(topic) // 3,
        "dimension": {"width": 1920, "height": 1080, "rotate": 0},
        "short_link_v2": f"https://b23.tv/{known}",
        "pub_location": "上海",
        "bvid": known,
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
    return {"aid": aid(topic), "view": view, **counts, "now_rank": 0, "his_rank": topic.traits % 90, "dislike": 0, "vt": 0, "vv": view}


def aid(topic: Topic) -> int:
    """The older number of a video."""
    return 117_000_000_000_000 + topic.number * 7_919


def bvid(topic: Topic) -> str:
    """The id of a video."""
    letters, rest = "", topic.traits
    for _ in range(9):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return f"BV1{letters}"


def author(topic: Topic) -> str:
    """Who made a video."""
    return f"阿婆主{topic.traits % 5000}号"


def refusal(scene: Scene) -> Answer:
    """What risk control says."""
    return as_json({"code": -352, "message": "-352", "ttl": 1, "data": {"v_voucher": f"voucher_{scene.unix}"}})
