"""The earthquakes: the file, and the older page that carries them in a script under other names, with numbers as texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.sites._news import beijing, verify
from hotledger.simulator.world import Topic, board

_BOARD = board("earthquake", 20, pool="earthquake", born_per_hour=1)


def _file(scene: Scene) -> Answer:
    return as_json([_row(topic, at) for topic, at in _quakes(scene)])


def _quakes(scene: Scene) -> list[tuple[Topic, datetime]]:
    return [(topic, scene.at - timedelta(hours=5 * place + 1)) for place, topic in enumerate(scene.topics(_BOARD))]


def _row(topic: Topic, at: datetime) -> dict[str, Any]:
    place, magnitude = _parts(topic)
    return {
        "id": f"CD{at:%Y%m%d%H%M%S}.{topic.number}",
        "time": beijing(at),
        "latitude": topic.traits % 9_000 / 100,
        "longitude": topic.traits % 18_000 / 100,
        "depth": topic.traits % 60,
        "magnitude": float(magnitude),
        "location": place,
    }


def _parts(topic: Topic) -> tuple[str, str]:
    place, _, magnitude = topic.title.removesuffix("级地震").partition("发生")
    return place, magnitude


def _page(scene: Scene) -> Answer:
    rows = [_older_row(topic, at) for topic, at in _quakes(scene)]
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>中国地震台网——历史查询</title></head>\n<body><table class='speed-table'>"
        f"</table>\n<script>\nconst newdata = {msgspec.json.encode(rows).decode()};\n</script></body></html>\n"
    )


def _older_row(topic: Topic, at: datetime) -> dict[str, Any]:
    place, magnitude = _parts(topic)
    return {
        "id": str(topic.number),
        "CATA_ID": f"CC{at:%Y%m%d%H%M%S}.000",
        "NEW_DID": f"CC{at:%Y%m%d%H%M%S}",
        "SAVE_TIME": beijing(at + timedelta(minutes=9)),
        "O_TIME": beijing(at),
        "EPI_LAT": f"{topic.traits % 9_000 / 100:.2f}",
        "EPI_LON": f"{topic.traits % 18_000 / 100:.2f}",
        "EPI_DEPTH": topic.traits % 60,
        "M": magnitude,
        "LOCATION_C": place,
    }


SITE = Site(
    "earthquake",
    {("www.ceic.ac.cn", "/data/data.json"): _file, ("news.ceic.ac.cn", "/speedsearch.html"): _page},
    verify,
    board=_BOARD,
    heats=False,
)
