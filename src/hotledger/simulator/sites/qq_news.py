"""Tencent News: a row above the list that is none, a pin with less heat than those below it, counts that are not always there."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("qq-news", 20, pool="news", floor=1_300_000, top=2_200_000)
_HEADER = {"id": "TIP2022042216544300", "articletype": "560", "title": "腾讯新闻用户最关注的热点，每10分钟更新一次", "picShowType": 0}


def _ranking(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    pin = [_pin(scene)] if topics else []
    rows = [_row(place, topic) for place, topic in enumerate(topics, 2)]
    return as_json({"ret": 0, "idlist": [{"ids_hash": f"{scene.unix:x}", "newslist": [_HEADER, *pin, *rows], "has_more": 0}]})


def _row(place: int, topic: Topic) -> dict[str, Any]:
    article = f"{topic.born_at:%Y%m%d}A{topic.number:06d}00"
    event = {"id": article, "ranking": place, "title": topic.title[:16], "hotScore": topic.heat, "search_word": topic.title[:16]}
    reads = {"readCount": topic.heat // 20, "commentNum": topic.traits % 900} if topic.traits % 5 else {}
    return _article(article, topic.title) | {
        "time": beijing(topic.born_at),
        "timestamp": int(topic.born_at.timestamp()),
        "hotEvent": event,
        "ranking": place,
        **reads,
    }


def _pin(scene: Scene) -> dict[str, Any]:
    title = scene.world.pinned("qq-news", scene.at)
    event = {"id": "20260602A09OTP00", "ranking": 1, "title": title[:12], "hotScore": 999_018, "is_top": 1}
    return _article("20260602A09OTP00", title) | {"time": beijing(scene.at), "timestamp": scene.unix, "hotEvent": event, "ranking": 1}


def _article(article: str, title: str) -> dict[str, Any]:
    address = f"https://view.inews.qq.com/a/{article}"
    return {
        "id": article,
        "a_ver": "00",
        "articletype": "0",
        "title": title,
        "longtitle": title,
        "surl": address,
        "short_url": address,
        "url": address,
        "abstract": f"{title}。记者从现场了解到更多情况...",
        "source": "云州日报",
        "thumbnails": ["https://image.invalid/om_ls/0"],
        "shareUrl": address,
    }


SITE = Site(
    "qq-news",
    {
        ("r.inews.qq.com", "/gw/event/hot_ranking_list"): _ranking,
        ("i.news.qq.com", "/gw/event/pc_hot_ranking_list"): _ranking,
    },
    verify,
    board=_BOARD,
)
