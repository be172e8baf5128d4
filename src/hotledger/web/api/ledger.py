"""The ledger itself: versions, how large it is and how it grows, leases, refused writes, and the spool of the machine that serves."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from msgspec.structs import asdict
from pydantic import AwareDatetime, Field

from hotledger import sql
from hotledger.ledger import reports
from hotledger.web.api._answers import REFUSALS, Record, answered
from hotledger.web.api._kinds import answer_of
from hotledger.web.api._parameters import named
from hotledger.web.application import ledger_of
from hotledger.web.here import here_of

router = APIRouter(prefix="/api/v1/ledger", tags=["ledger"], responses=REFUSALS)


class Spooled(Record):
    """What waits on the machine that serves, until the database can be reached."""

    waiting: int
    oldest_at: AwareDatetime | None
    for_others: int = Field(description="What waits for other databases.")
    set_aside: int
    bytes: int
    limit_bytes: int
    trouble: str | None


LedgerSizes = answer_of(
    reports.Sizes,
    name="LedgerSizes",
    without={"now"},
    schema_version_here=int,
    size_limit_mb=int | None,
    place=str | None,
    spool=Spooled | None,
)


@router.get("", response_model=LedgerSizes, **named("ledger"))
async def ledger(request: Request) -> Response:
    """How large the ledger is, how it grows, what stands open in it, and what waits in the spool."""
    here = here_of(request)
    found, spool = await ledger_of(request).sizes(), await here.spooled()
    about = {"schema_version_here": sql.schema_version(), "size_limit_mb": here.size_limit_mb, "place": here.place}
    content = asdict(found) | about | {"spool": spool._asdict() if spool else None}
    return answered(LedgerSizes, content, found.newest_reading_at)
