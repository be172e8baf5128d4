"""The sites that are read from a feed of theirs: each in its own dialect."""

from __future__ import annotations

from hotledger.simulator.sites._feeds import Feed, site

_CLOUDFLARE = ("Just a moment...", "Enable JavaScript and cookies to continue")
_DISCUZ = "forum.php?mod=viewthread&tid="


def _has(*parts: str) -> frozenset[str]:
    return frozenset(parts)


# fmt: off
FEEDS = (
    Feed("bbc", "BBC News", "feeds.bbci.co.uk", "/news/world/rss.xml",
         "https://www.bbc.com/news/articles/c{traits}o?at_medium=RSS&at_campaign=rss", 30, "english",
         guid="https://www.bbc.com/news/articles/c{traits}o#0", has=_has("cdata", "media"), refusal=_CLOUDFLARE),
    Feed("guardian", "World news | The Guardian", "www.theguardian.com", "/world/rss",
         "https://www.theguardian.com/world/2026/jun/04/story-{number}", 45, "english", has=_has("creator", "media"), refusal=_CLOUDFLARE),
    Feed("aljazeera", "Al Jazeera – Breaking News, World News and Video", "www.aljazeera.com", "/xml/rss/all.xml",
         "https://www.aljazeera.com/news/2026/6/4/story-{number}?traffic_source=rss", 25, "english",
         guid="https://www.aljazeera.com/?t={number}", hours=0, refusal=_CLOUDFLARE),
    Feed("nhk", "NHKニュース", "www3.nhk.or.jp", "/rss/news/cat0.xml",
         "http://www3.nhk.or.jp/news/html/20260604/k1001{number}000.html", 7, "news", guid="{number}", hours=9),
    Feed("wsj", "WSJ.com: World News", "feeds.content.dowjones.io", "/public/rss/RSSWorldNews",
         "https://www.wsj.com/world/story-{traits}?mod=rss_wsj_world", 20, "english", guid="WP-WSJ-{number:010}",
         has=_has("creator", "content", "media"), refusal=_CLOUDFLARE),
    Feed("nytimes", "纽约时报中文网 国际纵览", "cn.nytimes.com", "/rss/",
         "https://cn.nytimes.com/world/20260604/story-{number}/?utm_source=RSS", 20, "news", hours=8, has=_has("cdata"), born_per_hour=1),
    Feed("52pojie", "吾爱破解 - 52pojie.cn - 最新热门", "www.52pojie.cn", "/forum.php?mod=guide&view=hot",
         "https://www.52pojie.cn/thread-{number}-1-1.html", 30, "tech", encoding="GBK", has=_has("cdata"), born_per_hour=1),
    Feed("hostloc", "全球主机交流论坛 - 最新热门", "hostloc.com", "/forum.php?mod=guide&view=hot",
         f"https://hostloc.com/{_DISCUZ}{{number}}", 30, "forum", has=_has("cdata")),
    Feed("nodeseek", "NodeSeek", "rss.nodeseek.com", "/",
         "https://www.nodeseek.com/post-{number}-1", 50, "tech", guid="{number}", has=_has("cdata", "creator"), born_per_hour=12,
         refusal=_CLOUDFLARE),
    Feed("solidot", "Solidot", "www.solidot.org", "/index.rss",
         "https://www.solidot.org/story?sid={number}", 20, "tech", hours=8, has=_has("cdata"), born_per_hour=1),
    Feed("pcbeta", "远景论坛 - 微软极客社区 - Windows 11", "bbs.pcbeta.com", "/forum.php?mod=rss&fid=563",
         f"https://bbs.pcbeta.com/{_DISCUZ}{{number}}", 20, "forum", has=_has("cdata"), born_per_hour=1),
    Feed("producthunt", "Product Hunt — The best new products, every day", "www.producthunt.com", "/feed",
         "https://www.producthunt.com/products/made-{number}", 50, "english", guid="tag:www.producthunt.com,2005:Post/{number}",
         dialect="atom", hours=-7, refusal=_CLOUDFLARE),
    Feed("infoq", "InfoQ 推荐", "www.infoq.cn", "/feed",
         "https://www.infoq.cn/article/{traits}", 20, "tech", has=_has("cdata", "creator"), born_per_hour=1),
    Feed("theverge", "The Verge", "www.theverge.com", "/rss/index.xml",
         "https://www.theverge.com/news/{number}/made-up-story", 10, "english", guid="https://www.theverge.com/?p={number}",
         dialect="atom", hours=-4, has=_has("cdata"), born_per_hour=2, refusal=_CLOUDFLARE),
    Feed("9to5mac", "9to5Mac", "9to5mac.com", "/feed/",
         "https://9to5mac.com/2026/06/04/story-{number}/", 25, "english", guid="https://9to5mac.com/?p={number}",
         has=_has("creator", "content", "media"), born_per_hour=2, refusal=_CLOUDFLARE),
    Feed("gcores", "机核 GCORES", "www.gcores.com", "/rss",
         "https://www.gcores.com/articles/{number}", 30, "video", hours=8, has=_has("cdata", "creator"), born_per_hour=1),
    Feed("freebuf", "FreeBuf网络安全行业门户", "www.freebuf.com", "/feed",
         "https://www.freebuf.com/articles/web/{number}.html", 20, "tech", hours=8, has=_has("creator"), born_per_hour=1),
    Feed("linuxdo", "LINUX DO - 热门话题", "linux.do", "/top.rss",
         "https://linux.do/t/topic/{number}", 30, "tech", guid="linux.do-topic-{number}", has=_has("cdata", "creator"), born_per_hour=1,
         refusal=_CLOUDFLARE),
    Feed("chongbuluo", "虫部落 - 最新主题", "www.chongbuluo.com", "/forum.php?mod=rss&view=newthread",
         "https://www.chongbuluo.com/thread-{number}-1-1.html", 20, "tech", has=_has("cdata"), born_per_hour=1),
)
# fmt: on

SITES = tuple(site(feed) for feed in FEEDS)
