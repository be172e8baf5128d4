"""Zhihu's page of search words: the list is inside the state that the page starts from, among much else."""

from __future__ import annotations

from typing import Any

import msgspec

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.world import Topic, board

_BOARD = board("zhihu-topsearch", 21, pool="search", born_per_hour=3)


def _page(scene: Scene) -> Answer:
    words = [_word(topic) for topic in scene.topics(_BOARD)]
    state = {
        "common": {"ask": {}, "cities": {"cityData": []}},
        "loading": {"global": {"count": 0}, "local": {"topsearch/getTopsearch/": False}},
        "topsearch": {"data": words, "requestHashId": f"{scene.unix:032x}"},
    }
    written = msgspec.json.encode({"initialState": state, "subAppName": "heifetz"}).decode().replace("/", "\\u002F")
    return as_html(
        '<!doctype html>\n<html lang="zh"><head><meta charSet="utf-8"/>'
        '<title data-react-helmet="true">知乎 - 有问题，就会有答案</title></head>\n'
        f'<body><div id="root"></div><script id="js-initialData" type="text/json">{written}</script></body></html>\n'
    )


def _word(topic: Topic) -> dict[str, Any]:
    return {
        "queryDisplay": topic.title,
        "realQuery": topic.title,
        "queryDescription": "" if topic.traits % 3 else f"{topic.title}，大家都在搜",
        "redirectLink": "",
        "type": 0,
        "status": topic.traits % 9_000,
        "isNew": topic.traits % 4 == 0,
    }


def _blocked(scene: Scene) -> Answer:
    return as_html(
        '<!doctype html>\n<html lang="zh"><head><meta charSet="utf-8"/><title data-react-helmet="true">安全验证 - 知乎</title></head>\n'
        '<body><div id="root"></div><script id="js-initialData" type="text/json">{"initialState":{"common":{}}}</script></body></html>\n'
    )


SITE = Site("zhihu-topsearch", {("www.zhihu.com", "/topsearch"): _page}, _blocked, board=_BOARD, heats=False)
