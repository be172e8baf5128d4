"""`python -m bench` measures everything in one run, in a few minutes; names of parts (readings, batch, size, …) choose some."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import archive, batch, judge, memory, pages, parse, readings, report, rest, sixty, size, startup
from bench.database import fresh_store
from bench.lists import SERIES
from bench.report import Row
from hotledger.errors import SettingsError
from hotledger.ledger.ledger import Ledger
from hotledger.supabase_local.postgrest import find_program


async def _readings() -> list[Row]:
    return report.of_readings(await readings.measure())


async def _batch() -> list[Row]:
    return report.of_batches(await batch.measure())


async def _size() -> list[Row]:
    files = sorted(SERIES.glob("*.jsonl.gz"))
    if not files:
        return [Row("bytes an observation", "not measured", reached=f"there are no lists of the past in {SERIES}")]
    return report.of_sizes(await size.measure(files))


async def _parse() -> list[Row]:
    return report.of_parse(await parse.measure())


async def _startup() -> list[Row]:
    return report.of_startup(startup.measure())


async def _memory() -> list[Row]:
    return report.of_memory(await memory.measure())


async def _judge() -> list[Row]:
    if not judge.available():
        return [Row("judge", "not measured", reached=f"there are no lists of the past in {SERIES}")]
    return report.of_judge(judge.measure())


async def _rest() -> list[Row]:
    try:
        find_program()
    except SettingsError as error:
        return [Row("one batch over REST", "not measured", reached=str(error))]
    return report.of_rest(await rest.measure())


async def _sixty() -> list[Row]:
    return report.of_sixty(await sixty.measure())


async def _archive() -> list[Row]:
    files = sorted(SERIES.glob("*.jsonl.gz"))
    if not files:
        return [Row("import of five years", "not measured", reached=f"there are no lists of the past in {SERIES}")]
    return report.of_archive(await archive.measure(files))


async def _pages() -> list[Row]:
    files = sorted(SERIES.glob("*.jsonl.gz"))
    if not files:
        return [Row("pages", "not measured", reached=f"there are no lists of the past in {SERIES}")]
    return report.of_pages(await pages.measure(files))


_PARTS: dict[str, Callable[[], Awaitable[list[Row]]]] = {
    "readings": _readings,
    "batch": _batch,
    "sixty": _sixty,
    "size": _size,
    "archive": _archive,
    "parse": _parse,
    "startup": _startup,
    "memory": _memory,
    "rest": _rest,
    "judge": _judge,
    "pages": _pages,
}


async def _run(parts: list[str]) -> None:
    async with fresh_store(1) as store:
        server = (await Ledger(store).about())["server_version"]
    rows = []
    for part in parts:
        print(f"bench: {part} …", file=sys.stderr)
        rows += await _PARTS[part]()
    report.shown(rows, readings.source(), server)


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"what to measure; by default all: {', '.join(_PARTS)}")
    parts = parser.parse_args().parts or list(_PARTS)
    if unknown := set(parts) - set(_PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    asyncio.run(_run(parts))


if __name__ == "__main__":
    main()
