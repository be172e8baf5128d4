"""The simulator's own pages, for people: what is played now, which faults are in force, and how to change both.

GET    /                       this help, the faults and the lists
GET    /_lists/PLATFORM        one made-up list: rank, heat, title
POST   /_faults/PLATFORM?kind=429&seconds=..&retry_after=..&times=..&only=..
DELETE /_faults/PLATFORM       and /_faults for all
POST   /_latency/PLATFORM?ms=250  lets each answer of a platform take so long
POST   /_clock?advance=3600    moves the simulated clock on
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from hotledger.errors import SettingsError
from hotledger.simulator.faults import HELP, Fault, Faults
from hotledger.simulator.scene import TEXT, Answer

_SHOWN_ROWS = 3
_LONGEST_MS = 60_000


class Controlled(Protocol):
    """What these pages need of the simulator."""

    @property
    def faults(self) -> Faults: ...
    @property
    def platforms(self) -> tuple[str, ...]: ...
    @property
    def boards(self) -> tuple[str, ...]: ...
    @property
    def playing(self) -> str: ...
    @property
    def latency_ms(self) -> dict[str, float]: ...
    def now(self) -> datetime: ...
    def advance(self, seconds: float) -> None: ...
    def listing(self, platform: str) -> list[tuple[str, int]]: ...


def answer(simulator: Controlled, method: str, path: str, query: Mapping[str, str]) -> Answer:
    """The answer to one request to the simulator itself. A wrong argument is told in a 400."""
    try:
        return _route(simulator, method, path, query)
    except (SettingsError, ValueError, OverflowError) as error:
        return _said(str(error), 400)


def _route(simulator: Controlled, method: str, path: str, query: Mapping[str, str]) -> Answer:
    place, _, platform = path.strip("/").partition("/")
    known = simulator.boards if place == "_lists" else simulator.platforms
    if platform and place in {"_lists", "_faults", "_latency"} and platform not in known:
        raise SettingsError(f"There is no “{platform}” here. Known are: {', '.join(known) or 'none'}.")
    match method, place:
        case "GET" | "HEAD", "":
            told = _help(simulator)
        case "GET" | "HEAD", "_lists" if platform:
            told = _rows(simulator.listing(platform))
        case "POST", "_faults" if platform:
            simulator.faults.set(platform, _fault(query))
            told = _faults(simulator)
        case "DELETE", "_faults":
            simulator.faults.clear(platform or None)
            told = _faults(simulator)
        case "POST", "_latency" if platform:
            simulator.latency_ms[platform] = _milliseconds(query.get("ms", ""))
            told = f"Each answer of {platform} takes {simulator.latency_ms[platform]:g} ms."
        case "POST", "_clock":
            simulator.advance(float(query.get("advance", "0")))
            told = f"It is now {simulator.now():%Y-%m-%d %H:%M:%S} UTC here."
        case _:
            return _said(f"There is no {method} {path} here; GET / says what there is.", 404)
    return _said(told)


def _fault(query: Mapping[str, str]) -> Fault:
    try:
        return msgspec.convert(dict(query), Fault, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The fault is not complete: {error}.") from error


def _milliseconds(written: str) -> float:
    milliseconds = float(written or "nan")
    if not 0 <= milliseconds <= _LONGEST_MS:
        raise SettingsError(f"A latency is from 0 to {_LONGEST_MS} ms: /_latency/PLATFORM?ms=250.")
    return milliseconds


def _help(simulator: Controlled) -> str:
    kinds = "\n".join(f"    {kind:<10} {meaning}" for kind, meaning in HELP.items())
    lists = "\n".join(f"{board}\n{_rows(simulator.listing(board)[:_SHOWN_ROWS])}" for board in simulator.boards)
    return (
        f"{__doc__}\nKinds of faults\n{kinds}\n\nPlaying {simulator.playing}.\nThe clock says {simulator.now():%Y-%m-%d %H:%M:%S} UTC.\n\n"
        f"Faults in force\n{_faults(simulator)}\n\nLists (first rows)\n{lists or '    as recorded'}"
    )


def _faults(simulator: Controlled) -> str:
    lines = [f"    {platform:<12} {msgspec.json.encode(fault).decode()}" for platform, fault in simulator.faults.current().items()]
    return "\n".join(lines) or "    none"


def _rows(rows: list[tuple[str, int]]) -> str:
    return "\n".join(f"{rank:>6} {heat:>10}  {title}" for rank, (title, heat) in enumerate(rows, 1))


def _said(text: str, status: int = 200) -> Answer:
    return Answer(f"{text}\n".encode(), TEXT, status)
