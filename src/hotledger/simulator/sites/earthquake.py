"""The earthquakes' page: its state in a script, with numbers as texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("earthquake", 20, pool="earthquake", born_per_hour=1)


def _page(scene: Scene) -> Answer:
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>中国地震台网——历史查询</title></head>\n<body><table class='speed-table'>"
        f"</table>\n<script>\nconst newdata = {msgspec.json.encode(rows).decode()};\n</script></body></html>\n"
    )


def _row(topic: Topic) -> dict[str, Any]:
    place, _, magnitude = topic.title.removesuffix("级地震").partition("发生")
    return {
        "id": str(topic.number),
        "CATA_ID": f"CC{topic.born_at:%Y%m%d%H%M%S}.000",
        "NEW_DID": f"CC{topic.born_at:%Y%m%d%H%M%S}",
        "SAVE_TIME": beijing(topic.born_at + timedelta(minutes=9)),
        "O_TIME": beijing(topic.born_at),
        "EPI_LAT": f"{topic.traits % 9_000 / 100:.2f}",
        "EPI_LON": f"{topic.traits % 18_000 / 100:.2f}",
        "EPI_DEPTH": topic.traits % 60,
        "M": magnitude,
        "LOCATION_C": place,
    }


SITE = Site("earthquake", {("news.ceic.ac.cn", "/speedsearch.html"): _page}, verify, board=_BOARD, heats=False)
