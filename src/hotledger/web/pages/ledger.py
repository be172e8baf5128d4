"""Ledger: its size and growth, the spool of this machine, open leases, refused writes, versions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hotledger import sql
from hotledger.errors import StoreError
from hotledger.ledger.reports import Sizes
from hotledger.web.application import ledger_of
from hotledger.web.here import here_of
from hotledger.web.showing import show

PATH, NAME, ORDER = "/ledger", "ledger.name", 80
_MB = 1_000_000
_FULL = 0.8
_DAYS_TO_FORESEE = 3
router = APIRouter(include_in_schema=False)


class Room(NamedTuple):
    """How much of its limit the database has taken, and when it will have taken all, where some days tell a pace."""

    limit_bytes: int
    share: float
    full_at: datetime | None

    @property
    def state(self) -> str:
        """A class of colour: `bad` at the limit, `warned` near it."""
        return "bad" if self.share >= 1 else "warned" if self.share >= _FULL else "good"


@router.get(PATH)
async def ledger(request: Request) -> HTMLResponse:
    """The health of the ledger; while the database is away, at least that of the spool."""
    here = here_of(request)
    spool = await here.spooled()
    sizes, told, trouble = None, None, None
    try:
        sizes = await ledger_of(request).sizes()
        told = await ledger_of(request).telling.told()
    except StoreError as error:
        trouble = str(error)
    return show(
        request, "ledger.html", status=503 if trouble else 200, sizes=sizes, told=told, trouble=trouble, spool=spool, place=here.place,
        room=_room(sizes, here.size_limit_mb) if sizes else None, limit_mb=here.size_limit_mb, schema_here=sql.schema_version(),
        can_drain=getattr(request.app.state, "drain", None) is not None,
        is_edition_ours=sizes is not None and sizes.edition == f"hotledger {sql.mark()}",
    )  # fmt: skip


def _room(sizes: Sizes, limit_mb: int | None) -> Room | None:
    if limit_mb is None:
        return None
    limit = limit_mb * _MB
    left, pace = limit - sizes.size_bytes, sizes.bytes_a_day
    days = left / pace if pace and left > 0 and sizes.growth_days >= _DAYS_TO_FORESEE else None
    return Room(limit, sizes.size_bytes / limit, sizes.now + timedelta(days=days) if days is not None and days < 36500 else None)
