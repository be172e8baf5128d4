"""Reads kept bodies again with today's parsers and the judge, and lets the ledger hold what comes of it.

The judge is not told the past: what was known then is not known any more. So the ledger lets a warning stand while its list is the
same, and doubts a list that only the past had shown to be wrong (see the SQL function `reading_repair`). Nor is it told the other headers
of the answer, such as its age in a cache: a body that came more than once is kept once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from hotledger.collect.judge import judge_failure
from hotledger.collect.reading import NOTHING, Found, Known, endpoint_of, listed
from hotledger.errors import BadStatus
from hotledger.ledger.batch import Past
from hotledger.ledger.ledger import Ledger
from hotledger.ledger.repairs import Repair, WithBody
from hotledger.model import KeptBody, Reader, Reading, Response
from hotledger.store.bodies import Body


class Fate(StrEnum):
    """What became of one reading."""

    RECOVERED = "recovered"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILING = "still_failing"
    REFUSED = "refused"
    MISSING = "body_missing"
    GONE = "gone"


class Step(NamedTuple):
    """One reading that is done, for whoever shows it; `repair` is `None` where nothing was asked of the ledger."""

    held: WithBody
    fate: Fate
    repair: Repair | None


class Reparsed(NamedTuple):
    """How many readings had which fate, and how many more items the ledger holds (or would hold) now."""

    fates: Counter[Fate]
    items: int

    @property
    def read_again(self) -> int:
        """How many had their body here."""
        return self.fates.total() - self.fates[Fate.MISSING]


class Reparser:
    """Reads again what one reader reads. `find` gives a kept body by its hash."""

    def __init__(
        self,
        ledger: Ledger,
        reader: Reader,
        find: Callable[[str], Body | None],
        *,
        now: Callable[[], datetime],
        forced: bool,
        dry_run: bool,
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._find = find
        self._now = now
        self._forced = forced
        self._dry_run = dry_run

    async def run(self, readings: list[WithBody], ended: Callable[[Step], None] = lambda step: None) -> Reparsed:
        """Read all of them again, one after the other; `ended` is told of each. It can be stopped at any time, and begun anew."""
        fates: Counter[Fate] = Counter()
        items = 0
        for held in readings:
            step = await self._one(held)
            fates[step.fate] += 1
            if step.repair and step.repair.outcome == "repaired":
                items += step.repair.items - step.repair.items_before
            ended(step)
        return Reparsed(fates, items)

    async def _one(self, held: WithBody) -> Step:
        readings = [read_again(self._reader, held, kept, body) for kept in held.bodies if (body := await self._found(kept))]
        if not readings:
            return Step(held, Fate.MISSING, None)
        reading = next((each for each in readings if each.verdict.keeps_list), readings[0])
        if not reading.verdict.keeps_list and reading.body_hash != held.body_hash:
            return Step(held, Fate.FAILING, None)  # the verdict is that of the first way, of which nothing new is known
        repair = await self._ledger.repair(
            held.batch_id, reading, self._reader.facts.link, read_at=self._now(), forced=self._forced, dry_run=self._dry_run
        )
        return Step(held, _fate(repair), repair)

    async def _found(self, kept: KeptBody) -> Body | None:
        return await asyncio.to_thread(self._find, kept.body_hash)


def read_again(reader: Reader, held: WithBody, kept: KeptBody, body: Body) -> Reading:
    """What today's parser makes of a body of a reading; what was fetched stays as it was noted then. Pure."""
    found = _found_again(reader, _response(held, kept, body), held.error_message if kept.body_hash == held.body_hash else None)
    keeps = found.judgement.verdict.keeps_list
    return Reading(
        platform=held.platform,
        verdict=found.judgement.verdict,
        evidence=found.judgement.evidence,
        started_at=held.collected_at,
        collected_at=held.collected_at,
        duration_ms=held.duration_ms or 0,
        items=found.listing.ranked if keeps else (),
        pinned=found.listing.pinned,
        ads=len(found.listing.ads),
        body_hash=kept.body_hash,
        parser_version=reader.version,
        error_code=found.error.code if found.error else None,
        error_message=str(found.error) if found.error else None,
    )


def _response(held: WithBody, kept: KeptBody, body: Body) -> Response:
    """The answer as it was. The same body may have come from several addresses: then the one that the ledger knows is taken."""
    same = body.url is not None and (kept.endpoint is None or endpoint_of(body.url) == kept.endpoint)
    return Response(
        url=body.url if same and body.url else f"https://{kept.endpoint}",
        status=kept.http_status or 200,
        content=body.content,
        received_at=held.collected_at,
        headers={"content-type": body.content_type} if body.content_type else {},
    )


def _found_again(reader: Reader, response: Response, said: str | None) -> Found:
    if 200 <= response.status < 300:
        return listed(reader, response, Known(Past(known=False)))
    error = BadStatus(said or f"it answered with status {response.status}", response)
    return Found(judge_failure(error), NOTHING, response, error)


def _fate(repair: Repair) -> Fate:
    if repair.outcome in ("refused", "unknown"):
        return Fate.REFUSED if repair.outcome == "refused" else Fate.GONE
    if repair.verdict is None or not repair.verdict.keeps_list:
        return Fate.FAILING
    if repair.outcome == "unchanged":
        return Fate.UNCHANGED
    return Fate.CHANGED if repair.verdict_before and repair.verdict_before.keeps_list else Fate.RECOVERED
