"""Newsmth's hot topics: each topic with its first article, its board and its writer."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("newsmth", 20, pool="forum", born_per_hour=2)
_BOARDS = (("FamilyLife", "家庭生活"), ("WorkLife", "职业生涯"), ("Stock", "股市"), ("Joke", "笑话连篇 & 幽默"))


def _hot(scene: Scene) -> Answer:
    topics = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_json({"code": 1, "message": "success", "data": {"topics": topics, "pager": {"page": 1, "size": 20, "total": 10}}})


def _row(topic: Topic) -> dict[str, Any]:
    name, title = _BOARDS[topic.traits % len(_BOARDS)]
    first = f"{topic.traits:032x}"
    article = {
        "id": first,
        "topicId": f"{topic.number:032x}",
        "subject": topic.title,
        "body": f"{topic.title}\n大家说说看\n--\n",
        "postTime": int(topic.born_at.timestamp() * 1000),
        "account": {"id": "1", "name": "mulin", "avatarUrl": "https://image.invalid/a.jpg"},
    }
    return {"id": article["topicId"], "firstArticleId": first, "article": article, "board": {"id": name, "name": name, "title": title}}


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "请输入验证码后继续访问")


SITE = Site("newsmth", {("wap.newsmth.net", "/wap/api/hot/global"): _hot}, _blocked, board=_BOARD, heats=False)
