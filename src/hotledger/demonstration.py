"""The demonstration: a ledger of made-up lists in a home of its own, with weeks of history, for who has collected nothing yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from hotledger.app import Say, batched, chosen_readers, opened_ledger, silent
from hotledger.collect import importing
from hotledger.collect.retrospect import Retrospect
from hotledger.config import Settings
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import SettingsError
from hotledger.ledger.ledger import Ledger
from hotledger.model import Reader, Reading
from hotledger.simulator.history import DAYS, SOURCE, rounds

_BATCHES_A_CALL = 72


def demonstration(settings: Settings, *, via: str | None = None) -> Settings:
    """The settings of the demonstration: a home and an embedded database of its own, nothing of the user's platforms and secrets."""
    nowhere = dict.fromkeys(("platform_files", "database_url", "supabase_url", "supabase_key", "alerts"))
    return settings.model_copy(update={**nowhere, "via": via, "home": settings.home / "demo", "cookie": {}})


async def shown(settings: Settings, say: Say = silent, *, forced: bool = False) -> Settings:
    """The settings to show the ledger by: the user's own; the demonstration's where that is all that is here and nothing else is set, or
    where it is asked for. Raises `SettingsError` where there is none then."""
    demo = demonstration(settings)
    if forced:
        if not _is_made(demo):
            raise SettingsError("There is no demonstration here: `make run` makes one where no platform can be reached.")
        return demo
    if not _is_embedded(settings) or not _is_made(demo):
        return settings
    if _is_made(settings):
        async with opened_ledger(settings, say) as ledger:
            if (await ledger.about())["batches"]:
                return settings
    say("Nothing of your own is collected here yet: this is the demonstration that `make run` has made.")
    return demo


async def is_demonstration(ledger: Ledger, settings: Settings) -> bool:
    """Whether the database says that it was made for a demonstration, which only an embedded one can be."""
    return _is_embedded(settings) and bool((await ledger.about())["demo"])


async def remember(demo: Settings, until: datetime, say: Say = silent) -> None:
    """Give the database of the demonstration its history until now, where it has none yet."""
    async with opened_ledger(demo, say) as ledger:
        if not (await ledger.about())["demo"]:
            say(f"Making up the {DAYS} days before, with faults in them, so that the pages have something to tell …")
            known = {reader.facts.id: reader for reader in chosen_readers(demo)}
            await remembered(ledger, rounds(known, until), known)


async def remembered(ledger: Ledger, past: Iterable[Sequence[Reading]], known: dict[str, Reader]) -> dict[str, int]:
    """Record made-up batches of the past, oldest first, each given by its readings."""
    await ledger.register([each.facts for each in known.values()])
    done: Counter[str] = Counter(batches=0, readings=0, known_readings=0, items=0)
    retrospect = Retrospect(known, await ledger.baselines())
    for chunk in batched((importing.remembered(readings, retrospect, SOURCE) for readings in past), _BATCHES_A_CALL):
        done.update(await ledger.import_batches(retrospect.written([each.arguments for each in chunk])))
    return dict(done)


def _is_embedded(settings: Settings) -> bool:
    return settings.database_url is None and settings.supabase_url is None and settings.supabase_key is None


def _is_made(settings: Settings) -> bool:
    return EmbeddedServer(settings.home).status().data_directory.is_dir()
