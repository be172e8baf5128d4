"""`python -m drill [--kills N] [--outages N] [--collectors N]` runs all drills, prints a report and exits by its verdict (0 or 1)."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from drill.crowd import crowd
from drill.kills import kills
from drill.outages import outages
from drill.report import Row, quiet, shown
from drill.world import World


async def run(drills: list[Callable[[World], Awaitable[list[Row]]]]) -> list[Row]:
    """Each drill in a world of its own."""
    rows: list[Row] = []
    for drill in drills:
        async with World() as world:
            rows += await drill(world)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m drill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="collections to kill")
    parser.add_argument("--outages", type=int, help="outages to suffer; each kind, stage and transport once, when not given")
    parser.add_argument("--collectors", type=int, default=200, help="collectors at once")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    asked = parser.parse_args()
    quiet()
    drills: list[Callable[[World], Awaitable[list[Row]]]] = [
        lambda world: crowd(world, asked.collectors),
        lambda world: outages(world, asked.outages),
        lambda world: kills(world, asked.kills, seed=asked.seed),
    ]
    rows = asyncio.run(run(drills))
    print(shown(rows))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
