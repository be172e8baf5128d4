"""Jianshu's front page: recommended articles, some with a picture, some behind a price."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("jianshu", 12, pool="questions", born_per_hour=1)


def _home(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>简书 - 创作你的创作</title></head>\n<body>"
        '<div class="container index"><div class="row"><div class="col-xs-16 main"><div id="list-container">'
        f'<ul class="note-list" infinite-scroll-url="/">{rows}</ul></div></div>'
        '<div class="aside"><ul class="list"><li><a class="name" href="/u/1">推荐作者</a></li></ul></div></div></div></body></html>\n'
    )


def _row(topic: Topic) -> str:
    path, title = f"/p/{topic.traits % 2**48:012x}", escape(topic.title)
    picture = f'<a class="wrap-img" href="{path}" target="_blank"><img src="https://image.invalid/{topic.traits:x}.jpg"></a>'
    return f"""<li id="note-{topic.number}" data-note-id="{topic.number}" class="{"have-img" if topic.traits % 2 else ""}">
{picture if topic.traits % 2 else ""}
<div class="content">
<a class="title" target="_blank" href="{path}">{title}</a>
<p class="abstract">
      {title}，随手记下……
</p>
<div class="meta">
{'<span class="jsd-meta"><i class="iconfont ic-paid1"></i> 6.8</span>' if topic.traits % 3 == 0 else ""}
<a class="nickname" target="_blank" href="/u/{topic.traits % 2**40:x}">云边的录音机</a>
<a target="_blank" href="{path}#comments"><i class="iconfont ic-list-comments"></i> {topic.traits % 40}</a>
<span><i class="iconfont ic-list-like"></i> {topic.traits % 90}</span>
</div></div></li>
"""


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "您的访问过于频繁，请完成滑动验证")


SITE = Site("jianshu", {("www.jianshu.com", "/"): _home}, _blocked, board=_BOARD, heats=False)
