"""Lists of the past that are one JSON document or one page each: our own lines, what DailyHotApi and newsnow answer, the day files of git
archives, and bodies as a platform served them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from hotledger import body
from hotledger.collect.history.past import Damaged, Hints, PastItem, PastList, Unreadable, aware, kept
from hotledger.collect.judge import judge_failure
from hotledger.errors import HotledgerError
from hotledger.model import Listing, Reader, Verdict

_MOMENT = re.compile(r"(20\d\d)[-/]?(\d\d)[-/]?(\d\d)(?:[T_/ -](\d\d)(?:[-:]?(\d\d))?(?:[-:]?(\d\d))?)?(?!\d)")
_END_OF_DAY = time(23, 59, 59)
_HEAT = re.compile(r"[\d.,]+\s*[万亿wk]?\s*(热度)?", re.IGNORECASE)
_FOLDERS = 4
_NO_MOMENT = datetime.min.replace(tzinfo=UTC)  # when a file was received plays no part in its JSON


class _Row(msgspec.Struct, frozen=True):
    """A row of a day file."""

    title: str
    url: str | None = None
    heat: int | float | str | None = None
    hot: int | float | str | None = None


class _DailyHotRow(msgspec.Struct, frozen=True):
    title: str | None = None
    id: str | int | None = None
    url: str | None = None
    hot: int | float | str | None = None


class _DailyHot(msgspec.Struct, frozen=True, rename="camel"):
    """An answer of DailyHotApi."""

    name: str
    update_time: datetime | int
    data: list[_DailyHotRow]


class _Extra(msgspec.Struct, frozen=True):
    info: Any = None


class _NewsNowRow(msgspec.Struct, frozen=True):
    title: str | None = None
    id: str | int | None = None
    url: str | None = None
    extra: _Extra | None = None


class _NewsNow(msgspec.Struct, frozen=True, rename="camel"):
    """An answer of newsnow. An old list out of its cache says when it was read."""

    id: str
    updated_time: datetime | int
    items: list[_NewsNowRow]


def whole(document: bytes, file: Path, hints: Hints, readers: dict[str, Reader]) -> PastList:
    """The list in a file that is one document.

    A damaged day file is a reading that failed on that day: a hole of the archive, for which the other days must not be refused.
    """
    try:
        return decoded(document, file, hints, readers)
    except Damaged as damage:
        platform = _known(file, hints, readers)
        if platform is None or ".json" not in file.suffixes:
            raise
        return PastList(platform, moment(file, hints), [], Verdict.BROKEN, str(damage))


def decoded(document: bytes, file: Path, hints: Hints, readers: dict[str, Reader]) -> PastList:
    """The list in one document. Raises `Unreadable` with the reason when it is none."""
    if document.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _served(document, file, hints, readers)
    value = _value(document)
    try:
        named = _named_list(value, hints)
    except msgspec.DecodeError as error:
        raise Unreadable(str(error)) from None
    if named is not None:
        return named
    try:
        return _day(msgspec.convert(value, list[_Row]), file, hints, readers)
    except msgspec.ValidationError:
        return _served(document, file, hints, readers)


def _value(document: bytes) -> Any:
    """The JSON, read as leniently as a site's answer: titles hold cut emoji, and old files are in GBK."""
    try:
        return body.decode(body.from_file(document, _NO_MOMENT), Any)
    except HotledgerError as error:
        raise Damaged(str(error.__cause__ or error)) from None


def _named_list(value: Any, hints: Hints) -> PastList | None:
    """A list in a form that names its platform and its moment, if it is one."""
    keys = value.keys() if isinstance(value, dict) else set()
    if {"platform", "items"} <= keys:
        return msgspec.convert(value, PastList)
    if {"name", "updateTime", "data"} <= keys:
        return _daily_hot(msgspec.convert(value, _DailyHot, strict=False), hints)
    if {"id", "updatedTime", "items"} <= keys:
        return _news_now(msgspec.convert(value, _NewsNow, strict=False), hints)
    return None


def _day(rows: list[_Row], file: Path, hints: Hints, readers: dict[str, Reader]) -> PastList:
    """A day file of titles: what stood on the list on that day, in the file's order."""
    items = [PastItem(row.title, body.number(row.heat if row.heat is not None else row.hot), None, row.url) for row in rows]
    return kept(_named(file, hints, readers), moment(file, hints), items)


def _daily_hot(answer: _DailyHot, hints: Hints) -> PastList:
    items = [PastItem(row.title or "", body.number(row.hot), row.id, row.url) for row in answer.data]
    return kept(hints.platform or answer.name, _instant(answer.update_time, hints), items)


def _news_now(answer: _NewsNow, hints: Hints) -> PastList:
    items = [PastItem(row.title or "", _told(row.extra), row.id, row.url) for row in answer.items]
    return kept(hints.platform or answer.id, _instant(answer.updated_time, hints), items)


def _served(document: bytes, file: Path, hints: Hints, readers: dict[str, Reader]) -> PastList:
    """A body as the platform served it, read by the platform's parser of today."""
    platform = _named(file, hints, readers)
    at = moment(file, hints)
    if platform not in readers:
        raise Unreadable(f"it is a body as a site serves it, and there is no parser for “{platform}”")
    try:
        listing = Listing.of(readers[platform].parse(body.from_file(document, at.astimezone(UTC))))
    except HotledgerError as error:
        verdict, evidence = judge_failure(error)[:2]
        return PastList(platform, at, [], verdict, evidence)
    return PastList(platform, at, [PastItem(item.title, item.heat, item.id, item.url) for item in listing.ranked])


def moment(file: Path, hints: Hints) -> datetime:
    """When a file was made, by its path: `raw/2020-11-24.json` is the end of that day, `2026/08/23/04.json` that hour."""
    found = list(_MOMENT.finditer(str(file.with_suffix(""))))
    if not found:
        raise Unreadable("neither it nor its path says from when it is: a path like raw/2024-06-01.json does")
    year, month, day, hour, minute, second = found[-1].groups()
    try:
        date = datetime(int(year), int(month), int(day), tzinfo=hints.zone)
        at = _END_OF_DAY if hour is None else time(int(hour), int(minute or 0), int(second or 0))
    except ValueError as error:
        raise Unreadable(f"the date in its path can't be right ({error})") from None
    return datetime.combine(date, at, hints.zone)


def _named(file: Path, hints: Hints, readers: dict[str, Reader]) -> str:
    platform = _known(file, hints, readers)
    if platform is None:
        raise Unreadable("neither it nor its path says whose list it is: name the platform with --platform")
    return platform


def _known(file: Path, hints: Hints, readers: dict[str, Reader]) -> str | None:
    """The platform that a file is of: the one that was named, else the one whose name its path begins a part with."""
    if hints.platform:
        return hints.platform
    names = {name: each.facts.id for each in readers.values() for name in (each.facts.id, *each.facts.aliases)}
    for part in (file.stem, *(folder.name for folder in list(file.absolute().parents)[:_FOLDERS])):
        words = part.lower().replace("_", "-").split("-")
        for count in range(len(words), 0, -1):
            if (name := "-".join(words[:count])) in names:
                return names[name]
    return None


def _instant(written: datetime | int, hints: Hints) -> datetime:
    """An instant that was written as text, in seconds or in milliseconds."""
    if isinstance(written, datetime):
        return aware(written, hints)
    try:
        return datetime.fromtimestamp(written / 1000 if written > 10_000_000_000 else written, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable(f"its time can't be right ({written})") from None


def _told(extra: _Extra | None) -> int | float | None:
    """The heat in the text beside a title, where that text is nothing but a heat."""
    info = extra.info if extra else None
    return body.number(info) if isinstance(info, str) and _HEAT.fullmatch(info.strip()) else None
