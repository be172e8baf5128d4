"""The parameters that parts of the API and the feeds share, with their bounds, their descriptions out of the words, and examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import HTTPException, Path, Query
from pydantic import AwareDatetime, BeforeValidator, StringConstraints

from hotledger.web.words import said

_Place = TypeVar("_Place")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:[Zz]|([+ -])(\d\d:\d\d))", re.ASCII)
_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"


def _instant(written: str) -> str:
    """An instant as RFC 3339 writes it: a bare number would be taken for seconds. A `+` has become a space in an address."""
    found = _INSTANT.fullmatch(written)
    if found is None:
        raise ValueError("an instant is written as 2026-03-04T12:00:00Z")
    at, sign, offset = found.groups()
    return f"{at}{sign.replace(' ', '+')}{offset}" if sign else f"{at}Z"


def described(name: str) -> str:
    """What a parameter is, in English: the words have it in both languages."""
    return said(f"docs.{name}", "en")


def named(name: str) -> dict[str, Any]:
    """How an operation is called, for machines and for people."""
    return {"operation_id": name, "summary": described(f"op_{name}")}


def asked(name: str, *examples: Any, **bounds: Any) -> Any:
    """A parameter of the query."""
    return Query(description=described(name), examples=list(examples) or None, **bounds)


def text(name: str, *examples: str, longest: int) -> Any:
    return asked(name, *examples, min_length=1, max_length=longest, pattern=_PRINTABLE)


Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_PRINTABLE)]
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
PlatformPath = Annotated[str, Path(description=described("platform"), max_length=100, pattern=_PRINTABLE, examples=["weibo"])]
BatchPath = Annotated[UUID, Path(description=described("batch_id"), examples=["0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"])]
Platform = Annotated[str | None, text("platform", "weibo", longest=100)]
JobType = Annotated[str | None, text("job_type", "data_collection", longest=50)]
Title = Annotated[str, text("title", "热搜", longest=1000)]
Words = Annotated[str, text("q", "天气", longest=200)]
Platforms = Annotated[list[Name], asked("platforms", ["weibo", "zhihu"], max_length=200, default_factory=list)]
Cursor = Annotated[str | None, text("cursor", longest=300)]
Moment = Annotated[Instant | None, asked("at", "2026-03-04T12:00:00Z")]
Since = Annotated[Instant | None, asked("since", "2026-03-01T00:00:00Z")]
Until = Annotated[Instant | None, asked("until", "2026-03-08T00:00:00Z")]
Days = Annotated[int, asked("days", 7, ge=1, le=366)]
AtMost = Annotated[int, asked("at_most", 50, ge=1, le=500)]


def place_of(cursor: str | None, read: Callable[[str], _Place]) -> _Place | None:
    """The place that a cursor means. Raises `HTTPException` (400) for a text that is none of ours."""
    try:
        return None if cursor is None else read(cursor)
    except ValueError:
        raise HTTPException(400, "This cursor is none of ours: begin without one, or use `next` of the page before as it is.") from None
