"""`hotledger topic`: a title's rank and heat over time, drawn in the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


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
    screen.print(f"{inert(found['titles'][0])} on {found['platform']}", style="bold", markup=False)
    for earlier in found["titles"][1:]:
        screen.print(f"  also as: {inert(earlier)}", markup=False)
    heat = "unknown" if found["peak_heat"] is None else f"{found['peak_heat']:,.0f}"
    screen.print(
        f"  first seen {when(found['first_seen_at'])}, last {when(found['last_seen_at'])}, {found['times_seen']} times;", markup=False
    )
    screen.print(f"  best rank {found['best_rank']}, peak heat {heat}", markup=False)
    points = [(point, value) for point in found["points"] if (value := point["rank"]) is not None]
    _draw("rank", [(point["collected_at"], -value) for point, value in points])
    _draw("heat", [(point["collected_at"], point["heat"]) for point, _ in points if point["heat"] is not None])


def _draw(name: str, points: list[tuple[str, float]]) -> None:
    from datetime import datetime

    import plotext

    if len(points) < 2:
        return
    moments = [datetime.fromisoformat(at).timestamp() for at, _ in points]
    values = [value for _, value in points]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(min(100, plotext.terminal_width() or 80), 14)
    plotext.title(name)
    plotext.plot(moments, values)
    marks = [moments[0], (moments[0] + moments[-1]) / 2, moments[-1]]
    plotext.xticks(marks, [datetime.fromtimestamp(mark).astimezone().strftime("%m-%d %H:%M") for mark in marks])
    low, high = min(values), max(values)
    heights = sorted({low, (low + high) // 2, high})
    plotext.yticks(heights, [f"{abs(height):,.0f}" for height in heights])
    plotext.show()
