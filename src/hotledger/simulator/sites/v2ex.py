"""V2EX: the hot topics as a bare JSON array (seven to ten rows), and the hot tab as a page."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json, captcha
from hotledger.simulator.world import Topic

_NODES = (("programmer", "程序员", 300), ("life", "生活", 557), ("jobs", "酷工作", 43), ("hardware", "硬件", 89), ("share", "分享发现", 16))
_MEMBERS = ("quietpond", "byteloaf", "nanxiang", "tinykettle", "greenbus", "mapleroad")


def _hot(scene: Scene) -> Answer:
    return as_json([_row(topic, scene) for topic in scene.topics("v2ex")])


def _row(topic: Topic, scene: Scene) -> dict[str, Any]:
    created = int(topic.born_at.timestamp())
    node, title, number = _node(topic)
    member = {
        "id": topic.traits % 900_000,
        "username": _member(topic),
        "url": f"https://www.v2ex.com/u/{_member(topic)}",
        "bio": "",
        "created": 1_521_599_920,
    }
    return {
        "node": {
            "name": node,
            "title": title,
            "url": f"https://www.v2ex.com/go/{node}",
            "topics": 11_540,
            "id": number,
            "aliases": [],
            "root": False,
        },
        "member": member,
        "last_reply_by": _MEMBERS[topic.traits // 11 % len(_MEMBERS)],
        "last_touched": scene.unix,
        "title": topic.title,
        "url": f"https://www.v2ex.com/t/{_number(topic)}",
        "created": created,
        "deleted": 0,
        "content": "" if topic.traits % 3 == 0 else f"如题：{topic.title}",
        "content_rendered": "" if topic.traits % 3 == 0 else f"<p>如题：{escape(topic.title)}</p>\n",
        "last_modified": created,
        "replies": topic.heat,
        "id": _number(topic),
    }


def _tab(scene: Scene) -> Answer:
    cells = "".join(_cell(topic) for topic in scene.topics("v2ex"))
    return as_html(
        "<!DOCTYPE html>\n<html lang='zh-CN'><head><meta charset='utf-8'><title>V2EX</title></head><body><div id='Main'><div class='box'>"
        "<div class='inner' id='Tabs'><a href='/?tab=tech' class='tab'>技术</a><a href='/?tab=hot' class='tab_current'>最热</a></div>"
        f"{cells}</div></div></body></html>"
    )


def _cell(topic: Topic) -> str:
    node, title, _ = _node(topic)
    link = f"/t/{_number(topic)}#reply{topic.heat}"
    member = f'<strong><a href="/member/{_member(topic)}">{_member(topic)}</a></strong>'
    return (
        '<div class="cell item"><table cellpadding="0" cellspacing="0" border="0" width="100%"><tr><td width="auto" valign="middle">'
        f'<span class="item_title"><a href="{link}" class="topic-link" id="topic-link-{_number(topic)}">{escape(topic.title)}</a></span>'
        f'<span class="topic_info"><a class="node" href="/go/{node}">{title}</a> • {member}</span></td>'
        f'<td width="70" align="right" valign="middle"><a href="{link}" class="count_livid">{topic.heat}</a></td></tr></table></div>'
    )


def _number(topic: Topic) -> int:
    return 1_000_000 + topic.number


def _node(topic: Topic) -> tuple[str, str, int]:
    return _NODES[topic.traits % len(_NODES)]


def _member(topic: Topic) -> str:
    return _MEMBERS[topic.traits % len(_MEMBERS)]


def _blocked(scene: Scene) -> Answer:
    return captcha("Just a moment...", "Checking your browser before accessing www.v2ex.com.")


SITE = Site("v2ex", {("www.v2ex.com", "/api/topics/hot.json"): _hot, ("www.v2ex.com", "/"): _tab}, _blocked)
