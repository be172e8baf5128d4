"""A batch as its page shows it: a row for each platform with its times, out of the readings and of what the metadata notes beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hotledger.ledger.metadata import noted
from hotledger.web.showing import colour, instant

ENDED = ("completed", "failed")
_ORDER = ("bad", "warned", "good", "unknown")


class Row(NamedTuple):
    """One platform of a batch. The times are milliseconds: `start_ms` after the batch, then waiting, fetching and recording.

    `verdict` is `None` while its reading has not ended, or where it never did. `details` are those of the reading, `before` is what was
    repaired in it.
    """

    platform: str
    verdict: str | None = None
    evidence: str | None = None
    items: int | None = None
    new_items: int | None = None
    start_ms: float | None = None
    wait_ms: float | None = None
    fetch_ms: float | None = None
    record_ms: float | None = None
    details: Mapping[str, Any] = {}
    before: Mapping[str, Any] = {}


def has_ended(job: Mapping[str, Any]) -> bool:
    """Whether the batch has ended."""
    return job["status"] in ENDED


def planned(job: Mapping[str, Any]) -> list[str]:
    """The platforms of its plan, if it has one."""
    return [name for name in noted(job["metadata"], "planned", kind=list) or [] if isinstance(name, str)]


def rows(job: Mapping[str, Any]) -> list[Row]:
    """Its platforms in the order in which they ended (when all has ended, what is not well first), then those that have not."""
    ended = [_row(job, reading) for reading in job["readings"]]
    if has_ended(job):
        ended.sort(key=lambda row: _ORDER.index(colour(row.verdict)))
    names = {row.platform for row in ended}
    return ended + [Row(name) for name in planned(job) if name not in names]


def _row(job: Mapping[str, Any], reading: Mapping[str, Any]) -> Row:
    name, details = reading["platform"], reading["details"] or {}
    note = noted(job["metadata"], "platforms", name, kind=dict) or {}
    took, waited, landed = reading["duration_ms"], _number(note.get("waited_ms")), _number(note.get("landed_ms"))
    return Row(
        platform=name,
        verdict=reading["verdict"],
        evidence=reading["evidence"],
        items=reading["items"],
        new_items=reading["new_items"],
        start_ms=_between(job["started_at"], note.get("started_at")),
        wait_ms=None if waited is None or took is None else min(waited, took),
        fetch_ms=None if took is None else took - min(waited or 0, took),
        record_ms=None if took is None or landed is None else max(0, landed - took),
        details=details,
        before=noted(job["metadata"], "summary", "repaired", name, kind=dict) or {},
    )


def ended_ms(row: Row) -> float:
    """When its reading ended, after the beginning of the batch."""
    return (row.start_ms or 0) + (row.wait_ms or 0) + (row.fetch_ms or 0)


def _between(begin: str | None, at: Any) -> float | None:
    try:
        since, until = instant(begin), instant(at)
        return None if since is None or until is None else max(0.0, (until - since).total_seconds() * 1000)
    except (TypeError, ValueError):  # written by other software
        return None


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) else None


class Step(NamedTuple):
    """How far a running batch is."""

    status: str
    done: int
    planned: int
    items: int


def step(job: Mapping[str, Any]) -> Step:
    """How far it is now."""
    processed = len(job["platforms_processed"] or [])
    return Step(job["status"], processed, max(len(planned(job)), processed), job["total_items"] or 0)


class View(NamedTuple):
    """What the page shows of one batch. `took` is how many seconds it took, or has taken until now."""

    job: Mapping[str, Any]
    ended: bool
    step: Step
    rows: list[Row]
    summary: Mapping[str, Any]
    errors: list[dict[str, Any]]
    took: float | None
    source: str | None
    disabled: Mapping[str, Any]


def view(job: Mapping[str, Any], now: datetime) -> View:
    """A batch, as `batch_get` gives it, for its page."""
    return View(
        job=job,
        ended=has_ended(job),
        step=step(job),
        rows=rows(job),
        summary=noted(job["metadata"], "summary", kind=dict) or {},
        errors=_errors(job),
        took=_took_seconds(job, now),
        source=noted(job["metadata"], "source", kind=str),
        disabled=noted(job["metadata"], "disabled", kind=dict) or {},
    )


def _errors(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in noted(job["metadata"], "errors", kind=list) or [] if isinstance(each, dict)]


def _took_seconds(job: Mapping[str, Any], now: datetime) -> float | None:
    began, ended = instant(job["started_at"]), instant(job["completed_at"])
    return None if began is None else max(0.0, ((ended or now) - began).total_seconds())
