"""Xueqiu: the page that gives a cookie, and the hot stocks, with an ad among them, for those who bring it."""

from __future__ import annotations

from typing import Any

from hotledger.simulator.scene import Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic, board

COOKIE = "xq_a_token"
_BOARD = board("xueqiu", 30, pool="search", floor=20_000, top=900_000)


def _front(scene: Scene) -> Answer:
    cookie = f"{COOKIE}={scene.unix * 7_919:040x}; path=/; domain=.xueqiu.com; httponly"
    return as_html("<!DOCTYPE html><html><head><title>行情中心 - 雪球</title></head><body></body></html>")._replace(
        headers=(("Set-Cookie", cookie),)
    )


def _stocks(scene: Scene) -> Answer:
    if COOKIE not in scene.asked.cookies:
        return _refused(scene)
    rows = [_row(topic) for topic in scene.topics(_BOARD)]
    if len(rows) > 5:
        rows.insert(5, rows[0] | {"code": "AD0001", "name": "开户有礼", "ad": 1})
    return as_json({"data": {"items": rows, "items_size": len(rows)}, "error_code": 0, "error_description": ""})


def _row(topic: Topic) -> dict[str, Any]:
    exchange = ("SH", "SZ")[topic.traits % 2]
    return {
        "type": 11,
        "code": f"{exchange}{600_000 + topic.number % 9_999}",
        "name": topic.title,
        "value": float(topic.heat),
        "increment": topic.traits % 900,
        "rank_change": topic.traits % 7 - 3,
        "has_exist": None,
        "symbol": f"{exchange}{600_000 + topic.number % 9_999}",
        "percent": topic.traits % 2_000 / 100 - 10,
        "current": 12.34,
        "chg": 0.12,
        "exchange": exchange,
        "stock_type": 11,
        "ad": 0,
    }


def _refused(scene: Scene) -> Answer:
    refusal = {"error_description": "遇到错误，请刷新页面或者重新登录帐号后再试", "error_uri": scene.asked.path, "error_code": "400016"}
    return as_json(refusal, status=400)


SITE = Site(
    "xueqiu",
    {("stock.xueqiu.com", "/v5/stock/hot_stock/list.json"): _stocks},
    _refused,
    {("xueqiu.com", "/hq"): _front},
    board=_BOARD,
)
