"""The news of Miyoushe: two hosts with one page each, and the games told apart by the query."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Page, Scene, Site, as_json
from hotledger.simulator.world import Board, Topic, board

_HOSTS = ("bbs-api-static.miyoushe.com", "bbs-api.miyoushe.com")


def game(platform: str, number: int) -> Site:
    """The site of one game."""
    listed = board(platform, 20, pool="video", born_per_hour=0.5)
    page = _news(listed, number)
    routes = {(host, f"/painter/wapi/getNewsList?gids={number}"): page for host in _HOSTS}
    return Site(platform, routes, _blocked, board=listed, heats=False)


def _news(listed: Board, number: int) -> Page:
    def page(scene: Scene) -> Answer:
        rows = [_row(topic, number) for topic in scene.topics(listed)]
        last = rows[-1]["post"]["post_id"] if rows else ""
        return as_json({"retcode": 0, "message": "OK", "data": {"list": rows, "last_id": last, "is_last": False}})

    return page


def _row(topic: Topic, number: int) -> dict[str, Any]:
    post = {
        "game_id": number,
        "post_id": str(70_000_000 + topic.number),
        "f_forum_id": 28,
        "uid": "75276550",
        "subject": topic.title,
        "content": "" if topic.traits % 3 == 0 else f"亲爱的玩家：{escape(topic.title)}",
        "cover": f"https://image.invalid/{topic.traits:x}.jpg",
        "images": [],
        "created_at": int(topic.born_at.timestamp()),
        "view_status": 1,
    }
    user = {"uid": "75276550", "nickname": "西风快报员"} if topic.traits % 5 else None
    return {"post": post, "forum": None, "user": user, "stat": {"view_num": topic.heat, "like_num": topic.heat // 9}}


def _blocked(scene: Scene) -> Answer:
    return as_json({"retcode": 1034, "message": "", "data": None})
