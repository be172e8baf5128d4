"""`hotledger simulate`: a local server that plays the platforms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    recordings: Annotated[Path | None, typer.Option(help="Serve recorded bodies of this folder (with its INDEX.tsv) instead.")] = None,
    choose: Annotated[
        list[str] | None, typer.Option(metavar="PLATFORM=FILE", help="Of the recordings, always serve this file for a platform.")
    ] = None,
    cycle: Annotated[bool, typer.Option("--cycle", help="Serve the recordings of a series one after the other.")] = False,
    seed: Annotated[int, typer.Option(help="Another number makes other lists.")] = 1,
) -> None:
    """Play the platforms on a local server, until stopped. `hotledger collect --via URL` collects from it."""
    from hotledger.cli.running import run

    run(_served(port, host, recordings, dict(_pair(pair) for pair in choose or []), cycle, seed))


def _pair(written: str) -> tuple[str, str]:
    from hotledger.errors import SettingsError

    platform, equals, file = written.partition("=")
    if not equals:
        raise SettingsError(f"“{written}” is not a choice: write PLATFORM=FILE.")
    return platform, file


async def _served(port: int, host: str, recordings: Path | None, choose: dict[str, str], cycle: bool, seed: int) -> None:
    import asyncio

    from hotledger.simulator import Simulator

    simulator = Simulator(seed=seed, recordings=recordings, choose=choose, cycle=cycle)
    url = await simulator.start(host, port)
    typer.echo(
        f"The simulator listens on {url}; faults can be set there (see {url}/). Collect from it with:\n  hotledger collect --via {url}"
    )
    try:
        await asyncio.Event().wait()
    finally:
        await simulator.stop()
