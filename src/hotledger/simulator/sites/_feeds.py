"""Makes RSS and Atom bodies as the sites make them: the channel, and each entry with its guid, time, author, text and picture."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from hotledger.simulator.scene import Answer, Scene, Site, captcha
from hotledger.simulator.world import Board, Topic, board

_XML = '<?xml version="1.0" encoding="{}"?>\n'
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
_AUTHORS = ("Ann Miller", "李小溪", "quiet-river", "Sam O’Hara & others", "编辑部")


class Feed(NamedTuple):
    """How a site writes its feed. `page` and `guid` are made from the number of a topic; `guid` is `page` where it is empty.

    `dialect` is rss or atom; `hours` the offset of its times; `has` names what its entries carry: creator, content, media, cdata (titles).
    """

    platform: str
    title: str
    host: str
    path: str
    page: str
    size: int
    pool: str
    guid: str = ""
    dialect: str = "rss"
    hours: int = 0
    encoding: str = "UTF-8"
    has: frozenset[str] = frozenset()
    born_per_hour: float = 4
    refusal: tuple[str, str] = ("安全验证", "请完成下列验证后继续访问：滑动验证")

    @property
    def board(self) -> Board:
        return board(self.platform, self.size, pool=self.pool, born_per_hour=self.born_per_hour)


def site(feed: Feed) -> Site:
    """The simulated site that serves one feed."""
    write = _atom if feed.dialect == "atom" else _rss

    def page(scene: Scene) -> Answer:
        document = _XML.format(feed.encoding) + write(feed, scene, scene.topics(feed.board))
        kind = f"application/{feed.dialect}+xml" if feed.dialect == "atom" else "application/xml"
        return Answer(document.encode(feed.encoding, "xmlcharrefreplace"), f"{kind}; charset={feed.encoding.lower()}")

    def blocked(scene: Scene) -> Answer:
        return captcha(*feed.refusal)

    return Site(feed.platform, {(feed.host, feed.path): page}, blocked, board=feed.board, heats=False)


def _rss(feed: Feed, scene: Scene, topics: list[Topic]) -> str:
    names = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    path, _, query = feed.path.partition("?")
    address = escape(f"https://{feed.host}{path}{'?' + query if query else ''}")
    entries = "".join(_rss_entry(feed, topic) for topic in topics)
    return (
        f'<rss version="2.0"{names}>\n<channel>\n  <title>{escape(feed.title)}</title>\n  <link>https://{feed.host}/</link>\n'
        f'  <atom:link href="{address}" rel="self" type="application/rss+xml" />\n  <description><![CDATA[{feed.title}]]></description>\n'
        f"  <lastBuildDate>{_mail_time(scene.at, feed)}</lastBuildDate>\n  <ttl>60</ttl>\n"
        f"  <image><url>https://image.invalid/logo.png</url><title>{escape(feed.title)}</title><link>https://{feed.host}/</link></image>\n"
        f"{entries}</channel>\n</rss>\n"
    )


def _rss_entry(feed: Feed, topic: Topic) -> str:
    link, guid, author = _page(feed, topic), _guid(feed, topic), _author(topic)
    title = f"<![CDATA[{topic.title}]]>" if "cdata" in feed.has else escape(topic.title)
    lines = [
        f"    <title>{title}</title>",
        f"    <link>{escape(link)}</link>",
        f'    <guid isPermaLink="{"true" if guid.startswith("http") else "false"}">{escape(guid)}</guid>',
        f"    <pubDate>{_mail_time(topic.born_at, feed)}</pubDate>",
        f"    <description><![CDATA[{_text(topic)}]]></description>",
    ]
    lines += [f"    <dc:creator><![CDATA[{author}]]></dc:creator>"] if "creator" in feed.has else [f"    <author>{escape(author)}</author>"]
    lines += [f"    <content:encoded><![CDATA[{_text(topic)}{_text(topic)}]]></content:encoded>"] if "content" in feed.has else []
    lines += [f'    <media:thumbnail width="240" height="135" url="{_picture(topic)}"/>'] if "media" in feed.has else []
    return "  <item>\n" + "\n".join(lines) + "\n  </item>\n"


def _atom(feed: Feed, scene: Scene, topics: list[Topic]) -> str:
    entries = "".join(_atom_entry(feed, topic) for topic in topics)
    return (
        f'<feed xml:lang="en-US" xmlns="{_NAMESPACES["atom"]}" xmlns:media="{_NAMESPACES["media"]}">\n'
        f"  <id>tag:{feed.host},2005:{feed.path}</id>\n"
        f'  <link rel="alternate" type="text/html" href="https://{feed.host}"/>\n'
        f'  <link rel="self" type="application/atom+xml" href="https://{feed.host}{escape(feed.path)}"/>\n'
        f"  <title>{escape(feed.title)}</title>\n  <updated>{_iso_time(scene.at, feed)}</updated>\n{entries}</feed>\n"
    )


def _atom_entry(feed: Feed, topic: Topic) -> str:
    changed = topic.born_at + timedelta(minutes=topic.traits % 50)
    title = (
        f'<title type="html"><![CDATA[{escape(topic.title)}]]></title>' if "cdata" in feed.has else f"<title>{escape(topic.title)}</title>"
    )
    return (
        f"  <entry>\n    <id>{escape(_guid(feed, topic))}</id>\n    <published>{_iso_time(topic.born_at, feed)}</published>\n"
        f"    <updated>{_iso_time(changed, feed)}</updated>\n"
        f'    <link rel="alternate" type="text/html" href="{escape(_page(feed, topic))}"/>\n    {title}\n'
        f'    <content type="html">{escape(_text(topic))}</content>\n'
        f"    <author><name>{escape(_author(topic))}</name></author>\n  </entry>\n"
    )


def _page(feed: Feed, topic: Topic) -> str:
    return feed.page.format(number=topic.number, traits=f"{topic.traits:016x}"[:12])


def _guid(feed: Feed, topic: Topic) -> str:
    return (feed.guid or feed.page).format(number=topic.number, traits=f"{topic.traits:016x}"[:12])


def _author(topic: Topic) -> str:
    return _AUTHORS[topic.traits % len(_AUTHORS)]


def _picture(topic: Topic) -> str:
    return f"https://image.invalid/{topic.traits:x}.jpg"


def _text(topic: Topic) -> str:
    """The beginning of an article, in HTML, with a picture that some leave out."""
    picture = f'<img src="{_picture(topic)}" alt="">' if topic.traits % 3 else ""
    return f'<p>{picture}{escape(topic.title)} &hellip; <a href="https://example.com/{topic.number}?a=1&amp;b=2">more</a></p>'


def _zoned(at: datetime, feed: Feed) -> datetime:
    return at.astimezone(timezone(timedelta(hours=feed.hours))).replace(microsecond=0)


def _mail_time(at: datetime, feed: Feed) -> str:
    return format_datetime(_zoned(at, feed)) if feed.hours else format_datetime(_zoned(at, feed)).replace("+0000", "GMT")


def _iso_time(at: datetime, feed: Feed) -> str:
    return _zoned(at, feed).isoformat()
