"""Weibo's four front doors: the side bar, the hot band, the mobile container, and the desktop table behind a visitor wall."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import quote

from hotledger.simulator.scene import JSON, Answer, Scene, Site, as_html, as_json
from hotledger.simulator.world import Topic

_CONTAINER = "106003type=25&t=3&disable_hot=1&filter_type=realtimehot"
_FLAGS = {0: "", 1: "新", 2: "热", 4: "爆"}
_FLAG_OF = (0, 0, 0, 1, 1, 2, 4)
_GENRES = ("剧集", "综艺", "电影", "音乐", "演出", "盛典")
_AD_SLOTS = (3, 6)

Row = dict[str, Any]


def _side(scene: Scene) -> Answer:
    topics = scene.topics("weibo")
    pin = f"#{scene.world.pinned('weibo', scene.at)}#"
    rows = _with_ads(scene, [_side_row(place, topic) for place, topic in enumerate(topics, 1)], _side_ad)
    for rank, row in enumerate(rows):
        row["rank"] = rank
    data: Row = {"realtime": rows}
    if topics:
        gov = {"word": pin, "name": pin, "note": pin, "pos": 1, "is_gov": 1, "is_hot": 1, "topic_flag": 1, "flag": 2}
        gov |= {
            "stime": scene.unix // 21_600 * 21_600,
            "mid": "5305832720044381",
            "url": "http://weibo.invalid/status/pin",
            "icon_desc": "热",
        }
        data |= {"hotgovs": [{"word": pin, "name": pin, "pos": 1, "flag": 2, "topic_flag": 1}], "hotgov": gov}
    words = ",".join(row.get("word_scheme", row["word"]) for row in rows)
    return as_json({"ok": 1, "data": data, "logs": {"act_code": 7950, "ext": f"cate:2008|words:{words}"}})


def _side_row(place: int, topic: Topic) -> Row:
    flag, label = _flag(topic)
    is_topic = topic.traits % 2
    row: Row = {
        "word_scheme": f"#{topic.title}#" if is_topic else topic.title,
        "realpos": place,
        "num": topic.heat,
        "flag": flag,
        "note": topic.title,
        "word": topic.title,
        "emoticon": "",
        "topic_flag": is_topic,
        "label_name": label,
    }
    if flag:
        row |= {"icon": f"https://badge.invalid/weibo/{flag}_0.png", "icon_desc": label, "icon_width": 24, "icon_height": 24}
    return row


def _side_ad(title: str) -> Row:
    return {"word": title, "note": title, "is_ad": 1, "topic_ad": 1, "num": 0, "emoticon": "", "icon_desc": "商", "id": 300542}


def _band(scene: Scene) -> Answer:
    def row(place: int, topic: Topic) -> Row:
        flag, label = _flag(topic)
        more = {"category": "社会", "raw_hot": topic.heat, "onboard_time": int(topic.born_at.timestamp()), "mid": str(topic.traits)}
        return {**_side_row(place, topic), "flag": flag, "label_name": label, **more}

    rows = _with_ads(scene, [row(place, topic) for place, topic in enumerate(scene.topics("weibo"), 1)], _side_ad)
    for rank, each in enumerate(rows):
        each["rank"] = rank
    return as_json({"ok": 1, "data": {"band_list": rows}})


def _container(scene: Scene) -> Answer:
    topics = scene.topics("weibo")
    if not topics or scene.asked.query.get("containerid", "") != _CONTAINER:
        return Answer(_escaped({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}), JSON)
    rows = _with_ads(scene, [_card(place, topic) for place, topic in enumerate(topics, 1)], _card_ad)
    group = [_card_pin(scene.world.pinned("weibo", scene.at)), *rows]
    rising = [
        {"card_type": 4, "desc": f"{topic.title}后续", "desc_extr": "热度飙升", "itemid": f"key:{topic.title}|pos:1_1"}
        for topic in topics[:15]
    ]
    cards = [
        {"card_type": 11, "card_group": group, "show_type": 0, "itemid": "hotword", "title": "实时热点，每分钟更新一次"},
        {"card_type": 11, "card_group": rising, "show_type": 0, "title": "实时上升热点"},
    ]
    info = {"containerid": _CONTAINER, "title_top": "微博热搜", "starttime": scene.unix, "total": 20, "page": None}
    return Answer(_escaped({"ok": 1, "data": {"cardlistInfo": info, "mapi": [], "cards": cards}}), JSON)


def _card(place: int, topic: Topic) -> Row:
    flag, _ = _flag(topic)
    genre = _GENRES[topic.traits // 7 % len(_GENRES)]
    row: Row = {
        "card_type": 4,
        "itemid": f"seqid:1757517522|key:{topic.title}|realpos:{place}|t:31|c_type:31|pos:1-1-{place}|cate:5001|type:25",
        "pic": f"https://simg.s.weibo.com/wb_search_img_search_{place}.png",
        "desc_extr": f"{genre} {topic.heat}" if topic.traits % 4 == 0 else topic.heat,
        "desc": topic.title,
        "scheme": _scheme(topic.title, f"realpos%3D{place}"),
    }
    return row | {"icon": f"https://simg.s.weibo.com/moter/flags/{flag}_0.png", "icon_width": 24, "icon_height": 24} if flag else row


def _card_ad(title: str) -> Row:
    return {
        "card_type": 4,
        "icon": "https://simg.s.weibo.com/20210623_jian.png",
        "promotion": {"monitor_url": [{"third_party_click": "", "type": "", "third_party_show": ""}]},
        "itemid": f"seqid:1757517522|key:#{title}#|t:31|adid:300542|c_type:31|is_ad_pos:1|cate:5001|type:25",
        "pic": "https://simg.s.weibo.com/20210408_search_point_orange.png",
        "desc_extr": "",
        "desc": title,
        "scheme": _scheme(title, "topic_ad%3D1%26adid%3D300542"),
    }


def _card_pin(title: str) -> Row:
    return {
        "card_type": 4,
        "icon": "https://simg.s.weibo.com/moter/flags/2_0.png",
        "itemid": f"seqid:1757517522|key:{title}|t:51|c_type:51|pos:1-2-0|cate:5000|type:25",
        "pic": "https://simg.s.weibo.com/20180205110043_img_search_stick%403x.png",
        "desc": title,
        "scheme": _scheme(title, "pos%3D0"),
    }


def _scheme(title: str, more: str) -> str:
    return f"https://m.weibo.cn/search?containerid=100103type%3D1%26t%3D10%26q%3D{quote(title)}&isnewpage=1&extparam=seat%3D1%26{more}"


def _summary(scene: Scene) -> Answer:
    if "SUB" not in scene.asked.cookies:
        return _blocked(scene)
    topics = scene.topics("weibo")
    rows = _with_ads(scene, [_table_row(place, topic) for place, topic in enumerate(topics, 1)], _table_ad)
    pin = scene.world.pinned("weibo", scene.at)
    top = f'<tr class=""><td class="td-01"><i class="icon-top"></i></td>{_cell(pin, "Refer=new_time")}<td class="td-03"></td></tr>\n'
    body = (top if topics else "") + "".join(rows)
    head = '<tr class="thead_tr"><th class="th-01">序号</th><th class="th-02">关键词</th><th class="th-03"></th></tr>'
    return as_html(
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>微博热搜榜</title></head><body>'
        f'<div class="data" id="pl_top_realtimehot"><table cellspacing="0"><thead>{head}</thead>'
        f"<tbody>\n{body}</tbody></table></div></body></html>"
    )


def _table_row(place: int, topic: Topic) -> str:
    flag, label = _flag(topic)
    badge = f'<i class="icon-txt icon-txt-{flag}">{label}</i>' if flag else ""
    genre = f"{_GENRES[topic.traits // 7 % len(_GENRES)]} " if topic.traits % 4 == 0 else ""
    cell = _cell(topic.title, f"t=31&amp;band_rank={place}&amp;Refer=top", f"<span>{genre}{topic.heat}</span>")
    return f'<tr class=""><td class="td-01 ranktop ranktop{place}">{place}</td>{cell}<td class="td-03">{badge}</td></tr>\n'


def _table_ad(title: str) -> str:
    cell = _cell(title, "topic_ad=1&amp;Refer=top")
    return f'<tr class=""><td class="td-01 ranktop">•</td>{cell}<td class="td-03"><i class="icon-txt icon-txt-recommend">商</i></td></tr>\n'


def _cell(title: str, more: str, after: str = "") -> str:
    return f'<td class="td-02"><a href="/weibo?q={quote(f"#{title}#")}&amp;{more}" target="_blank">{escape(title)}</a>\n{after}</td>'


def _with_ads(scene: Scene, rows: list[Any], ad: Any) -> list[Any]:
    mixed = list(rows)
    for slot, title in zip(_AD_SLOTS, scene.world.ads("weibo", scene.at), strict=False):
        if slot < len(mixed):
            mixed.insert(slot, ad(title))
    return mixed


def _flag(topic: Topic) -> tuple[int, str]:
    flag = _FLAG_OF[topic.traits % len(_FLAG_OF)]
    return flag, _FLAGS[flag]


def _escaped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def _blocked(scene: Scene) -> Answer:
    filler = "\n".join(f"    window.step_{number} = function () {{ return {number}; }};" for number in range(200))
    page = (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv="Content-type" content="text/html; charset=gb2312"/>\n'
        '<title>Sina Visitor System</title>\n</head>\n<body>\n<span id="message"></span>\n'
        f'<script type="text/javascript">\n// 访客系统\n{filler}\n</script>\n</body>\n</html>\n'
    )
    return Answer(page.encode("gb2312"), "text/html; charset=gb2312")


SITE = Site(
    "weibo",
    {
        ("weibo.com", "/ajax/side/hotSearch"): _side,
        ("weibo.com", "/ajax/statuses/hot_band"): _band,
        ("m.weibo.cn", "/api/container/getIndex"): _container,
        ("s.weibo.com", "/top/summary"): _summary,
    },
    _blocked,
)
