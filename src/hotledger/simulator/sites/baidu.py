"""top.baidu.com: the board as JSON for three clients, and the page that carries the same JSON in a comment."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json, captcha
from hotledger.simulator.world import Topic

_TAGS = ("0", "0", "0", "0", "1", "3")
_TAG_IMAGES = {"1": "https://badge.invalid/baidu/new.png", "3": "https://badge.invalid/baidu/hot.png"}
_BOARDS = (("首页", "homepage"), ("热搜榜", "realtime"), ("小说榜", "novel"), ("电影榜", "movie"), ("电视剧榜", "teleplay"))


def _board(scene: Scene) -> Answer:
    platform = scene.asked.query.get("platform", "pc")
    return as_json(_body(scene, "wise" if platform == "wise" else "pc"))


def _page(scene: Scene) -> Answer:
    data = msgspec.json.encode({"data": _body(scene, "pc")["data"]}).decode()
    return as_html(
        "<!DOCTYPE html><html><head><title>百度热搜</title><meta charset='utf-8'></head><body>"
        f"<div id='sanRoot'><!--s-data:{data}--><div class='container-bg_lQ801'></div></div></body></html>"
    )


def _body(scene: Scene, platform: str) -> dict[str, Any]:
    rows = [_row(platform, index, topic) for index, topic in enumerate(scene.topics("baidu"))]
    card = {
        "component": "hotList",
        "content": rows,
        "more": 0,
        "moreAppUrl": "https://top.baidu.com/board?tab=realtime&sa=fyb_realtime",
        "moreUrl": "https://top.baidu.com/board?tab=realtime&sa=fyb_realtime",
        "text": "热搜榜",
        "topContent": [_pin(platform, scene)] if rows else [],
        "typeName": "realtime",
        "updateTime": str(scene.unix),
    }
    data: dict[str, Any] = {
        "cards": [card],
        "curBoardName": "热搜榜",
        "logid": str(scene.unix * 2 + 1),
        "platform": platform,
        "tabBoard": [{"index": index, "text": text, "typeName": name} for index, (text, name) in enumerate(_BOARDS)],
        "tag": [],
    }
    if platform == "wise":
        data["userInfo"] = {"isLogin": 0}
    return {"success": True, "data": data, "error": {"code": 0, "message": "api response ok"}}


def _row(platform: str, index: int, topic: Topic) -> dict[str, Any]:
    tag = _TAGS[topic.traits % len(_TAGS)]
    desc = "" if topic.traits % 3 == 0 else f"近日，{topic.title}引发关注，更多消息有待后续通报。"
    badge = {"hotTagImg": _TAG_IMAGES[tag]} if tag in _TAG_IMAGES else {}
    return {
        **_words(platform, topic.title),
        "desc": desc,
        "hotChange": "same",
        "hotScore": str(topic.heat),
        "hotTag": tag,
        **badge,
        "img": f"https://image.invalid/hotboard_image/{topic.traits:016x}",
        "index": index,
    }


def _pin(platform: str, scene: Scene) -> dict[str, Any]:
    title = scene.world.pinned("baidu", scene.at)
    return {
        **_words(platform, title),
        "desc": f"{title}。",
        "hotChange": "same",
        "hotScore": "7904106",
        "hotTag": "0",
        "img": "https://image.invalid/hotboard_image/pin",
        "index": 0,
    }


def _words(platform: str, title: str) -> dict[str, Any]:
    address = f"https://m.baidu.com/s?word={quote(title)}" if platform == "wise" else f"https://www.baidu.com/s?wd={quote(title)}"
    link = f"{address}&sa=fyb_news&rsv_dl=fyb_news"
    return {"appUrl": link, "indexUrl": "", "query": title, "rawUrl": address, "show": [], "url": link, "word": title}


def _blocked(scene: Scene) -> Answer:
    return captcha("百度安全验证", "网络不给力，请稍后重试。wappass.baidu.com/static/captcha")


SITE = Site("baidu", {("top.baidu.com", "/api/board"): _board, ("top.baidu.com", "/board"): _page}, _blocked)
