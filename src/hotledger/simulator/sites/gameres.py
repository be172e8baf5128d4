"""GameRes's front page: a pane for each kind of news, of which the first holds all."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("gameres", 30, pool="tech", born_per_hour=1)


def _front(scene: Scene) -> Answer:
    topics = scene.topics(_BOARD)
    every, some = ("".join(map(_row, rows)) for rows in (topics, topics[::2]))
    return as_html(f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>GameRes游资网 - 游戏开发资讯</title></head>
<body><div class="news-tabs"><a class="news-tabs__tab is-active">全部</a><a class="news-tabs__tab">产业</a></div>
<div class="news-tabs__pane is-active" data-news-pane-id="100000">
{every}</div>
<div class="news-tabs__pane" data-news-pane-id="100001">
{some}</div></body></html>
""")


def _row(topic: Topic) -> str:
    path = f"/{900_000 + topic.number}.html"
    text = "" if topic.traits % 4 == 0 else f"<p>{escape(topic.title)}，全文如下</p>"
    return f"""<article class="feed-item">
  <div class="feed-item-left"><a href="{path}"><img class="thumb" data-original="https://image.invalid/{topic.traits:x}.jpg"></a></div>
  <div class="feed-item-right">
    <h3 class="feed-item-title"><a class="feed-item-title-a" href="{path}" target="_blank">
      {escape(topic.title)}
    </a></h3>{text}
    <div class="mark-info">{topic.born_at + timedelta(hours=8):%Y-%m-%d %H:%M} <a href="/u/7">半页纸</a>
      <span class="comment">0 评论</span></div>
  </div>
</article>
"""


def _blocked(scene: Scene) -> Answer:
    return captcha("访问验证", "您的访问过于频繁，请完成安全验证")


SITE = Site("gameres", {("www.gameres.com", "/"): _front}, _blocked, board=_BOARD, heats=False)
