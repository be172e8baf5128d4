"""Reddit: a listing of posts with a pinned one that its limit does not count, and the page that turns robots away."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json, whole
from hotledger.simulator.world import Topic, board

_BOARD = board("reddit", 50, pool="english", born_per_hour=12, floor=900, top=92_000)
_SUBREDDITS = ("programming", "worldnews", "mildlyinteresting", "science")


def _hot(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 25)]
    children = [_child(topic.number, topic.title, topic) for topic in topics]
    if topics:
        children.insert(0, _child(0, scene.world.pinned("reddit", scene.at), topics[0], stickied=True))
    data = {"after": "t3_last" if topics else None, "dist": len(children), "modhash": "", "geo_filter": "", "before": None}
    return as_json({"kind": "Listing", "data": data | {"children": children}})


def _child(number: int, title: str, topic: Topic, *, stickied: bool = False) -> dict[str, Any]:
    subreddit = _SUBREDDITS[topic.traits % len(_SUBREDDITS)]
    name = f"{number + 0x1A0000000:x}"
    permalink = f"/r/{subreddit}/comments/{name}/made_up/"
    is_text = stickied or title.startswith("Ask")
    data = {
        "subreddit": subreddit,
        "title": title,
        "name": f"t3_{name}",
        "id": name,
        "score": topic.heat,
        "ups": topic.heat,
        "hide_score": False,
        "num_comments": topic.heat // 40,
        "author": "made-up-author",
        "permalink": permalink,
        "is_self": is_text,
        "url": f"https://www.reddit.com{permalink}" if is_text else f"https://blog.example.com/{topic.traits:x}?a=1&b=2",
        "created_utc": float(int(topic.born_at.timestamp())),
        "stickied": stickied,
        "pinned": False,
        "over_18": topic.traits % 17 == 0,
    }
    return {"kind": "t3", "data": data}


def _blocked(scene: Scene) -> Answer:
    return as_html(
        "<!doctype html>\n<html><head><title>Too Many Requests</title></head><body><h1>whoa there, pardner!</h1>"
        "<p>we're sorry, but you appear to be a bot and we've seen too many requests from you lately.</p></body></html>\n"
    )


SITE = Site("reddit", {("www.reddit.com", "/hot.json"): _hot}, _blocked, board=_BOARD)
