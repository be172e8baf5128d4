"""What a drill found, and how it is shown."""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

import structlog

from drill.world import World


class Row(NamedTuple):
    """One line of the report. `wrong` are the things that must not be."""

    drill: str
    done: str
    wrong: tuple[str, ...] = ()


def quiet() -> None:
    """Leave the log to what must not be: outages are the everyday of a drill."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


async def reconciled(world: World) -> tuple[str, ...]:
    """What `verify` and the leases say at the end of a drill."""
    found: dict[str, Any] = (await world.rows("SELECT public.ledger_verify()"))[0][0]
    still_open = (await world.rows("SELECT count(*) FROM public.hot_leases WHERE closed_at IS NULL"))[0][0]
    wrong = [f"verify: {each['kind']} of {each['subject']}: {each['sentence']}" for each in found["discrepancies"]]
    return (*wrong, *([f"{still_open} batches are open past their lease"] if still_open else []))


def shown(rows: list[Row]) -> str:
    """The report for people."""
    width = max(len(row.drill) for row in rows)
    lines = [f"{row.drill:<{width}}  {'FAILED' if row.wrong else 'passed'}  {row.done}" for row in rows]
    wrong = [f"  {row.drill}: {each}" for row in rows for each in row.wrong]
    return "\n".join([*lines, *(["", "What is wrong:", *wrong] if wrong else [])])
