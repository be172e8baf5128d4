"""Joins the rooms: settings in, a ledger or a collection out. Only this module knows every adapter."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

import structlog
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from hotledger.collect.canary import check
from hotledger.collect.collector import JOB_TYPE, CollectionResult, Collector, Progress
from hotledger.collect.importing import Survey, batches
from hotledger.collect.reparsing import Reparsed, Reparser, Step
from hotledger.collect.retrospect import Retrospect
from hotledger.config import Settings, load
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import SettingsError
from hotledger.fetch.client import Fetcher
from hotledger.fetch.limits import Limits
from hotledger.fetch.via import shown_via
from hotledger.ledger.ledger import Ledger, utc_now
from hotledger.ledger.repairs import WithBody
from hotledger.ledger.spool import Spool
from hotledger.ledger.spooled import SpooledStore
from hotledger.model import Reader, Reading
from hotledger.platforms import known_with, left_out, reader
from hotledger.store import migrate
from hotledger.store.bodies import BodyStore
from hotledger.store.collector import CollectorStore
from hotledger.store.port import Store
from hotledger.store.postgres import PostgresStore
from hotledger.store.supabase import SupabaseStore
from hotledger.telemetry.observing import Job, Observed, observed

T = TypeVar("T")
_SUPABASE_LIMIT_MB = 500
_BATCHES_A_CALL = 72  # the more, the fewer times a title that stands long is written

Say = Callable[[str], None]


def silent(line: str) -> None:
    """Say nothing."""


@asynccontextmanager
async def opened_store(settings: Settings, say: Say = silent) -> AsyncIterator[Store]:
    """The configured database, by whichever transport; with a collector's token, as that collector, who may only record."""
    if settings.database_url is None and (settings.supabase_url is not None or settings.supabase_key is not None):
        supabase = _supabase_store(settings)
        try:
            yield _as_configured(supabase, settings)
        finally:
            await supabase.close()
    else:
        async with opened_database(settings, say) as store:
            yield _as_configured(store, settings)


@asynccontextmanager
async def opened_database(settings: Settings, say: Say = silent) -> AsyncIterator[PostgresStore]:
    """PostgreSQL itself, for those who need more than calls. The embedded one is held up meanwhile, and gets its schema by itself.

    Raises `SettingsError` where only a REST API is configured.
    """
    if settings.database_url is not None:
        address(settings.database_url.get_secret_value())
        store = PostgresStore(settings.database_url.get_secret_value())
        try:
            yield store
        finally:
            await store.close()
    elif settings.supabase_url is not None or settings.supabase_key is not None:
        raise SettingsError(
            "This needs PostgreSQL itself, and SUPABASE_URL and SUPABASE_KEY reach the REST API only: set DATABASE_URL to the project's "
            "connection string (Connect, Session pooler). The schema can also be made by pasting the output of `hotledger sql` into the "
            "project's SQL editor."
        )
    else:
        if settings.home.exists() and not settings.home.is_dir():
            raise SettingsError(f"HOTLEDGER_HOME is {settings.home}, which is not a folder: name another one.")
        async with EmbeddedServer(settings.home, say=say) as server:
            store = PostgresStore(server.url)
            try:
                if not await migrate.is_current(store):
                    await migrate.migrate(store)
                yield store
            finally:
                await store.close()


def _supabase_store(settings: Settings) -> SupabaseStore:
    if settings.supabase_url is None or settings.supabase_key is None:
        given, missing = ("SUPABASE_KEY", "SUPABASE_URL") if settings.supabase_url is None else ("SUPABASE_URL", "SUPABASE_KEY")
        raise SettingsError(f"{given} is set, but {missing} is not: set both (the project's settings show them), or neither.")
    return SupabaseStore(settings.supabase_url, settings.supabase_key.get_secret_value().strip())


def _as_configured(store: Store, settings: Settings) -> Store:
    # The embedded database belongs to whoever runs it, and has no collectors.
    is_embedded = settings.database_url is None and settings.supabase_url is None
    if settings.collector_token is None or is_embedded:
        return store
    return CollectorStore(store, settings.collector_token.get_secret_value().strip())


@asynccontextmanager
async def opened_ledger(settings: Settings, say: Say = silent) -> AsyncIterator[Ledger]:
    """The ledger in the configured database; what it writes goes to the spool while that is away."""
    async with opened_spool(settings, say) as store:
        yield Ledger(store, lease_seconds=settings.lease_seconds, overlap=settings.overlap)


@asynccontextmanager
async def opened_spool(settings: Settings, say: Say = silent) -> AsyncIterator[SpooledStore]:
    """The configured database, behind the spool."""
    async with opened_store(settings, say) as store:
        kept = spool(settings)
        try:
            yield SpooledStore(store, kept, target=database_target(settings), limit_seconds=settings.store_seconds)
        finally:
            kept.close()


def bodies_of(settings: Settings, *, keep: bool = True) -> BodyStore:
    """The raw bodies of this machine; where `keep` is false, none is added."""
    return BodyStore(settings.home / "bodies", days=settings.keep_bodies_days if keep else 0, mib=settings.bodies_mib)


def spool(settings: Settings) -> Spool:
    """The spool of this machine."""
    return Spool(settings.home / "spool", mib=settings.spool_mib)


def database_target(settings: Settings) -> str:
    """Which database the settings mean, for the spool: no secret in it, and another database has another one.

    The user is a part of it, since poolers tell the databases behind them apart by that.
    """
    if settings.database_url is not None:
        parts = address(settings.database_url.get_secret_value())
        user, host, port = (parts.get(name) or os.environ.get(f"PG{name.upper()}", "") for name in ("user", "host", "port"))
        database = parts.get("dbname") or os.environ.get("PGDATABASE") or user
        return f"postgresql://{user}@{parts.get('hostaddr') or host}:{port or '5432'}/{database}"
    if settings.supabase_url is not None:
        return settings.supabase_url.rstrip("/")
    return f"embedded:{settings.home.resolve()}"


def size_limit_mb(settings: Settings) -> int | None:
    """How large the database may grow: as the settings say, else as Supabase's free plan does, else as it likes."""
    if settings.size_limit_mb is not None:
        return settings.size_limit_mb
    is_supabase = settings.database_url is None and settings.supabase_url is not None
    return _SUPABASE_LIMIT_MB if is_supabase or ".supabase.co" in database_target(settings) else None


def database_place(settings: Settings) -> str:
    """Where the configured database is, in words, without its password."""
    if settings.database_url is not None:
        parts = address(settings.database_url.get_secret_value())
        host = f" at {parts['host']}{':' + parts['port'] if 'port' in parts else ''}" if "host" in parts else ""
        return f"PostgreSQL database “{parts.get('dbname', parts.get('user', ''))}”{host} (DATABASE_URL)"
    if settings.supabase_url is not None:
        return f"Supabase at {settings.supabase_url} (SUPABASE_URL)"
    return f"embedded PostgreSQL under {settings.home}"


def address(url: str) -> dict[str, str]:
    """The parts of a PostgreSQL address, by libpq's names. Raises `SettingsError`, without a word of what may be a password."""
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError:
        raise SettingsError(
            "DATABASE_URL is not an address of PostgreSQL: write postgresql://user:password@host:5432/database, "
            "with %25 for a % in the password, %40 for an @ and %2F for a /."
        ) from None


def known_readers(settings: Settings) -> dict[str, Reader]:
    """The platforms that can be collected here, by id: ours, those of other packages, and those that the user has declared.

    Warns of each one of another package that can't be had. Raises `SettingsError` for a wrong declaration.
    """
    for sentence in left_out():
        warnings.warn(sentence, stacklevel=2)
    return known_with(declarations(settings))


def declarations(settings: Settings) -> Path:
    """The folder of the platforms that the user has declared."""
    return settings.platform_files or settings.home / "platforms"


def chosen_readers(settings: Settings, platforms: Sequence[str] = ()) -> list[Reader]:
    """The platforms that are named, else those of the settings, else all but those that want to be named. Raises `SettingsError` for an
    unknown one."""
    configured = [name.strip() for name in (settings.platforms or "").split(",") if name.strip()]
    names = list(dict.fromkeys(platforms or configured))
    known = known_readers(settings)
    return [reader(name, known) for name in names] if names else [each for each in known.values() if not each.facts.off]


def limits(settings: Settings) -> Limits:
    """The limits of fetching, as the settings say."""
    return Limits(
        request_seconds=settings.request_seconds,
        attempts=settings.attempts,
        host_concurrency=settings.host_concurrency,
        host_interval_seconds=settings.host_interval_seconds,
        body_bytes=settings.body_mib * 1024 * 1024,
    )


class DataCollector:
    """Collects hot lists and records each collection as a batch. Without settings, they are read from the environment and `.env`."""

    def __init__(
        self, settings: Settings | None = None, *, progress: Callable[[Progress], None] = lambda step: None, say: Say = silent
    ) -> None:
        self._settings = settings or load()
        self._progress = progress
        self._say = say
        self._source = f"via {shown_via(self._settings.via)}" if self._settings.via else None
        configure_logging(self._settings)

    async def collect_all(self) -> CollectionResult:
        """Collect all platforms (or those that the settings name)."""
        return await self.collect(())

    async def collect(self, platforms: Sequence[str]) -> CollectionResult:
        """Collect some platforms, by their ids.

        A platform that fails is a reading in the result, not an exception. Raises `SettingsError` for an unknown platform, `EmbeddedError`
        or `StoreError` when there is no database, `LeaseLost` when the batch was taken for lost meanwhile.
        """
        wanted = chosen_readers(self._settings, platforms)
        async with opened_ledger(self._settings, self._say) as ledger:
            result = await self.collect_into(ledger, wanted)
            if result.spooled is None:
                from hotledger.alerts.configured import tell

                await tell(ledger, self._settings, size_limit_mb(self._settings))
            return result

    async def collect_into(
        self, ledger: Ledger, wanted: Sequence[Reader], *, job_type: str | None = None, prefix: str = ""
    ) -> CollectionResult:
        """Collect into a ledger that is open already; `job_type` and `prefix` set a batch apart that is not for keeping."""
        settings = self._settings
        bodies = bodies_of(settings, keep=not prefix)
        cookies = {platform: cookie.get_secret_value() for platform, cookie in settings.cookie.items()}
        job = Job(job_type or JOB_TYPE, {each.facts.id: each.facts.home for each in wanted}, database_target(settings))
        async with (
            Fetcher(limits(settings), via=settings.via, cookies=cookies) as fetcher,
            observed(settings, None if prefix else job) as watched,
        ):
            collector = Collector(
                ledger,
                fetcher,
                bodies,
                now=utc_now,
                platform_seconds=settings.platform_seconds,
                prefix=prefix,
                source=self._source,
                progress=_watched(self._progress, watched),
                **({"job_type": job_type} if job_type else {}),
            )
            result = await collector.collect(wanted)
            watched.ended(result.status, result.total_items, result.new_items)
        if not prefix:
            await asyncio.to_thread(bodies.prune, utc_now())
        return result


def _watched(progress: Callable[[Progress], None], watched: Observed) -> Callable[[Progress], None]:
    """The progress, told to the observers too."""

    def told(step: Progress) -> None:
        progress(step)
        if step.reading is None or step.recorded is None:
            watched.began(step.batch_id, step.platform)
        else:
            watched.recorded(step.reading, step.recorded)

    return told


async def reparsed(
    ledger: Ledger,
    settings: Settings,
    wanted: Reader,
    readings: list[WithBody],
    ended: Callable[[Step], None] = lambda step: None,
    *,
    forced: bool = False,
    dry_run: bool = False,
) -> Reparsed:
    """Read the kept bodies of readings of one platform again, with its parser of today; `ended` is told of each."""
    reparser = Reparser(ledger, wanted, bodies_of(settings).read, now=utc_now, forced=forced, dry_run=dry_run)
    return await reparser.run(readings, ended)


async def checked(settings: Settings, wanted: Sequence[Reader], ended: Callable[[Reading], None]) -> list[Reading]:
    """Ask each platform once, without a database; `ended` is told of each reading."""
    cookies = {platform: cookie.get_secret_value() for platform, cookie in settings.cookie.items()}
    async with Fetcher(limits(settings), via=settings.via, cookies=cookies) as fetcher:
        return await check(wanted, fetcher, now=utc_now, limit_seconds=settings.platform_seconds, ended=ended)


async def imported(ledger: Ledger, surveyed: Survey, known: dict[str, Reader], advance: Callable[[int], None]) -> dict[str, int]:
    """Import lists of the past of `known` platforms; `advance` is told how many lists are done. See `collect.importing`."""
    await ledger.register([each.facts for each in known.values()])
    done: Counter[str] = Counter(batches=0, readings=0, known_readings=0, items=0)
    retrospect = Retrospect(known, await ledger.baselines())
    for chunk in batched(batches(surveyed, known, retrospect), _BATCHES_A_CALL):
        done.update(await ledger.import_batches(retrospect.written([each.arguments for each in chunk])))
        advance(sum(each.lists for each in chunk))
    return dict(done)


def batched(all_of: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in groups of at most `size`."""
    rest = iter(all_of)
    while group := list(islice(rest, size)):
        yield group


def collect(platforms: Sequence[str] = ()) -> CollectionResult:
    """Collect from a script without `async`: some platforms, or all. See `DataCollector.collect`."""
    return asyncio.run(DataCollector().collect(platforms))


def configure_logging(settings: Settings) -> None:
    """Send log lines to stderr; only errors when that is a terminal, unless the settings say otherwise."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what it says of a lost connection, our own error says
    level = settings.log_level or ("error" if sys.stderr.isatty() else "info")
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what it warns of comes as an error of ours, once
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False)
            if sys.stderr.isatty()
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
