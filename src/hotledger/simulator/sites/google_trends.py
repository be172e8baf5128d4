"""Google's feed of rising searches: numbers in words, times of California, and news inside the entries."""

from __future__ import annotations

from datetime import timedelta, timezone
from email.utils import format_datetime
from xml.sax.saxutils import escape

from hotledger.simulator.scene import Answer, Scene, Site, captcha
from hotledger.simulator.world import Topic, board

_BOARD = board("google-trends", 10, pool="english", born_per_hour=2, floor=500, top=2_000_000, unit=100)
_CALIFORNIA = timezone(timedelta(hours=-7))


def _feed(scene: Scene) -> Answer:
    rows = "".join(_item(topic) for topic in scene.topics(_BOARD))
    document = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:ht="https://trends.google.com/trending/rss" version="2.0"><channel>
<title>Daily Search Trends</title><description>Recent searches</description><link>https://trends.google.com/trending/rss?geo=US</link>
<atom:link href="https://trends.google.com/trending/rss?geo=US" rel="self" type="application/rss+xml"/>
{rows}</channel></rss>
"""
    return Answer(document.encode(), "application/rss+xml; charset=UTF-8")


def _item(topic: Topic) -> str:
    millions, rest = divmod(topic.heat, 1_000_000)
    traffic = f"{millions}M+" if millions and not rest else f"{topic.heat:,}+"
    return f"""<item><title>{escape(topic.title)}</title><ht:approx_traffic>{traffic}</ht:approx_traffic><description></description>
<link>https://trends.google.com/trending/rss?geo=US</link><pubDate>{format_datetime(topic.born_at.astimezone(_CALIFORNIA))}</pubDate>
<ht:picture>https://image.invalid/{topic.traits:x}.jpg</ht:picture><ht:picture_source>Example News</ht:picture_source>
<ht:news_item><ht:news_item_title>{escape(topic.title)}: what is known</ht:news_item_title><ht:news_item_snippet></ht:news_item_snippet>
<ht:news_item_url>https://news.example/{topic.number}</ht:news_item_url>
<ht:news_item_source>Example News</ht:news_item_source></ht:news_item>
</item>
"""


def _blocked(scene: Scene) -> Answer:
    text = "Our systems have detected unusual traffic from your computer network. Please solve the captcha."
    return captcha("Sorry...", text)._replace(status=429)


SITE = Site("google-trends", {("trends.google.com", "/trending/rss"): _feed}, _blocked, board=_BOARD)
