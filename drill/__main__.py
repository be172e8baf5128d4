"""`python -m drill [--kills N] [--outages N] [--collectors N] [--bodies N]` runs all drills and prints a report.

With a number of 0 a drill is left out. The exit code is the verdict: 0 or 1.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from drill.crowd import crowd
from drill.fuzz import fuzz_all
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


def mutations(count: int, seed: int) -> Row:
    """Mutated bodies over all parsers."""
    found = fuzz_all(count, seed)
    ended = ", ".join(f"{number:,} {how}" for how, number in found.ended.most_common())
    bounds = f"the longest {found.longest_seconds:.2f} s of CPU ({found.longest}), {found.peak_mib:.0f} MiB at most"
    return Row("mutated bodies", f"{count:,} read: {ended}; {bounds}", found.wrong)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m drill", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="collections to kill")
    parser.add_argument("--outages", type=int, help="outages to suffer; each kind, stage and transport once, when not given")
    parser.add_argument("--collectors", type=int, default=200, help="collectors at once")
    parser.add_argument("--bodies", type=int, default=20_000, help="mutated bodies to read")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    asked = parser.parse_args()
    quiet()
    drills: list[tuple[int | None, Callable[[World], Awaitable[list[Row]]]]] = [
        (asked.collectors, lambda world: crowd(world, asked.collectors)),
        (asked.outages, lambda world: outages(world, asked.outages)),
        (asked.kills, lambda world: kills(world, asked.kills, seed=asked.seed)),
    ]
    rows = asyncio.run(run([drill for count, drill in drills if count != 0]))
    if asked.bodies:
        rows.append(mutations(asked.bodies, asked.seed))
    print(shown(rows))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
