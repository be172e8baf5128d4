"""What was measured, as rows of one table: measure, value, ratio, aim, and whether it was reached or what limits it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from bench.archive import Archive
from bench.batch import Batch
from bench.judge import Judged, Quiet
from bench.memory import Memory
from bench.pages import Pages
from bench.parse import Parse
from bench.readings import Rates
from bench.rest import Rest
from bench.sixty import Sixty
from bench.size import Sizes
from bench.startup import Startup

_READINGS_AIM = 0.4
_BATCH_AIM = 1.15
_SIXTY_AIM = 1.10
_PAGE_AIM_MS = 100
_FIRST_VISIT_AIM = 500_000
_SIZE_AIM = 70
_JUDGE_AIM = 20


class Row(NamedTuple):
    """One line of the report."""

    measure: str
    value: str
    ratio: str = ""
    aim: str = ""
    reached: str = ""


def of_readings(rates: Iterable[Rates]) -> list[Row]:
    """How quickly readings land, beside commits of one row each."""
    return [
        Row(
            f"durable readings of 50 items, {each.way}",
            f"{each.readings:,.0f}/s; single rows {each.commits:,.0f}/s",
            f"{each.ratio:.2f}",
            f"> {_READINGS_AIM}",
            _reached(each.ratio > _READINGS_AIM, each.limit),
        )
        for each in rates
    ]


def of_rest(found: Rest) -> list[Row]:
    """What one batch of nine platforms costs over REST, beside the peer's access pattern."""
    calls = f"{found.ours_calls:.2f}; peer {found.peer_calls:.0f}"
    return [
        Row("REST calls for each of nine readings, opening and end included", calls, "", "1", "one more for the whole batch: its opening"),
        Row("one batch of nine platforms over REST", f"{found.ours_ms:,.0f} ms; peer {found.peer_ms:,.0f} ms", f"{found.ratio:.3f}"),
    ]


def of_batches(batches: Iterable[Batch]) -> list[Row]:
    """How long a batch takes, beside its slowest platform."""
    return [
        Row(
            f"batch of ten platforms, 50 to 1500 ms, {each.what}",
            f"{each.batch_ms:,.0f} ms; {each.slowest_platform} {each.slowest_ms:,.0f} ms",
            f"{each.ratio:.3f}",
            f"< {_BATCH_AIM}",
            _reached(each.ratio < _BATCH_AIM, "what is done before and after the slowest platform"),
        )
        for each in batches
    ]


def of_sixty(found: Sixty) -> list[Row]:
    """How long a batch of many platforms takes, beside its slowest, and what it takes of this machine."""
    return [
        Row(
            f"batch of {found.platforms} platforms, 50 to 3000 ms",
            f"{found.batch_ms:,.0f} ms; {found.slowest_platform} {found.slowest_ms:,.0f} ms",
            f"{found.ratio:.3f}",
            f"< {_SIXTY_AIM:.2f}",
            _reached(found.ratio < _SIXTY_AIM, "what is done before and after the slowest platform"),
        ),
        Row("  CPU and peak memory of the collector", f"{found.cpu_seconds:.2f} s; {found.peak_mib:.0f} MiB; {found.items:,} items"),
    ]


def of_archive(found: Archive) -> list[Row]:
    """How quickly years are imported, beside COPY of the same rows into a table without an index."""
    ours, bare = found.observations / found.imported_seconds, found.observations / found.copied_seconds
    return [
        Row(
            f"import of five years, {found.lists:,} lists, judged",
            f"{ours:,.0f} observations/s; COPY {bare:,.0f} rows/s",
            f"{ours / bare:.2f}",
        ),
        Row(
            f"  {found.observations:,} observations: to look through, to import, to COPY",
            f"{found.surveyed_seconds:.0f} s; {found.imported_seconds:.0f} s; {found.copied_seconds:.0f} s",
        ),
        Row(
            "  bytes an observation; a row of COPY",
            f"{found.imported_bytes / found.observations:.1f} B; {found.copied_bytes / found.observations:.1f} B",
        ),
    ]


def of_pages(found: Pages) -> list[Row]:
    """How quickly each page is there, over many observations."""
    of = f"{found.observations:,} observations in {found.batches:,} batches"
    return [
        Row(f"pages over {of}", "p50; p95; bytes as sent", "", f"p95 < {_PAGE_AIM_MS} ms"),
        *(
            Row(
                f"  {page.name}",
                f"{page.p50_ms:.0f} ms; {page.p95_ms:.0f} ms; {page.sent_bytes:,} B",
                reached=_reached(page.p95_ms < _PAGE_AIM_MS, "its query or its size"),
            )
            for page in found.pages
        ),
        Row("  lists a second, eight visitors at once", f"{found.lists_a_second:.0f}"),
        Row(
            "  first visit, with all it loads",
            f"{found.first_visit_bytes:,} B",
            "",
            f"< {_FIRST_VISIT_AIM:,} B",
            _reached(found.first_visit_bytes < _FIRST_VISIT_AIM, "charts and tables"),
        ),
    ]


def of_sizes(sizes: Sizes) -> list[Row]:
    """What an observation costs on disk, and the parts from half a byte on."""
    parts = sorted(sizes.after, key=lambda part: -sizes.after[part])
    shown = [part for part in parts if sizes.after[part] >= sizes.observations / 2]
    return [
        Row(
            f"bytes an observation, of {sizes.observations:,} imported",
            f"{sizes.bytes_an_observation:.1f} B; after VACUUM {sizes.bytes_when_vacuumed:.1f} B",
            "",
            f"< {_SIZE_AIM} B",
            _reached(sizes.bytes_an_observation < _SIZE_AIM, "titles, and versions of rows that wait for VACUUM"),
        ),
        *(
            Row(f"  {part}", f"{sizes.after[part] / sizes.observations:.1f} B; {sizes.vacuumed[part] / sizes.observations:.1f} B")
            for part in shown
        ),
        Row("import", f"{sizes.observations / sizes.seconds:,.0f} observations/s"),
    ]


def of_parse(parses: list[Parse]) -> list[Row]:
    """What reading an item costs, over all platforms and on the five where it costs most."""
    middle = median(each.microseconds for each in parses)
    return [
        Row(f"reading an item, {len(parses)} platforms", f"{middle:.1f} µs in the middle of them"),
        *(
            Row(
                f"  {each.platform}",
                f"{each.microseconds:.1f} µs; {each.items} items in {each.bytes / 1000:,.0f} kB",
                f"{each.microseconds / middle:.1f}",
            )
            for each in parses[:5]
        ),
    ]


def of_startup(startup: Startup) -> list[Row]:
    """How quickly the command line is there."""
    return [Row("hotledger --help", f"{startup.help_ms:.0f} ms; python -c pass {startup.bare_ms:.0f} ms", f"{startup.ratio:.1f}")]


def of_memory(memory: Memory) -> list[Row]:
    """How much memory a collection needs."""
    return [
        Row(
            f"peak memory of a collection of {memory.items} items",
            f"{memory.collection_mib:.0f} MiB; bare interpreter {memory.bare_mib:.0f} MiB",
            f"{memory.collection_mib / memory.bare_mib:.1f}",
        )
    ]


def of_judge(found: Judged) -> list[Row]:
    """How soon faults are told, how often none is, and what judging costs."""
    echoes, trials = sum(each.echoes for each in found.faults), sum(len(each.opened) for each in found.faults)
    cost = found.microseconds_an_item
    return [
        *(
            Row(
                f"judge: {each.fault}, {each.platform}",
                f"{each.within(2):.1%} of {len(each.opened)} open an incident within two readings; {each.within(3):.1%} within three",
                f"{each.within(2):.3f}",
                "1",
                _reached(each.within(2) == 1, f"{each.within(48):.1%} at all, before the fault is over"),
            )
            for each in found.faults
        ),
        *(_of_quiet(each) for each in (*found.recorded, *found.made)),
        Row("judge: incidents after the end of a fault", f"{echoes} of {trials}"),
        Row("judge: cost", f"{cost:.1f} µs an item", "", f"< {_JUDGE_AIM} µs", _reached(cost < _JUDGE_AIM, "")),
    ]


def _of_quiet(quiet: Quiet) -> Row:
    false = quiet.incidents / quiet.months
    return Row(
        f"judge: false alarms, {quiet.name}",
        f"{quiet.incidents} incidents, {quiet.warnings} warnings in {quiet.readings:,} readings of {quiet.months:.1f} platform-months",
        f"{false:.2f}",
        "<= 1",
        _reached(false <= 1, "incidents a platform and month"),
    )


def shown(rows: Iterable[Row], lists: str, server: str) -> None:
    """Print the table, and under it on what it was measured."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("measure", "value", "ratio", "aim", "reached, or what limits it"):
        table.add_column(column, justify="right" if column in {"ratio", "aim"} else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, width=None if Console().is_terminal else 170)
    console.print(table)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {server}; load {os.getloadavg()[0]:.1f} at the end. Readings: {lists}. Medians of rounds in which sides take turns."
    )


def _reached(is_reached: bool, limit: str) -> str:
    return "reached" if is_reached else f"not reached: {limit}"
