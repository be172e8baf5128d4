"""Hacker News: the Firebase API (one request for the ids, one for each item), and the front page in HTML."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json, captcha
from hotledger.simulator.world import Topic

_FIRST_ID = 40_000_000
_USERS = ("alderwood", "pgfan", "tmoore", "cobolcat", "yuzu", "hexagonal")
_HOSTS = ("blog.example.com", "example.org", "papers.example.net")


def _top_stories(scene: Scene) -> Answer:
    return as_json([_FIRST_ID + topic.number for topic in scene.topics("hackernews", 60)])


def _item(scene: Scene) -> Answer:
    written = scene.asked.path.rpartition("/")[2].removesuffix(".json")
    number = int(written) - _FIRST_ID if written.isdecimal() and len(written) < 12 else 0
    topic = scene.world.topic("hackernews", number, scene.at)
    return as_json(None if topic is None else _story(topic))


def _story(topic: Topic) -> dict[str, Any]:
    story: dict[str, Any] = {
        "by": _user(topic),
        "descendants": topic.heat // 2,
        "id": _FIRST_ID + topic.number,
        "kids": [_FIRST_ID + topic.number + 1],
        "score": topic.heat,
        "time": int(topic.born_at.timestamp()),
        "title": topic.title,
        "type": "story",
    }
    return story | ({"text": "I wonder."} if _is_text(topic) else {"url": _link(topic)})


def _front_page(scene: Scene) -> Answer:
    rows = "".join(_story_row(place, topic) + _points_row(topic, scene) for place, topic in enumerate(scene.topics("hackernews"), 1))
    return as_html(
        '<html lang="en" op="news"><head><meta name="referrer" content="origin"><title>Hacker News</title></head><body><center>'
        '<table id="hnmain" border="0" cellpadding="0" cellspacing="0" width="85%" bgcolor="#f6f6ef"><tr><td>'
        '<b class="hnname"><a href="news">Hacker News</a></b></td></tr>\n<tr id="pagespace" title="" style="height:10px"></tr>'
        f'<tr><td><table border="0" cellpadding="0" cellspacing="0">\n{rows}<tr class="morespace" style="height:10px"></tr>'
        "<tr><td colspan=\"2\"></td>\n<td class='title'><a href='?p=2' class='morelink' rel='next'>More</a></td></tr>\n"
        "</table>\n</td></tr>\n</table></center></body></html>\n"
    )


def _story_row(place: int, topic: Topic) -> str:
    number = _FIRST_ID + topic.number
    link = f"item?id={number}" if _is_text(topic) else _link(topic)
    site = (
        "" if _is_text(topic) else f'<span class="sitebit comhead"> (<a href="from"><span class="sitestr">{_host(topic)}</span></a>)</span>'
    )
    return (
        f"    <tr class='athing submission' id='{number}'>\n"
        f'<td align="right" valign="top" class="title"><span class="rank">{place}.</span></td>      <td valign="top" class="votelinks">'
        f"<center><a id='up_{number}' href='vote?id={number}&amp;how=up&amp;goto=news'>"
        "<div class='votearrow' title='upvote'></div></a></center>"
        f'</td><td class="title"><span class="titleline">'
        f'<a href="{escape(link)}" rel="noreferrer">{escape(topic.title)}</a>{site}</span></td></tr>'
    )


def _points_row(topic: Topic, scene: Scene) -> str:
    number, user = _FIRST_ID + topic.number, _user(topic)
    hours = int((scene.at - topic.born_at).total_seconds() // 3600)
    born = f"{topic.born_at:%Y-%m-%dT%H:%M:%S} {int(topic.born_at.timestamp())}"
    return (
        '<tr><td colspan="2"></td><td class="subtext"><span class="subline">\n'
        f'  <span class="score" id="score_{number}">{topic.heat} points</span> by <a href="user?id={user}" class="hnuser">{user}</a> '
        f'<span class="age" title="{born}"><a href="item?id={number}">{hours} hours ago</a></span> <span id="unv_{number}"></span>'
        f' | <a href="hide?id={number}&amp;goto=news">hide</a> | '
        f'<a href="item?id={number}">{topic.heat // 2}&nbsp;comments</a>        </span>\n'
        '      </td></tr>\n<tr class="spacer" style="height:5px"></tr>\n'
    )


def _is_text(topic: Topic) -> bool:
    return topic.title.startswith("Ask HN")


def _link(topic: Topic) -> str:
    return f"https://{_host(topic)}/{topic.traits:x}?a=1&b=2"


def _host(topic: Topic) -> str:
    return _HOSTS[topic.traits % len(_HOSTS)]


def _user(topic: Topic) -> str:
    return _USERS[topic.traits % len(_USERS)]


def _blocked(scene: Scene) -> Answer:
    return captcha("Access Denied", "Sorry, we're not able to serve your requests this quickly.")


SITE = Site(
    "hackernews",
    {
        ("hacker-news.firebaseio.com", "/v0/topstories.json"): _top_stories,
        ("hacker-news.firebaseio.com", "/v0/item/*"): _item,
        ("news.ycombinator.com", "/"): _front_page,
        ("news.ycombinator.com", "/news"): _front_page,
    },
    _blocked,
)
