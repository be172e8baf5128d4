"""Looks at the configured database in order: the way there, the schema, the rights, the clock, the room, a write; and at the spool.

It stops where nothing more can be seen. What is wrong is told from `table`; what the ledger's own rules are is left to the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hotledger.app import Say, database_place, database_target, opened_store, size_limit_mb, spool
from hotledger.config import Settings
from hotledger.diagnosis.catalogue import inspected
from hotledger.diagnosis.connecting import Resolve, resolved
from hotledger.diagnosis.finding import Finding, Teller
from hotledger.diagnosis.naming import case_of
from hotledger.diagnosis.scratch import write_and_read
from hotledger.diagnosis.table import Language
from hotledger.diagnosis.unreachable import explained
from hotledger.errors import EmbeddedError, HotledgerError, SettingsError, SpoolFailed, StoreError
from hotledger.ledger.ledger import Ledger, utc_now
from hotledger.sql import mark, schema_version
from hotledger.sql.rights import relations
from hotledger.store.collector import CollectorStore
from hotledger.store.port import Store
from hotledger.store.postgres import PostgresStore
from hotledger.store.supabase import Kind, SupabaseStore, kind_of

_OLDEST_SERVER = 14
_SKEW_SECONDS = 60
_MB = 1_000_000
_NEARLY_FULL = 0.9
_DAY = timedelta(days=1)
_FAR_DAYS = 36500
_POOLER_PORT = 6543


async def examined(
    settings: Settings,
    say: Say,
    *,
    language: Language = "en",
    now: Callable[[], datetime] = utc_now,
    resolve: Resolve = resolved,
) -> AsyncIterator[Finding]:
    """Everything that is found about the configured database, good and bad, in the order in which it is looked at."""
    tell = Teller(language)
    try:
        for finding in _by_settings(settings, tell):
            yield finding
            if not finding.good:
                return
        async with opened_store(settings, say) as store:
            async for finding in _of_store(store, settings, tell, now):
                yield finding
    except SettingsError as error:
        yield tell.ill("settings_wrong", {"said": error})
    except EmbeddedError as error:
        yield tell.ill("embedded_failed", {"said": error})
    except StoreError as error:
        yield await explained(error, settings, tell, resolve)
    except HotledgerError as error:  # a ledger that does not do as it promises, such as one that takes its own batch away
        yield tell.ill("database_refuses", {"said": error})
    for finding in await _of_spool(settings, tell):
        yield finding


def _by_settings(settings: Settings, tell: Teller) -> list[Finding]:
    """What the settings tell by themselves."""
    target = database_target(settings)
    if settings.database_url is not None:
        pooled = f":{_POOLER_PORT}/" in target
        return [tell.ill("transaction_pooler", {"place": database_place(settings)}, note=True)] if pooled else []
    key = settings.supabase_key.get_secret_value().strip() if settings.supabase_key else ""
    if settings.supabase_url is not None and kind_of(key) is Kind.PUBLIC and settings.collector_token is None:
        return [tell.ill("public_key", {"kind": "publishable" if key.startswith("sb_") else "anon"})]
    return []


async def _of_store(store: Store, settings: Settings, tell: Teller, now: Callable[[], datetime]) -> AsyncIterator[Finding]:
    if isinstance(store, CollectorStore):
        yield await _of_token(store, tell)
        return
    if isinstance(store, PostgresStore):
        # What the database lacks is told before any function is called, which may be what is missing.
        lacks = await inspected(store, tell)
        yield tell.well("answers", database_place(settings))
        if lacks:
            yield lacks
            return
    if isinstance(store, SupabaseStore) and (unseen := await _unseen(store)):
        yield tell.ill("schema_missing_api", {"missing": ", ".join(unseen)})
        return
    before = now()
    about = await Ledger(store).about()
    here = before + (now() - before) / 2
    if isinstance(store, SupabaseStore):
        yield tell.well("answers", database_place(settings))
    for finding in (
        _schema(about, tell, over_api=isinstance(store, SupabaseStore)),
        _server(about, tell),
        _clock(about, here, tell),
        *_room(about, settings, here, tell),
    ):
        yield finding
    if about["schema_version"] == schema_version():
        await write_and_read(Ledger(store))
        yield tell.well("writes", tell.evidence("writes"))


async def _of_token(store: CollectorStore, tell: Teller) -> Finding:
    try:
        answer = await store.call("batch_beat", {"batch_id": uuid4(), "token": uuid4()})
    except StoreError as error:
        if error.sqlstate == "28000":
            return tell.ill("token_refused", {"said": error})
        raise
    return tell.well("token", tell.evidence("token", outcome=answer["outcome"]))


async def _unseen(store: SupabaseStore) -> list[str]:
    """The tables and views that the API does not see. Where it sees none of them, one is enough."""
    unseen = []
    for name in relations():
        try:
            await store.see(name)
        except StoreError as error:
            if case_of(error, over_api=True) != "schema_missing_api":
                raise
            unseen.append(name)
    return unseen


def _schema(about: dict[str, Any], tell: Teller, *, over_api: bool) -> Finding:
    versions = {"there": about["schema_version"] or 0, "here": schema_version()}
    if versions["there"] == versions["here"]:
        there, here = about.get("edition") or "", f"hotledger {mark()}"
        if there != here:
            other = "functions_other_edition_api" if over_api else "functions_other_edition"
            return tell.ill(other, {"there": there, "here": here}, note=True)
        return tell.well("schema", tell.evidence("schema", **versions))
    older = "schema_older_api" if over_api else "schema_older"
    return tell.ill(older if versions["there"] < versions["here"] else "schema_newer", versions)


def _server(about: dict[str, Any], tell: Teller) -> Finding:
    version = str(about["server_version"])
    if int(version.split(".", maxsplit=1)[0]) < _OLDEST_SERVER:
        return tell.ill("server_too_old", {"version": version})
    return tell.well("server", tell.evidence("server", version=version, database=about["database"], role=about["role"]))


def _clock(about: dict[str, Any], here: datetime, tell: Teller) -> Finding:
    there = datetime.fromisoformat(about["now"]).astimezone(UTC)
    seconds = (here - there).total_seconds()
    if abs(seconds) <= _SKEW_SECONDS:
        return tell.well("clock", tell.evidence("clock", seconds=f"{abs(seconds):.1f}"))
    direction = tell.evidence("ahead" if seconds > 0 else "behind")
    facts = {"seconds": f"{abs(seconds):.0f}", "direction": direction}
    return tell.ill("clock_skew", facts | {"here": f"{here:%Y-%m-%d %H:%M:%S}", "there": f"{there:%Y-%m-%d %H:%M:%S}"})


def _room(about: dict[str, Any], settings: Settings, now: datetime, tell: Teller) -> list[Finding]:
    size, limit = about["size_bytes"] / _MB, size_limit_mb(settings)
    if limit is None:
        found = [tell.well("size", tell.evidence("size_free", size=f"{size:.1f}"))]
    else:
        share, forecast = f"{100 * size / limit:.0f}", _forecast(about, limit, now, tell)
        facts = {"size": f"{size:.1f}", "limit": limit, "share": share, "forecast": forecast}
        is_full = size >= limit * _NEARLY_FULL
        found = [tell.ill("size_limit", facts) if is_full else tell.well("size", tell.evidence("size", **facts))]
    if about.get("other_batches"):
        found.append(tell.ill("other_software", {"count": about["other_batches"], "all": about["batches"]}, note=True))
    return found


def _forecast(about: dict[str, Any], limit_mb: int, now: datetime, tell: Teller) -> str:
    left = limit_mb * _MB - about["size_bytes"]
    if left <= 0:
        return tell.evidence("reached")
    oldest, newest = about.get("oldest_reading_at"), about.get("newest_reading_at")
    span = datetime.fromisoformat(newest) - datetime.fromisoformat(oldest) if oldest and newest else timedelta(0)
    if span < _DAY:
        return tell.evidence("no_rate")
    days = min(left / (about["size_bytes"] / (span / _DAY)), _FAR_DAYS)
    return tell.evidence("days", days=f"{days:.0f}", date=f"{now + timedelta(days=days):%Y-%m-%d}")


async def _of_spool(settings: Settings, tell: Teller) -> list[Finding]:
    kept = spool(settings)
    try:
        status = await asyncio.to_thread(kept.status)
    except SpoolFailed as error:
        return [tell.ill("database_refuses", {"said": error})]
    finally:
        kept.close()
    found = [
        tell.ill("spool_waiting", waiting._asdict(), note=True) for waiting in status.waiting if waiting.target == _target_or_none(settings)
    ]
    if status.set_aside:
        found.append(tell.ill("spool_set_aside", {"calls": len(status.set_aside), "reason": status.set_aside[0].reason}))
    return found


def _target_or_none(settings: Settings) -> str | None:
    try:
        return database_target(settings)
    except SettingsError:
        return None
