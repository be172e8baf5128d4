"""Lobsters: its stories as JSON, with text posts that have no address, and times of Chicago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("lobsters", 25, pool="english", born_per_hour=2, floor=3, top=160)
_USERS = ("mirel", "oakfern", "tdrake", "bellmoth")
_TAGS = (["programming"], ["rust", "performance"], ["ask"], ["databases", "show"])


def _hottest(scene: Scene) -> Answer:
    return as_json([_story(topic) for topic in scene.topics(_BOARD)])


def _story(topic: Topic) -> dict[str, Any]:
    short_id = f"{topic.number % 36**6:06x}"[-6:]
    address = "" if topic.title.startswith("Ask") else f"https://blog.example.com/{topic.traits:x}"
    return {
        "short_id": short_id,
        "created_at": f"{topic.born_at - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}.000-05:00",
        "title": topic.title,
        "url": address,
        "score": topic.heat,
        "flags": topic.traits % 3,
        "comment_count": topic.heat // 3,
        "description": "",
        "description_plain": "",
        "submitter_user": _USERS[topic.traits % len(_USERS)],
        "user_is_author": topic.traits % 5 == 0,
        "tags": _TAGS[topic.traits % len(_TAGS)],
        "short_id_url": f"https://lobste.rs/s/{short_id}",
        "comments_url": f"https://lobste.rs/s/{short_id}/story",
    }


def _blocked(scene: Scene) -> Answer:
    return captcha("Access Denied", "Access Denied: please slow down.")


SITE = Site("lobsters", {("lobste.rs", "/hottest.json"): _hottest}, _blocked, board=_BOARD)
