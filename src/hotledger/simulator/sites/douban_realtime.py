"""Douban's works that people look at right now, of all kinds together."""

from __future__ import annotations

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites import _douban
from hotledger.simulator.world import board

_BOARD = board("douban-realtime", 20, pool="video", born_per_hour=1, floor=900, top=90_000)
_KINDS = (("movie", "电影"), ("tv", "电视剧"), ("book", "图书"), ("tv", "综艺"))


def _collection(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("count"), 20)]
    rows = []
    for topic in topics:
        kind, name = _KINDS[topic.traits % len(_KINDS)]
        more = {"type": kind, "type_name": name, "year": "2026", "score": topic.heat, "related_search_terms": [], "info": "剧情 / 2026"}
        rows.append(_douban.work(topic, topic.traits % 9_000) | more)
    described = {"id": "subject_real_time_hotest", "name": "实时热门书影音", "total": len(rows)}
    return as_json({"count": len(rows), "start": 0, "total": len(rows), "subject_collection": described, "subject_collection_items": rows})


SITE = Site(
    "douban-realtime",
    {("m.douban.com", "/rexxar/api/v2/subject_collection/subject_real_time_hotest/items"): _collection},
    _douban.refusal,
    board=_BOARD,
)
