"""Alerts as the settings have them. Where there are no rules nothing more is loaded, so that this is cheap to ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from hotledger.config import Settings, environment
from hotledger.errors import SettingsError
from hotledger.ledger.ledger import Ledger, utc_now

if TYPE_CHECKING:
    from hotledger.alerts.alerting import Alerting
    from hotledger.alerts.rules import Rules

log = structlog.get_logger("hotledger.alerts")

_SECONDS = 20.0
_EVERY_SECONDS = 60.0


def rules_of(settings: Settings) -> Rules:
    """The rules. Raises `SettingsError` where there are none, or wrong ones."""
    from hotledger.alerts.rules import read

    path = _file(settings)
    if path is None:
        raise SettingsError(f"There are no alert rules: write {settings.home / 'alerts.toml'} (docs/alerts.md has one to begin with).")
    return read(path, environment())


def alerting(ledger: Ledger, settings: Settings, size_limit_mb: int | None) -> Alerting:
    """What tells alerts by the rules. Raises `SettingsError` where that can't be."""
    from hotledger.alerts.alerting import Alerting
    from hotledger.alerts.sending import Sender, available

    available()
    is_embedded = settings.database_url is None and settings.supabase_url is None
    if settings.collector_token is not None and not is_embedded:
        raise SettingsError("A collector's token can only record: run `hotledger alerts run` where the database itself can be asked.")
    return Alerting(ledger.telling, rules_of(settings), Sender(), now=utc_now, size_limit_mb=size_limit_mb)


async def tell(ledger: Ledger, settings: Settings, size_limit_mb: int | None) -> None:
    """Tell what is to be told, where there are rules, in a bounded time; whatever goes wrong with that is a line in the log."""
    if _file(settings) is None:
        return
    from hotledger.alerts.alerting import told_quietly

    try:
        found = alerting(ledger, settings, size_limit_mb)
    except SettingsError as error:
        log.warning("there are no alerts", reason=str(error))
    else:
        await told_quietly(found, _SECONDS)


@asynccontextmanager
async def watched(ledger: Ledger, settings: Settings, size_limit_mb: int | None) -> AsyncIterator[None]:
    """Tell again and again meanwhile, as if by cron."""

    async def watch() -> None:
        while True:
            await tell(ledger, settings, size_limit_mb)
            await asyncio.sleep(_EVERY_SECONDS)

    watching = asyncio.create_task(watch(), name="alerts")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _file(settings: Settings) -> Path | None:
    """The file with the rules, where one is named or there is one."""
    usual = settings.home / "alerts.toml"
    return settings.alerts or (usual if usual.exists() else None)
