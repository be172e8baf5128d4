"""NetEase Cloud Music: the chart as a playlist in JSON, and as a page that hides a plain list of links for search engines."""

from __future__ import annotations

from html import escape
from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic, board

_BOARD = board("netease-music", 200, pool="social", born_per_hour=1, floor=10, top=100)
_SINGERS = ("江上客", "南枝", "白露乐队", "K & Lin", "祁山")


def _playlist(scene: Scene) -> Answer:
    tracks = [_track(topic) for topic in scene.topics(_BOARD)]
    result = {
        "id": 3778678,
        "name": "云音乐热歌榜",
        "tracks": tracks,
        "trackCount": len(tracks),
        "trackUpdateTime": scene.unix * 1000,
        "creator": {"userId": 1, "nickname": "网易云音乐"},
        "subscribed": False,
        "tags": [],
    }
    return as_json({"result": result, "code": 200})


def _track(topic: Topic) -> dict[str, Any]:
    return {
        "name": topic.title,
        "id": _number(topic),
        "position": 1,
        "alias": [],
        "status": 0,
        "fee": 8,
        "artists": [{"name": _singer(topic), "id": topic.traits % 90_000, "picUrl": "https://image.invalid/0.jpg"}],
        "album": {"name": f"{topic.title}（专辑）", "id": topic.traits % 900_000, "picUrl": f"https://image.invalid/{topic.traits:x}.jpg"},
        "starred": False,
        "popularity": topic.heat,
        "duration": 120_000 + topic.traits % 200_000,
        "score": topic.heat,
        "mp3Url": None,
    }


def _page(scene: Scene) -> Answer:
    links = "".join(f'<li><a href="/song?id={_number(topic)}">{escape(topic.title)}</a></li>' for topic in scene.topics(_BOARD))
    return as_html(f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>热歌榜 - 排行榜 - 网易云音乐</title></head>
<body><div class="g-bd3 g-bd3-1 f-cb" id="toplist">
<div class="n-minelst n-minelst-2"><ul class="f-cb">
<li data-res-id="19723756" class="mine"><a href="/discover/toplist?id=19723756">飙升榜</a></li></ul></div>
<div id="song-list-pre-cache" data-key="track_playlist-3778678"><ul class="f-hide">{links}</ul>
<textarea id="song-list-pre-data" style="display:none;">[]</textarea></div></div></body></html>
""")


def _number(topic: Topic) -> int:
    return 2_000_000_000 + topic.number


def _singer(topic: Topic) -> str:
    return _SINGERS[topic.traits % len(_SINGERS)]


def _blocked(scene: Scene) -> Answer:
    return as_json({"code": -460, "msg": "网络太拥挤，请稍候再试！", "message": "网络太拥挤，请稍候再试！"})


SITE = Site(
    "netease-music",
    {("music.163.com", "/api/playlist/detail"): _playlist, ("music.163.com", "/discover/toplist"): _page},
    _blocked,
    board=_BOARD,
    heats=False,
)
