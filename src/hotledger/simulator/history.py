"""Weeks of made-up history for a first look: what some platforms would have given until now, and what went wrong with them.

Pure: readers, an instant and a seed in, readings out, each list read by the platform's own parser out of its site's own shape. It leaves
judging and recording to others: a reading that has items is yet to be judged, one that has none says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from hotledger.errors import ReadError
from hotledger.model import Item, Listing, Reader, Reading, Request, Response, Verdict
from hotledger.simulator.faults import Fault, Kind, spoiled
from hotledger.simulator.scene import Answer, Asked, Scene, Site
from hotledger.simulator.sites import sites
from hotledger.simulator.world import World

DAYS = 28
SOURCE = "demo"
"""What the batches of this history say of where they come from; the database knows itself as a demonstration by it."""

EVERY = timedelta(hours=2)
BROKEN_NOW = "thepaper"
"""The platform whose site has changed its shape, and is so until the end."""

_OFTEN = (
    "weibo",
    "baidu",
    "zhihu",
    "toutiao",
    "douyin",
    "bilibili-hot-search",
    "tieba",
    BROKEN_NOW,
    "ithome",
    "hackernews",
    "github",
    "v2ex",
)
_DAILY = (
    "36kr", "juejin", "sspai", "qq-news", "weread", "smzdm", "hupu", "ngabbs", "douban-movie", "wallstreetcn",
    "csdn", "coolapk", "ifanr", "bbc", "sina", "kuaishou", "guokr", "douban-group", "lobsters",
)  # fmt: skip
PLATFORMS = _OFTEN + _DAILY
_TIMEOUT_MS, _TRIES = 15_000, 3
_OLD_PARSER = "c07d51e9a3f2"


class Trouble(NamedTuple):
    """What goes wrong with a platform, from so many days before the end until so many; of so many readings, one is struck."""

    platform: str
    since: float
    until: float
    verdict: Verdict
    one_of: int = 1


_TROUBLES = (
    Trouble("zhihu", 20.1, 17.3, Verdict.BLOCKED),
    Trouble("hackernews", 13.2, 12.8, Verdict.SHORT),
    Trouble("ithome", 11.7, 11.0, Verdict.BROKEN),
    Trouble("tieba", 8.4, 6.2, Verdict.FROZEN),
    Trouble("hackernews", 5.9, 4.8, Verdict.TIMEOUT, one_of=2),
    Trouble("zhihu", 3.3, 2.9, Verdict.DRIFTED),
    Trouble(BROKEN_NOW, 1.2, -1, Verdict.BROKEN),
)
_NO_RUNS = (15.5, 15.1)  # and in the round after that, no network yet
_PARSER_MENDED = ("ithome", 11.0)
_HICCUPS = 0.01


def rounds(readers: Mapping[str, Reader], until: datetime, *, seed: int = 1) -> Iterator[list[Reading]]:
    """What was read in each batch before an instant, the oldest first; only of the readers that are given, each batch with at least one."""
    world = World(seed)
    for back in range(round(timedelta(days=DAYS) / EVERY), 0, -1):
        at = until - back * EVERY
        names = _OFTEN + (_DAILY if back % 12 == 7 else ())
        wanted = [readers[name] for name in names if name in readers]
        if wanted and not _NO_RUNS[1] < _days(at, until) < _NO_RUNS[0]:
            yield [_reading(reader, _Moment(world, at, until, back)) for reader in wanted]


class _Moment(NamedTuple):
    """When it is, and how many rounds before the end."""

    world: World
    at: datetime
    until: datetime
    back: int

    def trouble(self, platform: str) -> Trouble | None:
        """What is wrong with a platform now."""
        days = _days(self.at, self.until)
        if 0 <= _NO_RUNS[1] - days < EVERY / timedelta(days=1):
            return Trouble(platform, days, days, Verdict.UNREACHABLE)
        for each in _TROUBLES:
            if each.platform == platform and each.until < days <= each.since:
                return each if self.back % each.one_of == 0 else None
        return None


def _days(at: datetime, until: datetime) -> float:
    return (until - at) / timedelta(days=1)


def _reading(reader: Reader, moment: _Moment) -> Reading:
    trouble = moment.trouble(reader.facts.id)
    chance = Random(f"{moment.world.seed}:{reader.facts.id}:{moment.back}")
    started_at = moment.at + timedelta(milliseconds=chance.randrange(40, 900))
    made = _failed(trouble.verdict) if trouble and trouble.verdict in _LOST else _answered(reader, moment, trouble, chance)
    facts: dict[str, Any] = {"platform": reader.facts.id, "started_at": started_at, "waited_ms": chance.randrange(3, 60), "evidence": ""}
    facts |= {"verdict": Verdict.OK, "collected_at": started_at + timedelta(milliseconds=made["duration_ms"])} | made
    return Reading(**facts)


_LOST = {
    Verdict.TIMEOUT: (_TIMEOUT_MS * _TRIES + 1_240, "timeout", f"no answer within {_TIMEOUT_MS // 1000} s, {_TRIES} times"),
    Verdict.UNREACHABLE: (3_420, "dns", "the name of the host can't be resolved"),
}


def _failed(verdict: Verdict) -> dict[str, Any]:
    milliseconds, code, evidence = _LOST[verdict]
    told = {"evidence": evidence, "error_code": code, "error_message": evidence}
    return {"verdict": verdict, "duration_ms": milliseconds, "attempts": _TRIES, **told}


def _answered(reader: Reader, moment: _Moment, trouble: Trouble | None, chance: Random) -> dict[str, Any]:
    response = _fetched(reader, moment, trouble)
    retries = chance.choice((1, 2)) if chance.random() < _HICCUPS else 0
    facts: dict[str, Any] = {
        "duration_ms": round(chance.lognormvariate(6.1, 0.45)) + len(reader.facts.id) * 20 + retries * _TIMEOUT_MS,
        "attempts": 1 + retries,
        "endpoint": response.url.partition("://")[2].partition("?")[0],
        "http_status": response.status,
        "bytes": len(response.content),
        "parser_version": _version(reader, moment),
    }
    try:
        listing = Listing.of(reader.parse(response))
    except ReadError as error:
        verdict = trouble.verdict if trouble else Verdict.BROKEN
        return facts | {"verdict": verdict, "evidence": str(error), "error_code": error.code, "error_message": str(error)}
    return facts | {"items": _spoiled(listing.ranked, trouble), "pinned": listing.pinned, "ads": len(listing.ads)}


def _version(reader: Reader, moment: _Moment) -> str:
    platform, mended = _PARSER_MENDED
    return _OLD_PARSER if reader.facts.id == platform and _days(moment.at, moment.until) > mended else reader.version


def _spoiled(items: tuple[Item, ...], trouble: Trouble | None) -> tuple[Item, ...]:
    """The rows of a list that came, but not as it should."""
    if trouble and trouble.verdict is Verdict.SHORT:
        return items[:11]
    if trouble and trouble.verdict is Verdict.DRIFTED:
        return tuple(msgspec.structs.replace(item, heat=item.heat / 10_000) if item.heat else item for item in items)
    return items


def _fetched(reader: Reader, moment: _Moment, trouble: Trouble | None) -> Response:
    """What the site answers to the plan of the platform, followed as the fetcher follows it."""
    site = sites()[reader.facts.id]
    verdict = trouble.verdict if trouble else Verdict.OK
    shown_at = moment.until - timedelta(days=trouble.since) if trouble and verdict is Verdict.FROZEN else moment.at
    cookies: dict[str, str] = {}
    plan = reader.plans[0]()
    asked = next(plan)
    while True:
        found = []
        for each in asked if isinstance(asked, list) else [asked]:
            answer = _answer(site, Scene(moment.world, shown_at, _asked(each, cookies)), verdict)
            cookies |= _set_by(answer)
            found.append(_response(each, answer, moment.at))
        try:
            asked = plan.send(found if isinstance(asked, list) else found[0])
        except StopIteration as done:
            response: Response = done.value
            return response


def _asked(request: Request, cookies: Mapping[str, str]) -> Asked:
    parts = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.headers.items()}
    sent = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    return Asked(parts.hostname or "", parts.path or "/", dict(parse_qsl(parts.query, keep_blank_values=True)), sent | headers)


def _response(request: Request, answer: Answer, at: datetime) -> Response:
    headers = {"content-type": answer.content_type} | {name.lower(): value for name, value in answer.headers}
    return Response(url=request.url, status=answer.status, content=answer.content, received_at=at, headers=headers)


def _answer(site: Site, scene: Scene, verdict: Verdict) -> Answer:
    page = site.page(scene.asked.host, scene.asked.path, scene.asked.query)
    if page is None:
        raise LookupError(f"the simulated site of {site.platform} has no page {scene.asked.host}{scene.asked.path}")
    if verdict is Verdict.BLOCKED:
        return site.blocked(scene)
    answer = page(scene)
    return spoiled(answer, Fault(Kind.CHANGED)) if verdict is Verdict.BROKEN else answer


def _set_by(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets."""
    lines = [value.partition(";")[0].partition("=") for name, value in answer.headers if name.lower() == "set-cookie"]
    return {name: value for name, _, value in lines}
