"""One topic: where its title stood, since when, how high and for how long; rank and heat over time."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request, Response

from hotledger.ledger.titles import Topic
from hotledger.web.application import ledger_of
from hotledger.web.asked import address, heat_text, span_text
from hotledger.web.charts import Line, image, look_of, over_time
from hotledger.web.here import Here, here_of
from hotledger.web.showing import language_of, show
from hotledger.web.tables import Table, as_file, format_of
from hotledger.web.words import said

PATH = "/topic"
COLUMNS = ("platform", "title", "collected_at", "rank", "heat")
SHOWN_POINTS = 200
_LONGEST = 1000
router = APIRouter(include_in_schema=False)


@router.get(PATH)
async def topic(request: Request, title: str = "", platform: str = "") -> Response:
    """A title, wherever it stood; the platform that one comes from stands first."""
    here, found = here_of(request), await _found(request, title, platform)
    if wanted := format_of(request):
        return as_file(_table(title, found), wanted)
    if not found:
        return show(request, "topic_unknown.html", status=404, title=title)
    titles = {each.platform: _title(each, here) for each in found}
    others = list(dict.fromkeys(other for each in found for other in each.titles if other != title))
    return show(
        request, "topic.html", title=title, platform=platform, topics=found, titles=titles, others=others, heat=heat_text, span=span_text,
        most_points=SHOWN_POINTS, address=address, file_address=address(PATH, {"platform": platform, "title": title}),
        hot=[each for each in found if sum(point.heat is not None for point in each.points or ()) > 1],
    )  # fmt: skip


@router.get("/charts/topic/rank.svg")
async def ranks(request: Request, title: str = "", platform: str = "") -> Response:
    """The rank of a title over time, a line for each platform."""
    here, found = here_of(request), await _found(request, title, platform)
    lines = [Line(_title(each, here), [(point.collected_at, point.rank) for point in each.points or ()]) for each in found]
    return image(request, over_time(look_of(request, said("topic.rank_chart", language_of(request))), lines, ranks=True))


@router.get("/charts/topic/heat.svg")
async def heats(request: Request, title: str = "", platform: str = "") -> Response:
    """The heat of a title over time on one platform: heats of different platforms can't be compared."""
    found = next((each for each in await _found(request, title, platform) if each.platform == platform), None)
    if found is None:
        raise HTTPException(404)
    name = _title(found, here_of(request))
    line = Line(name, [(point.collected_at, point.heat) for point in found.points or ()], "hue1")
    return image(request, over_time(look_of(request, said("topic.heat_chart", language_of(request), platform=name)), [line]))


async def _found(request: Request, title: str, platform: str) -> list[Topic]:
    found = await ledger_of(request).topics(title[:_LONGEST]) if title else []
    return sorted(found, key=lambda each: each.platform != platform)


def _title(each: Topic, here: Here) -> str:
    facts = here.facts(each.platform)
    return (facts.title if facts else None) or each.platform_title or each.platform


def _table(title: str, topics: Sequence[Topic]) -> Table:
    rows = [(each.platform, title, point.collected_at, point.rank, point.heat) for each in topics for point in each.points or ()]
    return Table("topic", COLUMNS, rows)
