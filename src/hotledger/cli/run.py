"""`hotledger run`: the main job, for a first look. Live if any platform can be reached; else a demonstration, apart from your data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hotledger.collect.collector import CollectionResult
    from hotledger.config import Settings

_LISTS = 3
_SHOWN_FIRST = ("weibo", "zhihu", "baidu")
_ITEMS = 8


def run() -> None:
    """Collect all platforms once, and show the batch and some lists.

    Without a way to any platform, the same is done with the simulator, into a demo database of its own.
    """
    from hotledger.cli import running
    from hotledger.model import Status

    result = running.run(_run())
    if result.status is Status.FAILED:
        raise typer.Exit(3)


async def _run() -> CollectionResult:
    from urllib.parse import urlsplit

    from hotledger.app import chosen_readers
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.fetch.reachability import reachable
    from hotledger.simulator.history import BROKEN_NOW

    settings = load()
    hosts = [str(urlsplit(reader.facts.home).hostname) for reader in chosen_readers(settings)]
    if settings.via is not None or await reachable(hosts):
        return await _collected(settings, [], "")
    say(
        f"No platform can be reached from this machine (no answer from any of {len(hosts)} hosts). Here is the same collection from the "
        "simulator instead: every title below is made up, and is kept in a demo database, apart from yours. "
        f"One of the sites ({BROKEN_NOW}) answers in a shape that no parser knows yet, to show how that is told."
    )
    return await _demonstrated(settings)


async def _demonstrated(settings: Settings) -> CollectionResult:
    from shlex import quote

    from hotledger.cli.screen import say
    from hotledger.demonstration import demonstration, remember
    from hotledger.ledger.ledger import utc_now
    from hotledger.platforms import readers
    from hotledger.simulator import Fault, Simulator
    from hotledger.simulator.history import BROKEN_NOW

    simulator = Simulator()
    simulator.faults.set(BROKEN_NOW, Fault("changed"))
    async with simulator as url:
        demo = demonstration(settings, via=url)
        await remember(demo, utc_now(), say)
        return await _collected(demo, [] if demo.platforms else list(readers()), f"HOTLEDGER_HOME={quote(str(demo.home))} ")


async def _collected(settings: Settings, names: list[str], prefix: str) -> CollectionResult:
    from hotledger.app import database_place, opened_ledger
    from hotledger.cli.collect import collected, show
    from hotledger.cli.screen import console, say

    async with opened_ledger(settings, say) as ledger:
        result = await collected(settings, names, live=True)
        good = [] if result.spooled else [reading.platform for reading in result.readings if reading.items]
        good.sort(key=lambda platform: platform not in _SHOWN_FIRST)
        lists = [await ledger.top(platform, at_most=_ITEMS) for platform in good[:_LISTS]]
    show(result)
    for found in lists:
        _show_list(found)
    screen = console()
    screen.print(f"Recorded in the {database_place(settings)}. Look further:", soft_wrap=True)
    for command in ("jobs", "job", "top weibo", "health", "incidents", "serve", "psql"):
        screen.print(f"  {prefix}.venv/bin/hotledger {command}", soft_wrap=True)
    return result


def _show_list(found: dict[str, Any] | None) -> None:
    from hotledger.cli.top import show

    if found is not None:
        show(found)
