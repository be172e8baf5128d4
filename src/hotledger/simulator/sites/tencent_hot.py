"""Tencent's morning articles: a tag with its articles in the first of its tabs."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("tencent-hot", 20, pool="news", born_per_hour=2)


def _tag(scene: Scene) -> Answer:
    articles = [_article(topic) for topic in scene.topics(_BOARD)]
    tab = {"id": "aEWqxLtdgmQ=", "channel_id": "news_news_tag", "name": "综合早报", "type": "1", "article_count": len(articles)}
    data = {
        "id": 0,
        "name": "综合早报",
        "lead": "",
        "is724": False,
        "tabs": [tab | {"articleList": articles}, tab | {"name": "往期", "articleList": None}],
    }
    return as_json({"ret": 0, "msg": "", "data": data})


def _article(topic: Topic) -> dict[str, Any]:
    article = f"{topic.born_at:%Y%m%d}A{topic.number:06d}00"
    return {
        "id": article,
        "title": topic.title,
        "publish_time": beijing(topic.born_at),
        "desc": f"{topic.title}，详情见正文" if topic.traits % 3 else "",
        "link_info": {"url": f"https://view.inews.qq.com/a/{article}", "surl": ""},
        "media_info": {"chl_name": "云州日报"},
        "pic_info": {"small_img": [f"https://image.invalid/{topic.traits:x}.jpg"]},
    }


SITE = Site("tencent-hot", {("i.news.qq.com", "/web_backend/v2/getTagInfo"): _tag}, verify, board=_BOARD, heats=False)
