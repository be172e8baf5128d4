"""Lobsters: its stories as JSON, with text posts that have no address, and times of Chicago; and as a feed."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("lobsters", 25, pool="english", born_per_hour=2, floor=3, top=160)
_USERS = ("mirel", "oakfern", "tdrake", "bellmoth")
_TAGS = (["programming"], ["rust", "performance"], ["ask"], ["databases", "show"])


def _hottest(scene: Scene) -> Answer:
    return as_json([_story(topic) for topic in scene.topics(_BOARD)])


def _story(topic: Topic) -> dict[str, Any]:
    short_id = _short_id(topic)
    address = _address(topic)
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


def _feed(scene: Scene) -> Answer:
    entries = "".join(_entry(topic) for topic in scene.topics(_BOARD))
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>'
        f"<title>Lobsters</title><description></description><link>https://lobste.rs/</link>\n{entries}</channel>\n</rss>\n"
    )
    return Answer(document.encode(), "application/rss+xml; charset=utf-8")


def _entry(topic: Topic) -> str:
    discussion = f"https://lobste.rs/s/{_short_id(topic)}"
    return (
        f"<item><title>{escape(topic.title)}</title><link>{_address(topic) or discussion}</link>"
        f'<guid isPermaLink="false">{discussion}</guid><author>made-up@users.lobste.rs (made-up)</author>'
        f"<pubDate>{topic.born_at:%a, %d %b %Y %H:%M:%S} +0000</pubDate><comments>{discussion}/story</comments>"
        f"<description>&lt;p&gt;&lt;a href=&#34;{discussion}&#34;&gt;Comments&lt;/a&gt;&lt;/p&gt;</description></item>\n"
    )


def _short_id(topic: Topic) -> str:
    return f"{topic.number:06x}"


def _address(topic: Topic) -> str:
    return "" if topic.title.startswith("Ask") else f"https://blog.example.com/{topic.traits:x}"


def _blocked(scene: Scene) -> Answer:
    return captcha("Access Denied", "Access Denied: please slow down.")


SITE = Site("lobsters", {("lobste.rs", "/hottest.json"): _hottest, ("lobste.rs", "/rss"): _feed}, _blocked, board=_BOARD)
