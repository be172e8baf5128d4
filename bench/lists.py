"""Realistic lists: ten streams of consecutive hourly lists of fifty rows, real ones where they are at hand, else the simulator's."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from hotledger.simulator import World

SERIES = Path(__file__).parents[2] / "shared" / "series"
_LONG = ("weibo", "baidu")
_STREAMS = 10
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


class Lists(NamedTuple):
    """`streams[name][hour]` is the `reading` argument of `batch_record`; `source` says where the lists are from."""

    source: str
    streams: dict[str, list[dict[str, Any]]]


def lists(hours: int) -> Lists:
    """Ten streams, each of so many consecutive lists."""
    files = {name: SERIES / f"{name}-2024-06.jsonl.gz" for name in _LONG}
    if all(file.exists() for file in files.values()):
        series = {name: _recorded(file) for name, file in files.items()}
        return Lists("recorded lists of weibo and baidu", dict(_cut(series, number, hours) for number in range(_STREAMS)))
    worlds = {f"{_LONG[number % 2]}-{number // 2}": World(seed=number) for number in range(_STREAMS)}
    return Lists(
        "made-up lists of the simulator",
        {name: [_made(world, name.partition("-")[0], hour) for hour in range(hours)] for name, world in worlds.items()},
    )


def _cut(series: dict[str, list[dict[str, Any]]], number: int, hours: int) -> tuple[str, list[dict[str, Any]]]:
    name = _LONG[number % len(_LONG)]
    start = (number // len(_LONG)) * (len(series[name]) // (_STREAMS // len(_LONG)))
    return f"{name}-{number // len(_LONG)}", series[name][start : start + hours]


def _recorded(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file) as written:
        rows = [msgspec.json.decode(line) for line in written]
    return [_reading(datetime.fromisoformat(row["collected_at"]), row["items"][:50]) for row in rows if len(row["items"]) >= 50]


def _made(world: World, board: str, hour: int) -> dict[str, Any]:
    at = _FIRST + timedelta(hours=hour)
    return _reading(at, [{"title": title, "heat": heat} for title, heat in world.listing(board, at)])


def _reading(at: datetime, items: list[dict[str, Any]]) -> dict[str, Any]:
    """As `reading_arguments` makes it of a reading that went well."""
    return {
        "verdict": "ok",
        "evidence": f"{len(items)} items",
        "started_at": at,
        "collected_at": at,
        "duration_ms": 700,
        "items": items,
        "attempts": 1,
        "endpoint": "example.com/api/hot",
        "http_status": 200,
        "bytes": 60_000,
        "body_hash": "0" * 64,
        "parser_version": "0.1.0+0123456789ab",
    }
