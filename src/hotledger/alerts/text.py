"""Writes events as short plain text. All stored text is hostile: control and bidirectional characters, mentions and markup are made inert,
and every length is bounded. Instants are those of the quiet hours' zone, or UTC.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from hotledger.ledger.telling import Event

MOST_EVENTS = 20
MOST_CHARACTERS = 1500
_LINE = 200
_SHOWN_PLATFORMS = 8
_JOINERS = "\u200c\u200d"
_UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What chat services take for mentions, links or markup, beside its look-alike that none of them does.
_MARKUP = str.maketrans(
    {"@": "＠", "<": "‹", ">": "›", "[": "［", "]": "］", "`": "ˋ", "*": "∗", "~": "∼", "|": "｜", "&": "＆", "#": "＃", "\\": "＼"}
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'+,;=%-]{1,500}")


class Letter(NamedTuple):
    """A message as it is sent."""

    title: str
    body: str


def letter(events: Sequence[Event], language: str, zone: tzinfo = UTC) -> Letter:
    """One event with all that is known of it, or a line for each of several."""
    if len(events) == 1:
        (event,) = events
        return Letter(_said(f"title_{event.on}", language), "\n".join(_lines(event, language, zone)))
    return Letter(_said("title_many", language, count=len(events)), "\n".join(f"- {headline(event, language, zone)}" for event in events))


def fitting(events: Sequence[Event], language: str) -> list[tuple[Event, ...]]:
    """The events in groups, each of which fits into one message."""
    groups: list[list[Event]] = []
    room = 0
    for event in events:
        needed = len(headline(event, language)) + 3
        if not groups or len(groups[-1]) == MOST_EVENTS or needed > room:
            groups.append([])
            room = MOST_CHARACTERS
        groups[-1].append(event)
        room -= needed
    return [tuple(group) for group in groups]


def headline(event: Event, language: str, zone: tzinfo = UTC) -> str:
    """An event in one line."""
    key = {
        ("incident_opened", True): "incident_opened_over",
        ("incident_recovered", True): "run_resumed" if event.kind == "missed" else "incident_recovered",
    }.get((event.on, event.until is not None), event.on)
    known = event.kind is not None and f"kind_{event.kind}" in _words()
    text = _said(
        key,
        language,
        list=_lists(event),
        kind=_said(f"kind_{event.kind}", language) if known else inert(event.kind or "-", 40),
        since=_moment(event.since, zone),
        until=_moment(event.until, zone),
        lasted=_lasting(event.since, event.until),
        job=inert(event.job_type or "-", 50),
        percent=event.percent,
        size=round((event.bytes or 0) / 1_000_000),
        limit=event.limit_mb,
        keyword=inert(event.keyword or "", 40),
        rank=event.rank,
        climbed=event.climbed,
        heading=inert(event.heading or "", 100),
    )
    return text if len(text) <= _LINE + 100 else f"{text[: _LINE + 99]}…"


def inert(text: str, most: int = _LINE) -> str:
    """Stored text without what could steer a screen, call somebody or be taken for markup; it is cut where it is too long."""
    return plain(text.replace("://", "：//").translate(_MARKUP), most)


def plain(text: str, most: int) -> str:
    """Text of one line without control and bidirectional characters; it is cut where it is too long."""
    shown = "".join("\ufffd" if unicodedata.category(each) in _UNSHOWN and each not in _JOINERS else each for each in text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _lines(event: Event, language: str, zone: tzinfo) -> Iterator[str]:
    yield headline(event, language, zone)
    if event.lost:
        yield _said("missed" if event.kind == "missed" else "lost", language, count=event.lost)
    if event.last_good_at is not None and event.on in ("incident_opened", "run_missed"):
        yield _said("last_good", language, moment=_moment(event.last_good_at, zone))
    evidence = event.closing_evidence if event.on == "incident_recovered" else event.evidence
    if evidence:
        yield _said("evidence", language, evidence=inert(evidence, 300))
    if event.heading is not None:
        yield _said("seen", language, moment=_moment(event.since, zone))
    if event.url and _ADDRESS.fullmatch(event.url):
        yield event.url
    yield from _to_do(event, language)


def _to_do(event: Event, language: str) -> Iterator[str]:
    if event.on == "incident_opened" and event.platforms:
        yield _said("do_incident", language, platform=inert(event.platforms[0], 100))
    elif event.on in ("batch_failed", "batch_lost"):
        yield _said("do_batch", language, batch=inert(event.batch_id or "", 36))
    elif event.on in ("run_missed", "size_near"):
        yield _said("do_missed" if event.on == "run_missed" else "do_size", language)


def _lists(event: Event) -> str:
    """The platforms, by their titles where there is one, and how many more there are."""
    if len(event.platforms) == 1 and event.title:
        return f"{inert(event.title, 40)} ({inert(event.platforms[0], 40)})"
    shown = ", ".join(inert(name, 40) for name in event.platforms[:_SHOWN_PLATFORMS])
    more = len(event.platforms) - _SHOWN_PLATFORMS
    return f"{shown} (+{more})" if more > 0 else shown


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z").replace("UTC+00:00", "UTC") if moment is not None else "-"


def _lasting(since: datetime | None, until: datetime | None) -> str:
    if since is None or until is None:
        return "-"
    minutes = max(until - since, timedelta()) // timedelta(minutes=1)
    days, hours = divmod(minutes // 60, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def _said(key: str, language: str, **values: object) -> str:
    return _words()[key][language].format(**values)


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
