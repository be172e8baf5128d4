"""Steam's page of statistics: two numbers with one class in each row, the players of now and the peak of the day."""

from __future__ import annotations

import re
from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html
from hotledger.simulator.world import Topic, board

_BOARD = board("steam", 100, pool="english", born_per_hour=1, floor=9_000, top=1_400_000)
_SIGNS = re.compile(r"\W+")


def _stats(scene: Scene) -> Answer:
    rows = "".join(_row(topic) for topic in scene.topics(_BOARD))
    return as_html(f"""<!DOCTYPE html>
<html class="responsive" lang="en"><head><meta charset="utf-8"><title>Steam: Game and Player Statistics</title></head>
<body class="v6 stats"><div id="main_content"><div id="statsTopHeading">STEAM STATS</div><div id="detailStats"><table><tbody>
<tr><td width="100" align="right">Current Players</td><td width="100" align="right">Peak Today</td><td>&nbsp;</td><td>Game</td></tr>
{rows}</tbody></table></div></div></body></html>
""")


def _row(topic: Topic) -> str:
    number = 200_000 + topic.number * 10
    hover = f"GameHover( this, event, 'global_hover', {{&quot;type&quot;:&quot;app&quot;,&quot;id&quot;:{number},&quot;public&quot;:1}} );"
    url = f"https://store.steampowered.com/app/{number}/{_SIGNS.sub('_', topic.title)}/"
    return f"""<tr class="player_count_row" style="">
    <td align="right">
        <span class="currentServers">{topic.heat:,}</span>
    </td>
    <td align="right">
        <span class="currentServers">{topic.heat + topic.traits % 90_000:,}</span>
    </td>
    <td width="20">&nbsp;</td>
    <td>
        <a class="gameLink" onmouseover="{hover}" href="{url}">{escape(topic.title)}</a>
    </td>
</tr>"""


def _blocked(scene: Scene) -> Answer:
    return as_html("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n</BODY>\n</HTML>\n", status=403)


SITE = Site("steam", {("store.steampowered.com", "/stats/stats/"): _stats}, _blocked, board=_BOARD)
