"""Douban's hot films: works of the mobile API, with how many rated them."""

from __future__ import annotations

from hotledger.simulator.scene import Answer, Scene, Site, as_json, whole
from hotledger.simulator.sites import _douban
from hotledger.simulator.world import board

_BOARD = board("douban-hot-movie", 20, pool="video", born_per_hour=0.2, floor=300, top=200_000)


def _recent(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)[: whole(scene.asked.query.get("limit"), 20)]
    rows = [
        _douban.work(topic, topic.heat) | {"uri": f"douban://douban.com/movie/{_douban.number(topic)}", "type": "movie", "is_new": False}
        for topic in topics
    ]
    tags = [{"category": "热门", "selected": True, "type": "全部", "title": "热门"}]
    return as_json({"category": "热门", "tags": tags, "items": rows, "recommend_categories": [], "total": 300, "type": "全部"})


SITE = Site("douban-hot-movie", {("m.douban.com", "/rexxar/api/v2/subject/recent_hot/movie"): _recent}, _douban.refusal, board=_BOARD)
