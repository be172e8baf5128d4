"""Batches: all of them page by page, and one whole, live while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from hotledger.ledger.ledger import Ledger
from hotledger.ledger.overview import BatchChange, Place, PlatformChange
from hotledger.model import Status
from hotledger.web import batch_events, batch_view
from hotledger.web.application import ledger_of
from hotledger.web.asked import address
from hotledger.web.charts import Column, bars, image, look_of
from hotledger.web.showing import colour, language_of, show
from hotledger.web.tables import as_file, format_of, table_of
from hotledger.web.words import said

PATH, NAME, ORDER = "/batches", "batches.name", 20
router = APIRouter(include_in_schema=False)

OUTCOMES = ("full", "partial", "failed")
COLUMNS = (
    "id", "job_type", "status", "outcome", "failure", "started_at", "completed_at", "seconds", "planned", "processed", "succeeded",
    "total_items", "new_items", "source", "explanation",
)  # fmt: skip
READING_COLUMNS = ("platform", "verdict", "items", "new_items", "start_ms", "wait_ms", "fetch_ms", "record_ms", "evidence")
_AT_ONCE, _IN_A_FILE = 50, 500
_LONGEST = 100


@router.get(PATH)
async def batches(
    request: Request,
    job_type: Annotated[str, Query(alias="type", max_length=_LONGEST)] = "",
    status: Literal["", "pending", "in_progress", "completed", "failed"] = "",
    platform: Annotated[str, Query(max_length=_LONGEST)] = "",
    outcome: Literal["", "full", "partial", "failed"] = "",
    before: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """A page of batches, newest first."""
    wanted = format_of(request)
    chosen = {"type": _clean(job_type), "status": status, "platform": _clean(platform), "outcome": outcome}
    found = await ledger_of(request).page(
        job_type=chosen["type"] or None, status=status or None, platform=chosen["platform"] or None, outcome=outcome or None,
        at_most=_IN_A_FILE if wanted else _AT_ONCE, before=_place(request, before),
    )  # fmt: skip
    if wanted:
        return as_file(table_of("batches", COLUMNS, found.batches), wanted)
    kept = {name: value for name, value in chosen.items() if value}
    older = f"{PATH}?{urlencode(kept | {'before': str(found.next)})}" if found.next else None
    newest = f"{PATH}?{urlencode(kept)}" if kept else PATH
    return show(
        request, "batches.html", found=found, chosen=chosen, older=older, newest=newest if before else None,
        file_address=address(PATH, kept | {"before": before}),
        statuses=[each.value for each in Status], outcomes=OUTCOMES,
    )  # fmt: skip


def _clean(written: str) -> str:
    """What was typed, as far as a name in the database can hold it."""
    return "".join(letter for letter in written if letter.isprintable()).strip()


def _place(request: Request, word: str) -> Place | None:
    try:
        return Place.read(word) if word else None
    except ValueError:
        raise HTTPException(400, said("batches.wrong_place", language_of(request))) from None


@router.get(PATH + "/{batch_id}")
async def batch(request: Request, batch_id: UUID) -> Response:
    """One batch, whole, beside the one before."""
    ledger = ledger_of(request)
    job = await _found(request, ledger, batch_id)
    if wanted := format_of(request):
        return as_file(table_of(f"batch-{batch_id}", READING_COLUMNS, batch_view.rows(job)), wanted)
    change = await ledger.change(str(batch_id))
    view = batch_view.view(job, datetime.now(UTC))
    return show(request, "batch.html", **view._asdict(), change=change, changed=_changed(change))


def _changed(change: BatchChange | None) -> list[PlatformChange]:
    """The platforms whose verdict or number of items is another one than before: the worse ones first."""
    order = ("worse", "gone", "better", "new", "same")
    platforms = change.platforms if change else ()
    changed = [each for each in platforms if each.verdict != each.verdict_before or each.items_more]
    return sorted(changed, key=lambda each: (order.index(each.change), -abs(each.items_more or 0), each.platform))


async def _found(request: Request, ledger: Ledger, batch_id: UUID) -> dict[str, Any]:
    job = await ledger.job(str(batch_id))
    if job is None:
        raise HTTPException(404, said("batches.unknown", language_of(request)))
    return job


@router.get(PATH + "/{batch_id}/events")
async def events(request: Request, batch_id: UUID) -> Response:
    """What happens in a running batch, as server-sent events until it has ended."""
    ledger, streams, language = ledger_of(request), _streams(request), language_of(request)
    await _found(request, ledger, batch_id)
    if streams.full:
        raise HTTPException(503, said("batches.no_room", language))

    def tell(job: Mapping[str, Any]) -> Mapping[str, Any]:
        return told(job, language)

    stream = batch_events.events(lambda: ledger.job(str(batch_id)), tell, streams, batch_events.a_while)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _streams(request: Request) -> batch_events.Streams:
    state = request.app.state
    if not hasattr(state, "streams"):
        state.streams = batch_events.Streams()
    streams: batch_events.Streams = state.streams
    return streams


def told(job: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the page of a running batch needs to move: texts, ready to be shown as text, and the colours of words."""
    at = batch_view.step(job)
    ended = [row for row in batch_view.rows(job) if row.verdict is not None]
    return {
        "done": at.done,
        "planned": at.planned,
        "progress": said("batches.progress", language, done=at.done, planned=at.planned, items=f"{at.items:,}"),
        "rows": [_moved(row, language) for row in ended],
    }


def _moved(row: batch_view.Row, language: str) -> dict[str, Any]:
    shown = {"verdict": said(f"states.{row.verdict}", language), "colour": colour(row.verdict), "evidence": row.evidence}
    return {"platform": row.platform, **shown, "items": row.items, "new": row.new_items}


@router.get("/charts/batches/{batch_id}.svg")
async def timeline(request: Request, batch_id: UUID) -> Response:
    """The platforms of a batch over its time."""
    language = language_of(request)
    found = batch_view.rows(await _found(request, ledger_of(request), batch_id))
    rows = sorted((row for row in found if row.fetch_ms is not None), key=batch_view.ended_ms, reverse=True)
    last_ms = max(map(batch_view.ended_ms, rows), default=0)
    groups = [
        Column(None, [_seconds(row.start_ms) for row in rows], "nothing"),
        Column(said("batches.wait", language), [_seconds(row.wait_ms) for row in rows], "unknown"),
        Column(said("batches.fetch", language), [_seconds(row.fetch_ms) for row in rows], "hue0"),
        Column(said("batches.record", language), [_seconds(_drawn_ms(row, last_ms)) for row in rows], "hue3"),
    ]
    return image(request, bars(look_of(request, said("batches.timeline", language)), [row.platform for row in rows], groups))


def _drawn_ms(row: batch_view.Row, last_ms: float) -> float:
    """How much of its recording is drawn: what came through the spool hours later would make all else too small to be seen."""
    return min(row.record_ms or 0, 2 * last_ms - batch_view.ended_ms(row))


def _seconds(milliseconds: float | None) -> float:
    return 0 if milliseconds is None else round(milliseconds / 1000, 3)
