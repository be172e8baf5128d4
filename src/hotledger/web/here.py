"""What this machine knows beside the ledger: which platforms it can read, where the database is, its own spool and kept bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fastapi import Request

from hotledger.app import bodies_of, database_place, database_target, known_readers, size_limit_mb, spool
from hotledger.config import Settings
from hotledger.errors import HotledgerError
from hotledger.ledger.spool import Spool
from hotledger.model import Platform, Reader
from hotledger.platforms import readers


class SpoolHere(NamedTuple):
    """How many calls wait on this machine: for this database, since when, for others; how many are set aside; and how full the spool is."""

    waiting: int
    oldest_at: str | None
    for_others: int
    set_aside: int
    bytes: int
    limit_bytes: int
    trouble: str | None = None


class Here(NamedTuple):
    """`place` says where the database is, without a secret. What is not known of another machine is `None`."""

    known: Mapping[str, Reader]
    place: str | None = None
    size_limit_mb: int | None = None
    spool: Spool | None = None
    target: str | None = None
    has_body: Callable[[str], bool] | None = None

    async def spooled(self) -> SpoolHere | None:
        """What waits in the spool of this machine; `None` where there is none."""
        return None if self.spool is None else await asyncio.to_thread(_spooled, self.spool, self.target)

    def facts(self, platform: str) -> Platform | None:
        """The facts of a platform that can be read here."""
        reader = self.known.get(platform)
        return reader.facts if reader else None


def here(settings: Settings) -> Here:
    """This machine as its settings say."""
    bodies = bodies_of(settings)
    return Here(
        known_readers(settings), database_place(settings), size_limit_mb(settings), spool(settings), database_target(settings), bodies.has
    )


def here_of(request: Request) -> Here:
    """The machine that serves, as the application was told; else one that knows our own platforms alone."""
    told: Here | None = getattr(request.app.state, "here", None)
    return told or Here(readers())


def _spooled(spool: Spool, target: str | None) -> SpoolHere:
    try:
        status = spool.status()
    except HotledgerError as error:
        return SpoolHere(0, None, 0, 0, 0, 0, str(error))
    ours = next((each for each in status.waiting if each.target == target), None)
    others = sum(each.calls for each in status.waiting if each.target != target)
    aside = len(status.set_aside)
    return SpoolHere(ours.calls if ours else 0, ours.oldest_at if ours else None, others, aside, status.bytes, status.limit_bytes)
