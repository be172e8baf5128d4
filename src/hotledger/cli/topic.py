"""`hotledger topic`: a title's rank and heat over time, drawn in the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson

_HEIGHT = 14
_HOURS = 6 * 3600


def topic(
    platform: Annotated[str, typer.Argument(help="Id of a platform.")],
    title: Annotated[str, typer.Argument(help="The title, exactly as the platform wrote it.")],
    as_json: AsJson = False,
) -> None:
    """Draw the rank and the heat of a title over time."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json

    found = run(_found(platform, title))
    if as_json:
        print_json(found)
    else:
        _show(found)


async def _found(platform: str, title: str) -> dict[str, Any]:
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.errors import SettingsError

    async with opened_ledger(load(), say) as ledger:
        found = await ledger.topic(platform, title)
    if found is None:
        raise SettingsError(f"“{title}” never stood on a list of “{platform}”. `hotledger top {platform}` shows what stands there now.")
    return found


def _show(found: dict[str, Any]) -> None:
    from hotledger.cli.screen import console, inert, when

    screen = console()
    screen.print(f"{inert(found['titles'][0])} on {found['platform']}", style="bold")
    for earlier in found["titles"][1:]:
        screen.print(f"  also as: {inert(earlier)}")
    heat = "unknown" if found["peak_heat"] is None else f"{found['peak_heat']:,.0f}"
    screen.print(f"  first seen {when(found['first_seen_at'])}, last {when(found['last_seen_at'])}, {found['times_seen']} times")
    screen.print(f"  best rank {found['best_rank']}, peak heat {heat}")
    for name in ("rank", "heat"):
        if drawn := _drawn(name, found["points"], screen.width if screen.is_terminal else 80):
            screen.print(drawn, soft_wrap=True)


def _drawn(name: str, points: list[dict[str, Any]], width: int) -> str | None:
    """A curve, broken where the title did not stand on the list; `None` where there are not two points to join. Low ranks are on top."""
    known = [(_seconds(point), point[name]) for point in points if point[name] is not None]
    if len(known) < 2:
        return None
    import plotext

    figure = plotext.figure
    figure.clear()
    plotext.terminal.limit(False, False)
    figure.plot_size(min(100, width), _HEIGHT)
    figure.title(name)
    for stretch in _stretches(name, points):
        moments, values = [_seconds(point) for point in stretch], [point[name] for point in stretch]
        figure.draw(figure.signal(moments, values, marker="braille").lines())
    figure.ruler("x").ticks(*_dates(known[0][0], known[-1][0]))
    low, high = min(value for _, value in known), max(value for _, value in known)
    heights = sorted({low, (low + high) // 2, high})
    figure.ruler("y").ticks(heights, [f"{height:,.0f}" for height in heights]).direction(-1 if name == "rank" else 1)
    return str(figure.build().string(colorless=True)).rstrip("\n")


def _stretches(name: str, points: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    from itertools import groupby

    return [list(group) for known, group in groupby(points, key=lambda point: point[name] is not None) if known]


def _seconds(point: dict[str, Any]) -> float:
    from datetime import datetime

    return datetime.fromisoformat(point["collected_at"]).timestamp()


def _dates(first: float, last: float) -> tuple[list[float], list[str]]:
    from datetime import datetime

    marks = sorted({first, (first + last) / 2, last})
    form = "%H:%M:%S" if last - first < _HOURS else "%m-%d %H:%M"
    return marks, [datetime.fromtimestamp(mark).astimezone().strftime(form) for mark in marks]
