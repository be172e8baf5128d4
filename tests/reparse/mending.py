"""A site that changes its shape for a while, a collector that goes on collecting, and a parser that is mended at last."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from tests.database import Database

from hotledger.collect.collector import CollectionResult, Collector
from hotledger.collect.reparsing import Reparsed, Reparser, Step
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.ledger.ledger import Ledger
from hotledger.model import Item, Reader, Response
from hotledger.platforms import reader
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.faults import Kind
from hotledger.store.bodies import BodyStore

MINUTES = 30
HEALTHY = "hackernews"


class Seen(NamedTuple):
    """What the readings of a platform must say of one title: how often, first, last, best rank, highest heat."""

    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    best_rank: int
    peak_heat: float | None


class Story:
    """Collections at moments that follow each other, and the truth at each of them."""

    def __init__(self, database: Database, simulator: Simulator, folder: Path, platform: str) -> None:
        self.database = database
        self.simulator = simulator
        self.platform = platform
        self.bodies = BodyStore(folder, days=7)
        self.truth: dict[datetime, list[tuple[str, int]]] = {}
        self.batches: dict[datetime, str] = {}
        self.old = reader(platform)
        self.mended = mended(self.old)
        self.ledger = Ledger(database.store(), now=simulator.now)

    async def collect(self, by: Reader, times: int = 1) -> list[datetime]:
        """Collect so often, half an hour apart, beside a platform that is well; return the moments."""
        return [await self._collect_once(by) for _ in range(times)]

    async def break_site(self) -> None:
        """From now on the site has another shape."""
        self.simulator.faults.set(self.platform, Fault(Kind.CHANGED))

    async def reparse(
        self,
        *,
        everything: bool = False,
        by: Reader | None = None,
        dry_run: bool = False,
        told: Callable[[Step], None] = lambda step: None,
    ) -> tuple[Reparsed, list[Step]]:
        """Read the kept bodies again, by the mended parser."""
        steps: list[Step] = []

        def ended(step: Step) -> None:
            steps.append(step)
            told(step)

        readings = [each async for each in self.ledger.with_bodies(self.platform, only_failed=not everything)]
        again = Reparser(self.ledger, by or self.mended, self.bodies.read, now=self.simulator.now, forced=False, dry_run=dry_run)
        return await again.run(readings, ended), steps

    async def lists(self) -> dict[datetime, list[tuple[str, int]]]:
        """What the ledger holds of the platform."""
        rows = await self.database.rows(
            "SELECT collected_at, title, COALESCE(heat, 0)::BIGINT FROM hot_items"
            " WHERE platform = %(platform)s ORDER BY collected_at, rank",
            {"platform": self.platform},
        )
        found: dict[datetime, list[tuple[str, int]]] = defaultdict(list)
        for at, title, heat in rows:
            found[at].append((title, heat))
        return found

    async def entries(self) -> dict[str, Seen]:
        """What the ledger says of each title of the platform."""
        rows = await self.database.rows(
            "SELECT title, times_seen, first_seen_at, last_seen_at, best_rank, peak_heat FROM hot_entries"
            " WHERE platform_id = (SELECT id FROM hot_platforms WHERE name = %(platform)s)",
            {"platform": self.platform},
        )
        return {title: Seen(*facts) for title, *facts in rows}

    def expected_entries(self, moments: Sequence[datetime]) -> dict[str, Seen]:
        """What it must say once the lists of these moments are in it."""
        sights: dict[str, list[tuple[datetime, int, int]]] = defaultdict(list)
        for at in sorted(moments):
            for rank, (title, heat) in enumerate(self.truth[at], 1):
                sights[title].append((at, rank, heat))
        return {
            title: Seen(len(seen), seen[0][0], seen[-1][0], min(rank for _, rank, _ in seen), float(max(heat for *_, heat in seen)) or None)
            for title, seen in sights.items()
        }

    async def everything(self) -> object:
        """All that the ledger holds."""
        return await self.database.rows(
            "SELECT (SELECT jsonb_agg(r ORDER BY r.batch_id, r.platform_id) FROM hot_readings AS r),"
            " (SELECT jsonb_agg(e ORDER BY e.id) FROM hot_entries AS e), (SELECT jsonb_agg(j ORDER BY j.id) FROM batch_jobs AS j),"
            " (SELECT jsonb_agg(i ORDER BY i.id) FROM hot_incidents AS i),"
            " (SELECT jsonb_agg(d ORDER BY d.day, d.platform_id) FROM hot_days AS d)"
        )

    async def _collect_once(self, by: Reader) -> datetime:
        self.simulator.advance(MINUTES * 60)
        at = self.simulator.now()
        self.truth[at] = self.simulator.listing(self.platform)
        result = await self._collected([by, reader(HEALTHY)])
        self.batches[at] = result.batch_job_id
        return at

    async def _collected(self, readers: list[Reader]) -> CollectionResult:
        async with Fetcher(Limits(host_interval_seconds=0, attempts=1), via=self.simulator.url, now=self.simulator.now) as fetcher:
            return await Collector(self.ledger, fetcher, self.bodies, now=self.simulator.now).collect(readers)


def mended(old: Reader) -> Reader:
    """A parser that reads the site's new shape as well as the old one: it undoes what the redesign did (see `simulator.faults`)."""

    def parse(response: Response) -> list[Item]:
        keys = re.sub(rb'"new_([A-Za-z_][\w ]*)":', rb'"\1":', response.content)
        content = re.sub(rb"\bdata-(class|id)=", rb"\1=", keys)
        return old.parse(msgspec.structs.replace(response, content=content))

    return old._replace(parse=parse, version="mended")
